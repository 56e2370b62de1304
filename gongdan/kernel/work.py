"""A unit of work: one transaction, one actor, one instant.

Reads happen at once (several in one round trip with `batch`). Writes are queued and leave in one
pipeline at the end, in order: pending rows first (their projections may still change while reactions run),
then queued statements, then jobs and the operation's receipt. Nothing is acknowledged before COMMIT has returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

import msgspec
import psycopg
from django.db import connection, transaction
from psycopg import _queries
from psycopg.pq import TransactionStatus

from gongdan.kernel import faults
from gongdan.kernel.access import Actor, system_actor
from gongdan.kernel.errors import Conflict
from gongdan.kernel.ids import uuid7

Statement = tuple[str, Sequence[Any]]
Row = tuple[Any, ...]
SET_TENANT = "select set_config('app.tenant', %s, true)"
ADD_JOBS = (
    "insert into kernel_job (id, tenant_id, kind, args, run_at, attempts, state, dedupe, created_at) "
    "select j.id, %s, j.kind, j.args, j.run_at, 0, 'ready', j.dedupe, %s "
    "from json_populate_recordset(null::kernel_job, %s::json) j on conflict (tenant_id, dedupe) where dedupe is not null do nothing"
)
ENCODER = msgspec.json.Encoder()
# psycopg forgets how it has read a statement of over 50 parameters or 4 096 characters and reads it again each time: "create an
# order" has more, and that cost 0.3 ms of 1.4. The version is pinned; a test asserts that the names are still there.
_queries.MAX_CACHED_STATEMENT_PARAMS = 200
_queries.MAX_CACHED_STATEMENT_LENGTH = 16_384


class Pending(Protocol):
    """A row that is written when the work is flushed, after all reactions have had their say."""

    def statements(self) -> list[Statement]: ...


class _Queued(msgspec.Struct):
    sql: str
    params: Sequence[Any]
    expect: int | None
    error: Callable[[], Exception] | None


class _Job(msgspec.Struct):
    id: UUID
    kind: str
    args: dict[str, Any]
    run_at: datetime
    dedupe: str | None


class Work:
    """One unit of work. Made by `unit_of_work` or by the HTTP edge; actions take it as first argument."""

    __slots__ = ("_depth", "_jobs", "_queue", "actor", "at", "loaded", "operation_id", "pending", "raw")

    def __init__(self, raw: psycopg.Connection[Row], actor: Actor, at: datetime, operation_id: UUID | None = None) -> None:
        self.raw = raw
        self.actor = actor
        self.at = at
        self.operation_id = operation_id
        self.loaded: dict[Any, Any] = {}
        self.pending: dict[UUID, Pending] = {}
        self._queue: list[_Queued] = []
        self._jobs: list[_Job] = []
        self._depth = 0

    def new_id(self) -> UUID:
        """A UUIDv7 of this work's instant."""
        return uuid7(self.at)

    def read(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one query now; rows as tuples. Prepared on the server."""
        return self.raw.execute(cast("Any", sql), params, prepare=True).fetchall()

    def read_last(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """`read`, with the end of the transaction in the same round trip: nothing may be read or written after it."""
        with self.raw.pipeline():
            cursor = self.raw.execute(cast("Any", sql), params, prepare=True)
            self.raw.commit()
        return cursor.fetchall()

    def one(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        """The first row of `read`, or None."""
        return self.raw.execute(cast("Any", sql), params, prepare=True).fetchone()

    def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run several queries in one round trip."""
        return batch(self.raw, statements)

    def write(
        self,
        sql: str,
        params: Sequence[Any],
        *,
        expect: int | None = None,
        error: Callable[[], Exception] | None = None,
    ) -> None:
        """Queue a statement. With `expect`, any other row count raises `error()` and nothing is committed."""
        self._queue.append(_Queued(sql, params, expect, error))

    def defer(self, kind: str, args: dict[str, Any], *, run_at: datetime | None = None, dedupe: str | None = None) -> UUID:
        """Add a job in this transaction. `dedupe`: at most one waiting job of a tenant has this key."""
        job = _Job(self.new_id(), kind, args, run_at or self.at, dedupe)
        self._jobs.append(job)
        return job.id

    def _jobs_with(self, last: Sequence[Statement]) -> _Queued:
        """One statement that adds all jobs, and the operation's receipt with them when there is one."""
        sql, params = ADD_JOBS, [self.actor.tenant_id, self.at, ENCODER.encode(self._jobs).decode()]
        for text, values in last:
            sql, params = f"with jobs as ({sql}) {text}", [*params, *values]
        return _Queued(sql, params, None, None)

    def flush(self, last: Sequence[Statement] = (), *, commit: bool = False) -> None:
        """Send all queued writes in one round trip. `last` go at the very end.

        With `commit`, COMMIT travels with them, unless a row count has to be looked at first.
        """
        queue = [_Queued(s, p, None, None) for row in self.pending.values() for s, p in row.statements()]
        queue += self._queue
        if self._jobs:
            queue.append(self._jobs_with(last))
        else:
            queue += [_Queued(s, p, None, None) for s, p in last]
        self.pending = {}
        self._queue = []
        self._jobs = []
        if not queue:
            return
        commit = commit and all(q.expect is None for q in queue)
        if commit:
            faults.point("before_commit")
        with self.raw.pipeline():
            cursors = [self.raw.execute(cast("Any", q.sql), q.params, prepare=True) for q in queue]
            if commit:
                self.raw.commit()
        for queued, cursor in zip(queue, cursors, strict=True):
            if queued.expect is not None and cursor.rowcount != queued.expect:
                raise queued.error() if queued.error else Conflict("stale_version")


def batch(raw: psycopg.Connection[Row], statements: Sequence[Statement]) -> list[list[Row]]:
    """Run several queries on a raw connection in one round trip."""
    with raw.pipeline():
        cursors = [raw.execute(cast("Any", sql), params, prepare=True) for sql, params in statements]
    return [c.fetchall() if c.pgresult is not None and c.pgresult.nfields else [] for c in cursors]


def raw_connection() -> psycopg.Connection[Row]:
    """This thread's psycopg connection, the one Django's ORM uses too."""
    connection.ensure_connection()
    return cast("psycopg.Connection[Row]", connection.connection)


@contextmanager
def transaction_scope() -> Iterator[psycopg.Connection[Row]]:
    """A database transaction; the raw connection and the ORM share it. Commits at the end or not at all."""
    raw = raw_connection()
    with transaction.atomic(durable=True):
        yield raw
        if raw.pgconn.transaction_status != TransactionStatus.IDLE:
            faults.point("before_commit")
    faults.point("after_commit")


@contextmanager
def unit_of_work(actor: Actor, at: datetime, operation_id: UUID | None = None) -> Iterator[Work]:
    """A unit of work outside HTTP (jobs, commands, simulator): sets the tenant, flushes, commits."""
    with transaction_scope() as raw:
        raw.execute(SET_TENANT, [str(actor.tenant_id)], prepare=True)
        work = Work(raw, actor, at, operation_id)
        yield work
        work.flush()


@contextmanager
def system_work(tenant_id: UUID, name: str, at: datetime) -> Iterator[Work]:
    """A unit of work of a part of the system, for one tenant."""
    with unit_of_work(system_actor(tenant_id, name), at) as work:
        yield work
