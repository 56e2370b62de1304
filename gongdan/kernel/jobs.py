"""Background work: a job is a row in the transaction that asked for it (ADR 0006).

Workers take batches under a lease (SKIP LOCKED); a lease that ends unattended makes the job free again, and the fencing
token keeps a late worker from having an effect. A job's database effect and its removal commit together. After
`MAX_ATTEMPTS` it is parked: shown, replayable, never dropped.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection

from gongdan.kernel import faults, pipeline
from gongdan.kernel.access import system_actor
from gongdan.kernel.clock import Clock
from gongdan.kernel.errors import DomainError
from gongdan.kernel.work import CHAIN, SET_TENANT, Work, transaction_scope

log = logging.getLogger("gongdan.jobs")
JobHandler = Callable[[Work, dict[str, Any]], None]
LEASE_SECONDS = 20
MAX_ATTEMPTS = 5
BATCH = 20
KEEP_CONNECTION_SECONDS = 5  # a duty that runs less often gives its connection back in between
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)
# what a job or a duty may fail with and the worker goes on; a RecursionError is a RuntimeError
FAILURES = (
    DomainError, ArithmeticError, LookupError, TypeError, ValueError, OSError, RuntimeError, AttributeError, psycopg.Error,
    DatabaseError,
)  # fmt: skip
_HANDLERS: dict[str, JobHandler] = {}
_DUTIES: dict[str, tuple[int, Callable[[datetime], None]]] = {}

TAKE = "select id, tenant_id from take_jobs(%s, %s, %s, %s)"
ATTEMPTS = "select attempts from kernel_job where id = %s"
LOAD = "select kind, args, attempts from kernel_job where id = %s and lease_token = %s for update"
DONE = "delete from kernel_job where id = %s and lease_token = %s"
FAIL = (
    "update kernel_job set state = %s, error = %s, run_at = %s, lease_until = null, lease_token = null "
    "where id = %s and lease_token = %s"
)


class LeaseLost(Exception):
    """Another worker has the job now; this one's effect is rolled back."""


def handles(kind: str) -> Callable[[JobHandler], JobHandler]:
    """Register the handler of a job kind. It must be safe to repeat."""

    def register(handler: JobHandler) -> JobHandler:
        if kind in _HANDLERS and _HANDLERS[kind] is not handler:
            raise ValueError(f"job kind {kind!r} has two handlers")
        _HANDLERS[kind] = handler
        return handler

    return register


