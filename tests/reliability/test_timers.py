"""R08 with an injected clock: every threshold fires once and never early, whatever clock and workers do; and its cost."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.kernel import jobs
from gongdan.kernel.work import system_work, transaction_scope
from gongdan.sla import jobs as sla_jobs
from gongdan.sla import sweeping
from gongdan.wiring.testing import World, world

ORDERS, DORMANT, SWEEPS = 334, 100_000, 20  # three thresholds each: 1,000 timers
PERIOD = 2  # seconds between sweeps
CPU_SHARE = 0.01
TARGET = {
    "key": "resolve", "label": {"zh": "解决", "en": "Resolution"}, "minutes": dict.fromkeys(("1", "2", "3", "4"), 10),
    "stops_on": ["complete", "close", "cancel"], "pauses_on": ["customer"],
}  # fmt: skip
POLICY = {"name": {"zh": "十分钟", "en": "Ten minutes"}, "calendar": "always", "targets": [TARGET]}


def _company() -> World:
    made = world()
    assert made.client("admin").post("/sla/policies", POLICY).status == 201
    made.clock.set(NOW)
    made.sweep()
    return made


@pytest.fixture(scope="module")
def scene(own_database: str) -> World:
    """A company alone in its database: a sweep looks at all companies', and those that other tests left would come first."""
    assert own_database
    return _company()


def _marks(scene: World) -> list[tuple[UUID, int, datetime, datetime]]:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        return [(r[0], r[1], r[2], r[3]) for r in work.read("select order_id, percent, reached_at, at from sla_mark")]


def _told(scene: World) -> Counter[tuple[str, str]]:
    """How often people are told of each breach: jobs of this company that wait."""
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        sql = "select args ->> 'order_id', args ->> 'due_at' from kernel_job where kind = 'automation.tell_breached'"
        return Counter((r[0], r[1]) for r in work.read(sql))


def _die_in_the_middle(monkeypatch: pytest.MonkeyPatch, rng: random.Random) -> None:
    """Half of all sweeps end before their commit, as a killed worker's do."""
    run = sweeping.wake

    def wake(work: Any, order_ids: list[UUID]) -> None:
        run(work, order_ids)
        if rng.random() < 0.5:
            work.flush()
            raise OSError("killed")

    monkeypatch.setattr(sweeping, "wake", wake)


def _sweep(scene: World) -> None:
    try:
        sla_jobs.sweep(scene.clock.now())
    except OSError:
        return


def test_a_thousand_timers_fire_once_each_and_never_early(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(8)
    made = []
    for _ in range(ORDERS):
        made.append(scene.order()["id"])
        scene.clock.advance(timedelta(seconds=rng.random()))
    _die_in_the_middle(monkeypatch, rng)
    end = scene.clock.now() + timedelta(minutes=11)
    while scene.clock.now() < end:
        _sweep(scene)
        scene.clock.advance(timedelta(seconds=PERIOD))
    monkeypatch.undo()
    _sweep(scene)
    mine = {UUID(i) for i in made}
    marks = [m for m in _marks(scene) if m[0] in mine]
    assert Counter(percent for _, percent, _, _ in marks) == {50: ORDERS, 80: ORDERS, 100: ORDERS}
    late = sorted((at - reached).total_seconds() for _, _, reached, at in marks)
    assert late[0] >= 0, "none early"
    assert late[-1] <= 30, "half of all sweeps died"
    told = {k: n for k, n in _told(scene).items() if UUID(k[0]) in mine}
    assert (len(told), set(told.values())) == (ORDERS, {1})
    states = {scene.client("agent").get(f"/orders/{i}").json["sla_state"] for i in made[:20]}
    assert states == {"breached"}


def test_without_kills_none_is_later_than_five_seconds(scene: World) -> None:
    made = {UUID(scene.order()["id"]) for _ in range(20)}
    for _ in range(320):
        scene.clock.advance(timedelta(seconds=PERIOD))
        sla_jobs.sweep(scene.clock.now())
    late = [(at - reached).total_seconds() for order_id, _, reached, at in _marks(scene) if order_id in made]
    assert len(late) == 60
    assert 0 <= min(late) <= max(late) <= 5


def test_a_clock_that_jumps_fires_nothing_early_and_nothing_twice(scene: World) -> None:
    order_id = UUID(scene.order()["id"])
    begun = scene.clock.now()

    def fired() -> list[int]:
        return sorted(p for o, p, _, _ in _marks(scene) if o == order_id)

    for minutes, expected in (
        (4, []),
        (6, [50]),
        (-30, [50]),
        (6, [50]),
        (9, [50, 80]),
        (1, [50, 80]),
        (24 * 60, [50, 80, 100]),
        (9, [50, 80, 100]),
    ):
        scene.clock.set(begun + timedelta(minutes=minutes))
        for _ in range(3):
            sla_jobs.sweep(scene.clock.now())
        assert fired() == expected, minutes
    scene.clock.set(begun + timedelta(days=2))


def test_a_duty_goes_on_when_the_clock_was_set_back(scene: World) -> None:
    """Otherwise no timer would fire until the clock had caught up with the last sweep."""

    def claimed(at: datetime) -> bool:
        with transaction_scope() as raw:
            row = raw.execute("select claim_duty('test.back', 2, %s)", [at]).fetchone()
        return bool(row and row[0])

    now = scene.clock.now()
    assert [claimed(now), claimed(now + timedelta(seconds=1))] == [True, False]
    assert [claimed(now - timedelta(seconds=1)), claimed(now - timedelta(hours=1))] == [False, True]


def test_many_dormant_timers_cost_next_to_nothing(scene: World) -> None:
    """The sweep's whole time, waiting for the database included, is the upper bound of what both sides compute."""
    order_id = scene.order()["id"]
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.write(
            "insert into sla_clock (tenant_id, order_id, key, started_at, segments, pauses, state, due_at, wake_at, wake) "
            "select tenant_id, order_id, 'k' || n, started_at, segments, pauses, state, due_at + n * interval '1 s', "
            "wake_at + interval '1 day' + n * interval '1 s', 50 from sla_clock, generate_series(1, %s) n where order_id = %s",
            [DORMANT, order_id],
        )
    spent = []
    for _ in range(SWEEPS):
        begun = time.perf_counter()
        sla_jobs.sweep(scene.clock.now())
        spent.append(time.perf_counter() - begun)
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.write("delete from sla_clock where order_id = %s and key like 'k%%'", [order_id])
    median = sorted(spent)[SWEEPS // 2]
    print(f"a sweep over {DORMANT} sleeping timers: {median * 1000:.1f} ms, {median / PERIOD:.2%} of its period")
    assert median / PERIOD <= CPU_SHARE, median


def test_without_the_mark_on_the_clock_everything_fires_again_and_again(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a sweep that forgets what it fired is noticed by what people are told."""
    order_id = scene.order()["id"]
    monkeypatch.setattr(sweeping, "WAKE", "select %s::text")
    scene.clock.advance(timedelta(minutes=11))
    for _ in range(3):
        sla_jobs.sweep(scene.clock.now())
    assert [n for (order, _), n in _told(scene).items() if order == order_id] == [3]
    monkeypatch.undo()
    sla_jobs.sweep(scene.clock.now())
    assert jobs.duties()["sla.sweep"] == PERIOD
