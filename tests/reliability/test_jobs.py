"""R05: a job is in the commit that asked for it, runs again when its worker dies, and is parked rather than dropped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gongdan.kernel import jobs
from gongdan.kernel.clock import SimulatedClock
from gongdan.kernel.jobs import LEASE_SECONDS, Worker
from gongdan.kernel.work import Work, system_work
from gongdan.wiring.testing import World, world

done: list[str] = []


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    done.clear()
    monkeypatch.setitem(jobs._HANDLERS, "test.note", lambda work, args: done.append(args["mark"]))
    monkeypatch.setitem(jobs._HANDLERS, "test.fail", _fail)
    made = world()
    made.run_jobs()  # what other tests have left on this database
    return made


def _fail(work: Work, args: dict[str, Any]) -> None:
    raise ValueError("poison")


def _waiting(scene: World) -> list[tuple[str, str, int]]:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        return [(r[0], r[1], r[2]) for r in work.read("select kind, state, attempts from kernel_job order by kind")]


def test_a_job_of_a_rolled_back_transaction_does_not_exist(scene: World) -> None:
    def asked_and_failed() -> None:
        with system_work(scene.company.id, "test", scene.clock.now()) as work:
            work.defer("test.note", {"mark": "x"})
            work.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        asked_and_failed()
    assert _waiting(scene) == []


def test_a_dead_workers_job_is_free_again_within_thirty_seconds(scene: World) -> None:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.defer("test.note", {"mark": "a"})
    dead = Worker(scene.clock)
    taken = _take_and_die(dead, scene.clock)
    assert taken == 1
    scene.run_jobs()
    assert done == [], "the lease still holds"
    scene.clock.advance(timedelta(seconds=30))
    scene.run_jobs()
    assert done == ["a"]
    assert LEASE_SECONDS <= 30


def _take_and_die(worker: Worker, clock: SimulatedClock) -> int:
    """What a worker killed right after taking its batch leaves behind."""
    from gongdan.kernel.work import transaction_scope

    with transaction_scope() as raw:
        now = clock.now()
        return len(raw.execute(jobs.TAKE, [uuid4(), 10, now, now + timedelta(seconds=LEASE_SECONDS)]).fetchall())


def test_a_late_worker_has_no_effect(scene: World) -> None:
    """Fencing: the token of a lost lease cannot finish the job a second time."""
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        job_id = work.defer("test.note", {"mark": "b"})
    stale = uuid4()
    from gongdan.kernel.work import transaction_scope

    with transaction_scope() as raw:
        raw.execute(jobs.TAKE, [stale, 10, scene.clock.now(), scene.clock.now() + timedelta(seconds=1)])
    scene.clock.advance(timedelta(seconds=5))
    scene.run_jobs()
    assert done == ["b"]
    assert jobs.run_one(scene.company.id, job_id, stale, scene.clock.now()) is False
    assert done == ["b"]


def test_poison_is_parked_and_the_others_go_on(scene: World) -> None:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.defer("test.fail", {})
        for n in range(20):
            work.defer("test.note", {"mark": str(n)})
    for _ in range(8):
        scene.run_jobs()
        scene.clock.advance(timedelta(minutes=10))
    assert sorted(done, key=int) == [str(n) for n in range(20)]
    assert _waiting(scene) == [("test.fail", "parked", jobs.MAX_ATTEMPTS)]


def test_without_the_sweep_a_dead_workers_job_is_stuck(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: when leases never end, the job above stays where it is."""
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.defer("test.note", {"mark": "c"})
    monkeypatch.setattr(jobs, "LEASE_SECONDS", 10**7)
    from gongdan.kernel.work import transaction_scope

    with transaction_scope() as raw:
        raw.execute(jobs.TAKE, [uuid4(), 10_000, scene.clock.now(), scene.clock.now() + timedelta(seconds=10**7)])
    scene.clock.advance(timedelta(seconds=30))
    scene.run_jobs()
    assert done == []
