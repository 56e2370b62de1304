"""A unit of work: one transaction, one actor, one instant.

Reads happen at once (several in one round trip with `batch`). Writes are queued and leave in one
pipeline at the end: pending rows first (their projections may still change while reactions run) with what was `put`,
then queued statements, then jobs and the operation's receipt. What does not depend on each other leaves fused into one
statement: each costs client and server some 0.05 ms. Nothing is acknowledged before COMMIT has returned.
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
from psycopg.pq import TransactionStatus

from gongdan.kernel import faults, pipeline
from gongdan.kernel.access import Actor, system_actor
from gongdan.kernel.errors import Conflict
from gongdan.kernel.ids import uuid7
from gongdan.kernel.pipeline import Row, Statement

SET_TENANT = "select set_config('app.tenant', %s, true)"
ADD_JOBS = (
    "insert into kernel_job (id, tenant_id, kind, args, run_at, attempts, state, dedupe, created_at) "
    "select j.id, %s, j.kind, j.args, j.run_at, 0, 'ready', j.dedupe, %s "
    "from json_populate_recordset(null::kernel_job, %s::json) j on conflict (tenant_id, dedupe) where dedupe is not null do nothing"
)
ENCODER = msgspec.json.Encoder()
MOST_FUSED = 12
CHAIN = "_chain"  # among a job's arguments: the chain of the work that added it


class Pending(Protocol):
    """A row that is written when the work is flushed, after all reactions have had their say.

    Its statements are single INSERTs, UPDATEs or DELETEs, none of which touches a row that another one touches.
    """

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

    __slots__ = (
        "_jobs", "_puts", "_queue", "actor", "at", "because", "chain", "loaded", "operation_id", "pending", "raw",
    )  # fmt: skip

    def __init__(self, raw: psycopg.Connection[Row], actor: Actor, at: datetime, operation_id: UUID | None = None) -> None:
        self.raw = raw
        self.actor = actor
        self.at = at
        self.operation_id = operation_id
        self.loaded: dict[Any, Any] = {}
        self.pending: dict[UUID, Pending] = {}
        self._puts: dict[Any, Statement] = {}
        self._queue: list[_Queued] = []
        self._jobs: list[_Job] = []
        self.chain = 0  # how many rules led here; travels with the jobs this work adds
        self.because: dict[str, Any] = {}  # what every ledger entry of this work carries: the rule that acts

    def new_id(self) -> UUID:
        """A UUIDv7 of this work's instant."""
        return uuid7(self.at)

    def read(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one query now; rows as tuples. Prepared on the server."""
        return pipeline.run(self.raw, [(sql, params)])[0].rows

    def read_last(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """`read`, with the end of the transaction in the same round trip: nothing may be read or written after it."""
        return pipeline.run(self.raw, [(sql, params)], commit=True)[0].rows

    def one(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        """The first row of `read`, or None."""
        return next(iter(self.read(sql, params)), None)

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

    def put(self, key: Any, sql: str, params: Sequence[Any]) -> None:
        """Queue the last word on something: a later put of the same key replaces it.

        `sql`: one INSERT, UPDATE or DELETE that needs nothing written by this work, and touches no row that another put touches.
        """
        self._puts[key] = (sql, params)

    def defer(self, kind: str, args: dict[str, Any], *, run_at: datetime | None = None, dedupe: str | None = None) -> UUID:
        """Add a job in this transaction. `dedupe`: one job of a tenant, waiting or running, has this key; another is dropped."""
        if self.chain:
            args = {**args, CHAIN: self.chain}
        job = _Job(self.new_id(), kind, args, run_at or self.at, dedupe)
        self._jobs.append(job)
        return job.id

    def _leaving(self, last: Sequence[Statement]) -> list[_Queued]:
        """All queued writes in order, fused where they may be; nothing is queued afterwards."""
        first = [statement for row in self.pending.values() for statement in row.statements()]
        first += self._puts.values()
        end: list[Statement] = []
        if self._jobs:
            end.append((ADD_JOBS, [self.actor.tenant_id, self.at, ENCODER.encode(self._jobs).decode()]))
        end += last
        if not self._queue:
            first, end = [*first, *end], []
        queue = [*fused(first), *self._queue, *fused(end)]
        self.pending, self._puts, self._queue, self._jobs = {}, {}, [], []
        return queue

    def flush(self, last: Sequence[Statement] = (), *, commit: bool = False) -> None:
        """Send all queued writes in one round trip. `last` go at the very end.

        With `commit`, COMMIT travels with them, unless a row count has to be looked at first.
        """
        queue = self._leaving(last)
        if not queue:
            return
        commit = commit and all(q.expect is None for q in queue)
        if commit:
            faults.point("before_commit")
        results = pipeline.run(self.raw, [(q.sql, q.params) for q in queue], commit=commit)
        for queued, result in zip(queue, results, strict=True):
            if queued.expect is not None and result.touched != queued.expect:
                raise queued.error() if queued.error else Conflict("stale_version")


def fused(pieces: Sequence[Statement]) -> list[_Queued]:
    """Independent writes as few statements: `with w0 as (…), w1 as (…) …`. Few texts come of it, each is prepared once."""
    found = []
    for begin in range(0, len(pieces), MOST_FUSED):
        *before, (sql, params) = pieces[begin : begin + MOST_FUSED]
        if before:
            sql = f"with {', '.join(f'w{n} as ({text})' for n, (text, _) in enumerate(before))} {sql}"
            params = [p for _, given in before for p in given] + list(params)
        found.append(_Queued(sql, params, None, None))
    return found


def batch(raw: psycopg.Connection[Row], statements: Sequence[Statement]) -> list[list[Row]]:
    """Run several queries on a raw connection in one round trip."""
    return [result.rows for result in pipeline.run(raw, statements)]


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
        pipeline.run(raw, [(SET_TENANT, [str(actor.tenant_id)])])
        work = Work(raw, actor, at, operation_id)
        yield work
        work.flush()


@contextmanager
def system_work(tenant_id: UUID, name: str, at: datetime) -> Iterator[Work]:
    """A unit of work of a part of the system, for one tenant."""
    with unit_of_work(system_actor(tenant_id, name), at) as work:
        yield work
