"""The experiment: both ways in small, figures from the ledger only, intervals and verdicts."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.kernel.clock import SimulatedClock
from gongdan.kernel.jobs import Worker
from gongdan.kernel.work import system_work
from gongdan.orders import anchoring
from gongdan.simulator import figures, promise
from gongdan.simulator.model import Model, load
from gongdan.simulator.promise import Interval, interval, report, verdict
from gongdan.simulator.trial import WRONG

SEED = 9003


def _small() -> Model:
    model = load("promise")
    assert model.experiment is not None
    size = msgspec.structs.replace(model.experiment, orders=30, days=5, drain_days=12, customers=10, assets=30, engineers=9)
    return msgspec.structs.replace(model, experiment=size)


MODEL = _small()


def _run(way: str) -> tuple[UUID, Counter[str]]:
    Worker(SimulatedClock(NOW + timedelta(days=400))).run(until_empty=True)  # what other tests left behind is not our story
    return promise.run(MODEL, SEED, way, company=f"p{uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def both() -> dict[str, tuple[UUID, Counter[str]]]:
    return {way: _run(way) for way in promise.WAYS}


def test_nothing_is_refused_and_every_order_ends(both: dict[str, tuple[UUID, Counter[str]]]) -> None:
    for way, (tenant, refused) in both.items():
        assert dict(refused) == {}, way
        found = promise.measure(tenant, MODEL)
        assert (found["orders"], found["unanswered"], found["unresolved"]) == (30, 0, 0), way
        assert anchoring.check(tenant, NOW + timedelta(days=60)).faults == []


def test_both_ways_have_the_same_fate(both: dict[str, tuple[UUID, Counter[str]]]) -> None:
    told = []
    for tenant, _ in both.values():
        with system_work(tenant, "test", NOW) as work:
            told.append(work.read("select occurred_at from orders_event where type = 'created' order by 1"))
    assert told[0] == told[1]


def test_the_same_seed_gives_the_same_figures(both: dict[str, tuple[UUID, Counter[str]]]) -> None:
    for way, (tenant, _) in both.items():
        again, _ = _run(way)
        assert promise.measure(again, MODEL) == promise.measure(tenant, MODEL), way


def test_figures_are_those_of_the_ledger(both: dict[str, tuple[UUID, Counter[str]]]) -> None:
    """Counted again in Python from the bare entries."""
    tenant, _ = both["today"]
    with system_work(tenant, "test", NOW) as work:
        rows = work.read(
            "select order_id, type, actor_kind, occurred_at, data ->> 'reason' from orders_event order by order_id, seq"
        )
    orders: dict[UUID, list[tuple[str, str, object, str | None]]] = {}
    for order, *entry in rows:
        orders.setdefault(order, []).append(tuple(entry))
    first, handling, wrong = [], [], 0
    for entries in orders.values():
        at = {kind: [e[2] for e in entries if e[0] == kind] for kind in ("created", "accept", "start", "complete")}
        answered = min(at["accept"] + at["start"])  # type: ignore[type-var]
        first.append((answered - at["created"][0]).total_seconds() / 3600)  # type: ignore[operator]
        handling.append((max(at["complete"]) - answered).total_seconds() / 3600)  # type: ignore[operator,type-var]
        wrong += any(e[0] == "transfer" and (e[3] or "").startswith(WRONG) for e in entries)
    found = promise.measure(tenant, MODEL)
    assert found["first_response_hours"] == pytest.approx(sum(first) / len(first))
    assert found["handling_hours"] == pytest.approx(sum(handling) / len(handling))
    assert found["wrongly_routed"] == pytest.approx(wrong / len(orders))
    assert found["wrongly_routed"] > 0  # else the line above proves nothing


def test_intervals() -> None:
    found = interval([1.0, 2.0, 3.0])
    assert found.mean == 2.0
    assert found.high - found.mean == pytest.approx(4.303 / math.sqrt(3))
    assert interval([5.0]) == Interval(5.0, -math.inf, math.inf)  # one seed proves nothing
    assert interval([1.0] * 23).low == 1.0


@pytest.mark.parametrize(("low", "high", "said"), [(1, 3.9, "reached"), (4.1, 6, "not reached"), (3, 5, "open"), (1, 4, "reached")])
def test_verdicts_look_at_the_whole_interval(low: float, high: float, said: str) -> None:
    assert verdict(Interval((low + high) / 2, low, high), 4.0) == said


def test_what_is_not_reached_is_said() -> None:
    """Control: a report can say no."""
    base = {key: 1.0 for key, *_ in promise.ROWS}
    poor = [{**base, "first_response_hours": h, "wrongly_routed": 0.2, "handling_hours": 9.0} for h in (20.0, 21.0, 22.0)]
    text = report(poor, poor)
    assert text.count("not reached") == 3


def test_a_company_without_orders_cannot_be_measured() -> None:
    with system_work(uuid4(), "test", NOW) as work, pytest.raises(ValueError, match="no order"):
        figures.promise(work, WRONG)
