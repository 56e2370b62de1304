"""How portal writes meet the database: the actor, one effect per operation, files, and errors in words."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import psycopg
from django.core.files.uploadedfile import UploadedFile
from django.db import Error as DatabaseError

from gongdan.files import actions as file_actions
from gongdan.files import rules as file_rules
from gongdan.kernel.access import ALL, Actor
from gongdan.kernel.errors import DomainError, Invalid
from gongdan.kernel.http import problems
from gongdan.kernel.work import Work

CUSTOMER = "客户"  # what the ledger calls a customer: no name, so that erasing one breaks no hash
CUSTOMER_ID = UUID(int=1)
MOST_FILES = 6
DONE = "select 1 from kernel_operation where id = %s"
SAVE = (
    "insert into kernel_operation (tenant_id, id, actor_id, request_hash, status, body, at) values (%s, %s, %s, %s, 200, '', %s) "
    "on conflict do nothing"
)


def customer(tenant_id: UUID) -> Actor:
    """Somebody without an account: may create, see and answer what the link in their hand leads to."""
    grants = {a: ALL for a in ("order.create", "order.view", "order.comment", "order.cancel", "file.add")}
    return Actor(tenant_id=tenant_id, id=CUSTOMER_ID, kind="link", name=CUSTOMER, grants=grants)


def once(work: Work, operation: UUID) -> bool:
    """True when `operation` has no effect yet; its receipt is then part of this work. Two at once wait for each other."""
    work.one("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(operation)])
    if work.one(DONE, [operation]) is not None:
        return False
    digest = hashlib.sha256(operation.bytes).digest()
    work.write(SAVE, [work.actor.tenant_id, operation, work.actor.id, digest, work.at])
    return True


def take_files(work: Work, sent: list[UploadedFile[Any]]) -> list[UUID]:
    """Store what came with a form. Pictures, films and PDF only. Raises Invalid, TooLarge."""
    given = [f for f in sent if f.size]
    if len(given) > MOST_FILES:
        raise Invalid("portal_files_most", field="photos", most=MOST_FILES)
    stored = [file_actions.upload(work, f, f.size or 0, f.name or "photo") for f in given]  # type: ignore[arg-type]
    for file in stored:
        if not file_rules.picture(file.type) and file.type != "application/pdf":
            raise Invalid("portal_file_kind", field="photos", name=file.name)
    return [f.id for f in stored]


def told(error: DomainError | psycopg.Error | DatabaseError) -> DomainError:
    """The domain error behind `error`; faults of ours propagate."""
    if isinstance(error, DomainError):
        return error
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    known = problems.from_database(cause) if isinstance(cause, psycopg.Error) else None
    if known is None:
        raise error
    return known
