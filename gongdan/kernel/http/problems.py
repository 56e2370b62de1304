"""Errors as application/problem+json (RFC 9457): one place turns exceptions into answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg
from psycopg import errors as pg

from gongdan.kernel.errors import Conflict, DomainError, Invalid, Unavailable

log = logging.getLogger("gongdan.http")
_CONSTRAINTS: dict[str, tuple[str, str | None]] = {}


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document. `code` is stable; `field` names the input; `errors` lists several fields."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None
    errors: list[dict[str, Any]] | None = None
    mine: dict[str, Any] | None = None
    theirs: dict[str, Any] | None = None
    version: int | None = None
    blockers: list[dict[str, Any]] | None = None
    request_id: str | None = None
    retry_after: int | None = None
    reason: str | None = None


_MEMBERS = frozenset(ProblemDocument.__struct_fields__)


def name_constraints(names: Mapping[str, tuple[str, str | None]]) -> None:
    """Tell how a database constraint speaks: {constraint name: (message code, field)}."""
    _CONSTRAINTS.update(names)


def _column(constraint: str, table: str) -> str:
    """The column of a foreign key as Django names it (table_column_hash_fk_…). Row-level security hides the server's own detail."""
    found = re.match(rf"{re.escape(table)}_(.+)_[0-9a-f]{{8}}_fk", constraint)
    return found[1] if found else constraint


def from_database(error: psycopg.Error) -> DomainError | None:
    """The domain error a database error stands for, or None when it is a fault of ours."""
    name = error.diag.constraint_name or ""
    if name in _CONSTRAINTS:
        code, field = _CONSTRAINTS[name]
        kind = Conflict if isinstance(error, pg.UniqueViolation | pg.ExclusionViolation) else Invalid
        return kind(code, field=field)
    if isinstance(error, pg.UniqueViolation):
        return Conflict("already_exists", field=name)
    if isinstance(error, pg.ForeignKeyViolation):
        return Invalid("unknown_reference", field=_column(name, error.diag.table_name or ""))
    if isinstance(error, pg.DataError):  # NUL bytes, numbers out of range: refused input
        return Invalid("invalid_body", reason=type(error).__name__)
    if isinstance(error, pg.DiskFull):
        return Unavailable("storage_full", extra={"retry_after": 30})
    if isinstance(error, pg.SerializationFailure | pg.DeadlockDetected | pg.LockNotAvailable | pg.QueryCanceled):
        return Unavailable("unavailable", extra={"retry_after": 1})
    return None


def document(error: DomainError, locale: str, request_id: str) -> bytes:
    """The problem document of `error` in the caller's language."""
    detail = error.text(locale)
    extra = {k: v for k, v in error.extra.items() if k in _MEMBERS}
    return msgspec.json.encode(
        ProblemDocument(
            type=f"/docs/errors#{error.code}",
            title=error.code.replace("_", " "),
            status=error.status,
            code=error.code,
            detail=detail,
            field=error.field,
            request_id=request_id,
            **extra,
        )
    )