def duty(name: str, every_seconds: int) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Register a background duty of the installation: `run(at)` about every `every_seconds`."""

    def register(run: Callable[[datetime], None]) -> Callable[[datetime], None]:
        _DUTIES[name] = (every_seconds, run)
        return run

    return register


def kinds() -> list[str]:
    """All registered job kinds."""
    return sorted(_HANDLERS)


def duties() -> dict[str, int]:
    """All duties and their periods in seconds."""
    return {name: every for name, (every, _) in sorted(_DUTIES.items())}


def run_one(tenant_id: UUID, job_id: UUID, token: UUID, at: datetime) -> bool:
    """Run one leased job. Returns False when the lease was lost. Errors of the handler propagate."""
    with transaction_scope() as raw:
        _, found = pipeline.run(raw, [(SET_TENANT, [str(tenant_id)]), (LOAD, [job_id, token])])
        if not found.rows:
            return False
        kind, args, _ = found.rows[0]
        work = Work(raw, system_actor(tenant_id, kind), at)
        given = msgspec.json.decode(args)
        work.chain = int(given.pop(CHAIN, 0))
        _HANDLERS[kind](work, given)
        work.write(DONE, [job_id, token], expect=1, error=LeaseLost)
        work.flush()
        faults.point("job_before_commit")
    return True


def _failed(tenant_id: UUID, job_id: UUID, token: UUID, at: datetime, attempts: int, error: BaseException) -> None:
    parked = attempts >= MAX_ATTEMPTS
    delay = timedelta(seconds=min(2**attempts, 300))
    text = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode()[:2000].replace("\x00", "")
    with transaction_scope() as raw:
        state = "parked" if parked else "ready"
        pipeline.run(raw, [(SET_TENANT, [str(tenant_id)]), (FAIL, [state, text, at + delay, job_id, token])])


class Worker:
    """Takes jobs and duties until told to stop."""

    def __init__(self, clock: Clock, poll_seconds: float = 0.5) -> None:
        self.clock = clock
        self.poll_seconds = poll_seconds
        self.stopping = threading.Event()
        self._held: dict[UUID, UUID] = {}
        self._held_lock = threading.Lock()

    def run(self, until_empty: bool = False) -> int:  # noqa: FBT001, FBT002 – a mode of the command
        """Work until stopped, or until no job is ready. Returns the number of jobs done."""
        done = 0
        beside = [threading.Thread(target=self._keep_leases, name="leases", daemon=True)]
        if not until_empty:  # each in a thread of its own: a long job, or a mail server that hangs, keeps no timer waiting
            beside += [
                threading.Thread(target=self._keep_duty, args=(name,), name=f"duty {name}", daemon=True) for name in sorted(_DUTIES)
            ]
        for thread in beside:
            thread.start()
        try:
            while not self.stopping.is_set():
                try:
                    count = self.step()
                except (psycopg.Error, DatabaseError) as error:
                    if isinstance(error, AWAY):  # a line, not a page: this repeats until the server is back
                        log.warning("database not available; trying again: %s", str(error).strip().split("\n")[0])
                    else:
                        log.exception("the database refused; trying again")
                    connection.close()
                    count = 0
                done += count
                if count == 0:
                    if until_empty:
                        break
                    self.stopping.wait(self.poll_seconds)
        finally:
            self.stopping.set()
            for thread in beside:
                thread.join(timeout=2)
        return done

    def step(self) -> int:
        """Take one batch and run it. Returns how many were taken."""
        token = uuid4()
        now = self.clock.now()
        with transaction_scope() as raw:
            taken = pipeline.run(raw, [(TAKE, [token, BATCH, now, now + timedelta(seconds=LEASE_SECONDS)])])[0].rows
        with self._held_lock:
            self._held = {job_id: token for job_id, _ in taken}
        for job_id, tenant_id in taken:
            self._run_safely(tenant_id, job_id, token)
        with self._held_lock:
            self._held = {}
        return len(taken)

    def _run_safely(self, tenant_id: UUID, job_id: UUID, token: UUID) -> None:
        try:
            run_one(tenant_id, job_id, token, self.clock.now())
        except LeaseLost:
            log.warning("lease of job %s lost", job_id)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            connection.close()
            raise
        except (*FAILURES, MemoryError) as error:
            log.exception("job %s failed", job_id)
            attempts = self._attempts(tenant_id, job_id)
            _failed(tenant_id, job_id, token, self.clock.now(), attempts, error)
        with self._held_lock:
            self._held.pop(job_id, None)

    def _attempts(self, tenant_id: UUID, job_id: UUID) -> int:
        with transaction_scope() as raw:
            _, found = pipeline.run(raw, [(SET_TENANT, [str(tenant_id)]), (ATTEMPTS, [job_id])])
        return int(found.rows[0][0]) if found.rows else MAX_ATTEMPTS

    def _keep_leases(self) -> None:
        while not self.stopping.wait(LEASE_SECONDS / 4):
            with self._held_lock:
                held = list(self._held.items())
            if held:
                until = self.clock.now() + timedelta(seconds=LEASE_SECONDS)
                try:
                    with transaction_scope() as raw:
                        raw.execute("select keep_leases(%s, %s, %s)", [[h[0] for h in held], held[0][1], until])
                except (psycopg.Error, DatabaseError):
                    connection.close()
        connection.close()

    def _keep_duty(self, name: str) -> None:
        every, _ = _DUTIES[name]
        while not self.stopping.wait(min(self.poll_seconds, every)):
            try:
                self._run_duty(name)
            except (psycopg.Error, DatabaseError) as error:
                log.warning("duty %s: database not available; trying again: %s", name, str(error).strip().split("\n")[0])
                connection.close()
            if every > KEEP_CONNECTION_SECONDS:
                connection.close()
        connection.close()

    def _run_duty(self, name: str) -> None:
        every, run = _DUTIES[name]
        now = self.clock.now()
        with transaction_scope() as raw:
            row = raw.execute("select claim_duty(%s, %s, %s)", [name, every, now]).fetchone()
        if row is None or not row[0]:
            return
        try:
            run(now)
        except FAILURES:
            log.exception("duty %s failed", name)
            connection.close()
            return
        with transaction_scope() as raw:
            raw.execute("select duty_done(%s, %s)", [name, self.clock.now()])
