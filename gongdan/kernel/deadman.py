"""Whether background duties still run: when each last succeeded, and how jobs stand. A duty that is silent is late, one that left
no row at all too: nobody has to notice its failure for it to be seen."""

from __future__ import annotations

from datetime import datetime

import msgspec
import psycopg

from gongdan.kernel import jobs, pipeline
from gongdan.kernel.pipeline import Row
from gongdan.kernel.work import transaction_scope

LEAST_SECONDS = 30  # shorter silences of a duty that runs every second are a busy machine, not a death
BIG_BYTES = 65_536
DUTIES = "select name, last_ok_at from kernel_duty"
COUNTS = "select waiting, late, parked, oversized from job_counts(%s, %s)"


class DutyState(msgspec.Struct, frozen=True):
    """A duty: its period, when it last succeeded, how long ago (None: never), and whether that is too long."""

    name: str
    every_seconds: int
    last_ok_at: datetime | None
    lag_seconds: float | None
    late: bool


class JobCounts(msgspec.Struct, frozen=True):
    """Jobs that could run now, that have waited more than a minute, that are parked, that are larger than BIG_BYTES."""

    waiting: int
    late: int
    parked: int
    oversized: int


class SystemState(msgspec.Struct, frozen=True):
    """How background work stands; `ok` when no duty is late."""

    ok: bool
    duties: list[DutyState]
    jobs: JobCounts


def allowed(every_seconds: int) -> float:
    """How long a duty may be silent: twice its period."""
    return max(2 * every_seconds, LEAST_SECONDS)


def look(at: datetime) -> SystemState:
    """The state of all duties of this program, in a transaction of its own."""
    with transaction_scope() as raw:
        return state(raw, at)


def state(raw: psycopg.Connection[Row], at: datetime) -> SystemState:
    """`look`, in a transaction that is open."""
    duties, counts = pipeline.run(raw, [(DUTIES, []), (COUNTS, [at, BIG_BYTES])])
    seen: dict[str, datetime | None] = {r[0]: r[1] for r in duties.rows}
    states = [_state(name, every, seen.get(name), at) for name, every in jobs.duties().items()]
    return SystemState(not any(s.late for s in states), states, JobCounts(*counts.rows[0]))


def _state(name: str, every: int, last_ok_at: datetime | None, at: datetime) -> DutyState:
    if last_ok_at is None:
        return DutyState(name, every, None, None, late=True)
    lag = (at - last_ok_at).total_seconds()
    return DutyState(name, every, last_ok_at, lag, late=lag > allowed(every))
