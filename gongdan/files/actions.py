"""Verbs of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from gongdan.files import rules
from gongdan.files.models import File
from gongdan.files.storage import CHUNK, Store, store
from gongdan.kernel.access import require
from gongdan.kernel.errors import Invalid, TooLarge
from gongdan.kernel.work import Work, raw_connection, transaction_scope

LIMIT = 100 * 1024 * 1024
ORPHAN_DAYS = 7


def upload(work: Work, stream: BinaryIO, length: int, name: str, file_id: UUID | None = None) -> File:
    """Take a file from a stream. Raises TooLarge, Invalid; a broken upload leaves nothing behind.

    `file_id` made by the client makes the upload repeatable: the same id again answers with what is there.
    """
    require(work.actor, "file.add")
    if not name.strip():
        raise Invalid("file_name_missing", field="name")
    if length > LIMIT:
        raise TooLarge("file_too_large", limit=LIMIT // 1_048_576)
    if length <= 0:
        raise Invalid("file_empty", field="body")
    if file_id is not None:
        there = File.objects.filter(id=file_id, created_by=work.actor.id).first()
        if there is not None:
            return there
    key, digest, head = _receive(store(), stream, length)
    shown = rules.clean_name(name)
    return File.objects.create(
        id=file_id or work.new_id(),
        tenant_id=work.actor.tenant_id,
        name=shown,
        size=length,
        sha256=digest,
        type=rules.type_of(head, shown),
        state="quarantined" if rules.suspicious(head) else "ready",
        storage_key=key,
        created_by=work.actor.id,
        created_at=work.at,
    )


def _receive(target: Store, stream: BinaryIO, length: int) -> tuple[str, bytes, bytes]:
    """Stream `length` bytes into the store: (key, SHA-256, first bytes)."""
    incoming = target.incoming()
    digest = hashlib.sha256()
    head = b""
    left = length
    try:
        while left:
            chunk = stream.read(min(CHUNK, left))
            if not chunk:
                raise Invalid("file_incomplete", field="body")
            if len(head) < rules.HEAD:
                head += chunk[: rules.HEAD - len(head)]
            digest.update(chunk)
            incoming.write(chunk)
            left -= len(chunk)
        return incoming.commit(), digest.digest(), head
    except BaseException:
        incoming.discard()
        raise


def chunks(file: File) -> Iterator[bytes]:
    """The bytes of a file, streamed."""
    return store().chunks(file.storage_key)


def sweep(at: datetime) -> int:
    """Remove files that nothing has used for ORPHAN_DAYS, row and bytes. Returns how many."""
    with transaction_scope():
        rows = raw_connection().execute("select orphan_files(%s, 500)", [at - timedelta(days=ORPHAN_DAYS)]).fetchall()
    for (key,) in rows:
        store().delete(key)
    return len(rows)
