"""The global board, figures and trends: each number is the length of its list, each value what the orders say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from gongdan.boards.kpis import FIGURES
from gongdan.boards.tests.scenes import LATER, ROLES, answered, company, number
from gongdan.wiring.testing import World


@pytest.fixture(scope="module")
def made() -> World:
    return company()


@pytest.fixture
def scene(made: World) -> World:
    """The company at the hour after everything above happened, whatever other tests made of its clock."""
    made.clock.set(LATER)
    return made


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("query", [{}, {"blueprint": "repair"}, {"priority": "1"}, {"assignee_id": "none"}])
def test_every_number_of_the_global_board_is_its_list(scene: World, role: str, query: dict[str, str]) -> None:
    board = answered(scene.client(role).get(f"/boards/global?{urlencode(query)}"))
    for counted in (board["open"], board["at_risk"], board["breached"], *(x["orders"] for x in (*board["heat"], *board["ages"]))):
        assert counted["count"] == number(scene, role, counted["filter"]), counted["filter"]
    for step in board["steps"]:
        assert step["orders"]["count"] == number(scene, role, step["orders"]["filter"]), step
    assert sum(c["orders"]["count"] for c in board["heat"]) == board["open"]["count"]
    todo = number(scene, role, {**query, "family": "waiting,working"})
    assert sum(b["orders"]["count"] for b in board["ages"]) == todo, "every unresolved order has an age"
    assert {c["team_id"] for c in board["heat"]} == {t["id"] for t in board["teams"]}
    assert {c["state"] for c in board["heat"]} <= {s["key"] for s in board["states"]}


def test_the_step_that_takes_longer_than_usual_comes_first(scene: World) -> None:
    scene.pass_minutes(60 * 5)
    steps = answered(scene.client("manager").get("/boards/global"))["steps"]
    assert steps
    assert [s["ratio"] or 0 for s in steps] == sorted((s["ratio"] or 0 for s in steps), reverse=True)
    worst = steps[0]
    assert worst["usual_minutes"] is not None
    assert worst["ratio"] == pytest.approx(worst["waiting_minutes"] / worst["usual_minutes"], rel=0.05)
    assert all(s["label"]["zh"] for s in steps)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("query", [{}, {"blueprint": "repair"}, {"team_id": "none"}])
def test_every_step_of_a_period_is_its_list(scene: World, role: str, query: dict[str, str]) -> None:
    today = LATER.date()
    for first in (today - timedelta(days=6), today):
        steps = answered(scene.client(role).get(f"/boards/steps?{urlencode({**query, 'from': first.isoformat()})}"))
        assert [s["ratio"] or 0 for s in steps] == sorted((s["ratio"] or 0 for s in steps), reverse=True)
        for step in steps:
            assert step["orders"]["count"] == number(scene, role, step["orders"]["filter"]), step


def test_a_step_of_a_period_says_how_long_it_took(scene: World) -> None:
    query = urlencode({"blueprint": "repair", "from": LATER.date().isoformat()})
    steps = {s["step"]: s for s in answered(scene.client("manager").get(f"/boards/steps?{query}"))}
    whole = urlencode({"blueprint": "repair", "from": (LATER.date() - timedelta(days=9)).isoformat()})
    all_steps = {s["step"]: s for s in answered(scene.client("manager").get(f"/boards/steps?{whole}"))}
    assert all_steps
    for step, found in steps.items():
        assert found["orders"]["count"] <= all_steps[step]["orders"]["count"]
    assert all(s["usual_minutes"] is None for s in all_steps.values()), "nothing was passed before all of it"
    assert max(s["waiting_minutes"] for s in all_steps.values()) >= 30
    assert scene.client("manager").get("/boards/steps?from=2026-05-01&to=2026-04-01").status == 422


def test_the_global_board_says_nothing_of_customers(scene: World) -> None:
    scene.order(title="漏水的张三家", contact_name="张三", contact_phone="13800138000", priority=1)
    text = scene.client("admin").get("/boards/global").body.decode()
    assert "张三" not in text
    assert "8000" not in text
    assert {"number", "state", "family", "team", "priority", "waiting_on", "sla_state", "next_due_at"} == set(
        answered(scene.client("admin").get("/boards/global"))["urgent"][0]
    )


@pytest.mark.parametrize("role", ["admin", "manager", "agent", "engineer"])
@pytest.mark.parametrize("query", [{}, {"blueprint": "repair"}, {"blueprint": "service"}])
def test_every_figure_opens_as_many_orders_as_it_says(scene: World, role: str, query: dict[str, str]) -> None:
    found = answered(scene.client(role).get(f"/boards/kpis?{urlencode(query)}"))
    keys = {i["key"] for i in found["items"]}
    assert keys == {*FIGURES, "backlog"} - (set() if role != "engineer" else {"csat"})
    for item in found["items"]:
        assert item["orders"]["count"] == number(scene, role, item["orders"]["filter"]), item["key"]
        if item["part"] is not None:
            assert item["part"]["count"] == number(scene, role, item["part"]["filter"]), item["key"]
            whole = item["orders"]["count"]
            assert item["value"] == (round(100 * item["part"]["count"] / whole, 1) if whole else None)
        assert item["definition"]["zh"]
        assert item["definition"]["en"].isascii()


def test_figures_are_what_the_orders_say(scene: World) -> None:
    """Recomputed from the orders as they are read one by one."""
    items = {i["key"]: i for i in answered(scene.client("admin").get("/boards/kpis"))["items"]}
    listed = answered(scene.client("admin").get(f"/orders?{urlencode({**items['resolve']['orders']['filter'], 'limit': '200'})}"))[
        "items"
    ]
    orders = [answered(scene.client("admin").get(f"/orders/{o['id']}")) for o in listed]
    assert len(orders) >= 5

    def minutes(order: dict[str, Any], until: str) -> float:
        end = datetime.fromisoformat(order[until] or order["resolved_at"])
        return max((end - datetime.fromisoformat(order["opened_at"])).total_seconds(), 0) / 60

    assert items["resolve"]["value"] == pytest.approx(sum(minutes(o, "resolved_at") for o in orders) / len(orders), abs=0.1)
    assert items["first_response"]["value"] == pytest.approx(sum(minutes(o, "accepted_at") for o in orders) / len(orders), abs=0.1)
    assert items["reopened"]["part"]["count"] == sum(o["reopened"] > 0 for o in orders) == 1
    assert 0 < items["first_time"]["part"]["count"] < len(orders)
    assert (items["csat"]["orders"]["count"], items["csat"]["value"]) == (2, 50.0)
    assert 0 < items["sla"]["value"] < 100
    assert not any(o["cancelled"] for o in orders), "who cancels resolves nothing"


@pytest.mark.parametrize("metric", sorted(FIGURES))
@pytest.mark.parametrize("by", ["day", "week"])
def test_every_point_of_a_trend_opens_its_orders(scene: World, metric: str, by: str) -> None:
    found = answered(scene.client("manager").get(f"/boards/trends?metric={metric}&by={by}&compare=previous"))
    assert (
        len(found["points"])
        == len(found["compared"])
        == (30 if by == "day" else 12) + (by == "week" and len(found["points"]) == 13)
    )
    for point in (*found["points"], *found["compared"]):
        if point["orders"]["count"] or point is found["points"][-1]:
            assert point["orders"]["count"] == number(scene, "manager", point["orders"]["filter"]), point
    for before, after in zip(found["points"], found["points"][1:], strict=False):
        assert datetime.fromisoformat(after["from"]) - datetime.fromisoformat(before["to"]) == timedelta(days=1)
    total = next(i for i in answered(scene.client("manager").get("/boards/kpis"))["items"] if i["key"] == metric)["orders"]["count"]
    if by == "day":
        assert sum(p["orders"]["count"] for p in found["points"]) == total > 0, "the days add up to the period"


def test_days_are_the_days_of_who_asks(scene: World) -> None:
    points = answered(scene.client("manager").get("/boards/trends?metric=opened"))["points"]
    assert points[-1]["orders"]["filter"]["opened_from"].endswith("00:00:00+08:00")


@pytest.mark.parametrize(
    "query", ["from=2026-03-02&to=2026-03-01", "from=2020-01-01&to=2026-01-01", "metric=none", "from=yesterday"]
)
def test_a_period_that_makes_no_sense_is_refused(scene: World, query: str) -> None:
    answer = scene.client("manager").get(f"/boards/trends?{query}")
    assert answer.status == 422
    assert answer.json["field"] in ("from", "metric")


def test_ratings_are_for_those_who_may_see_them(scene: World) -> None:
    assert scene.client("engineer").get("/boards/trends?metric=csat").status == 403
    assert scene.client("engineer").get("/orders?rating=5").status == 403
    assert scene.client("manager").get("/orders?rating=6").status == 422
    assert scene.client("manager").get("/orders?reopened=false").status == 422
