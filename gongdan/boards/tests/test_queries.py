"""Figures on homes and boards equal the lists behind them, for every role."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.boards.queries import CARDS, HOMES
from gongdan.wiring.testing import World, world

ROLES = ("agent", "dispatcher", "engineer", "manager", "partner", "admin")


@pytest.fixture(scope="module")
def company() -> World:
    """Orders of two blueprints in every state, with and without assignee, held, overdue."""
    made = world()
    made.clock.set(NOW)
    for priority, state in enumerate(("pending", "dispatched", "in_service", "resolved", "follow_up", "closed", "cancelled")):
        for blueprint, fields in (("service", {"category": "consult"}), ("repair", {"fault_type": "hvac"})):
            body: dict[str, Any] = {"blueprint": blueprint, "title": state, "fields": fields, "priority": 1 + priority % 4}
            if state != "pending":
                body["state"] = state
            assert made.client("admin").post("/orders", body).status == 201
    for verb, extra, who in (
        ("hold", {"waiting_on": "customer", "reason": "x"}, "agent"),
        ("hold", {"waiting_on": "parts", "reason": "x"}, "engineer"),
        ("accept", {}, "manager"),
        ("accept", {}, "partner"),
    ):
        order_id = made.order()["id"]
        _say(made, order_id, "assign", {"assignee_id": str(made.company.people[who])})
        _say(made, order_id, verb, extra)
    return made


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _say(scene: World, order_id: str, verb: str, body: dict[str, Any]) -> None:
    admin = scene.client("admin")
    version = admin.get(f"/orders/{order_id}").json["version"]
    answer = admin.post(f"/orders/{order_id}/{verb}", body, version=version)
    assert answer.status == 200, answer.body.decode()


def _list(scene: World, role: str, filters: dict[str, str]) -> list[str]:
    answer = scene.client(role).get(f"/orders?{urlencode({**filters, 'limit': '200'})}")
    assert answer.status == 200, answer.body.decode()
    return [o["id"] for o in answer.json["items"]]


@pytest.mark.parametrize("role", ROLES)
def test_every_figure_of_a_home_is_the_length_of_its_list(scene: World, role: str) -> None:
    cards = scene.client(role).get("/home").json
    assert [c["key"] for c in cards] == HOMES[role]
    for card in cards:
        assert card["count"] == len(_list(scene, role, card["filter"])), card
        assert card["label"]["zh"]
        assert card["label"]["en"].isascii()
    assert any(c["count"] for c in cards), "control: not everything is 0"


def test_every_card_of_every_home_exists() -> None:
    assert {k for keys in HOMES.values() for k in keys} <= set(CARDS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("query", ["", "?blueprint=repair", "?priority=1", "?assignee_id=me", "?blueprint=service&priority=2"])
def test_every_column_of_a_board_is_its_list(scene: World, role: str, query: str) -> None:
    columns = scene.client(role).get(f"/boards/states{query}").json["columns"]
    assert [c["family"] for c in columns] == sorted(
        (c["family"] for c in columns), key="waiting working resolved closed".split().index
    )
    for column in columns:
        listed = _list(scene, role, column["filter"])
        assert (column["count"], set(listed)) == (len(listed), {i["id"] for i in column["items"]}), column["state"]
        assert {i["state"] for i in column["items"]} <= {column["state"]}


def test_the_sum_of_a_board_is_what_one_may_see(scene: World) -> None:
    for role in ROLES:
        columns = scene.client(role).get("/boards/states").json["columns"]
        everything = scene.client(role).get("/orders/count").json["count"]
        assert sum(c["count"] for c in columns) == everything, role


def test_an_order_closed_today_is_on_the_board_however_old_it_is(scene: World) -> None:
    order_id = scene.order()["id"]

    def shown() -> set[str]:
        columns = scene.client("admin").get("/boards/states").json["columns"]
        return {i["id"] for c in columns if c["state"] == "cancelled" for i in c["items"]}

    scene.pass_minutes(60 * 24 * 30)
    _say(scene, order_id, "cancel", {"reason": "x"})
    assert order_id in shown()
    scene.pass_minutes(60 * 24 * 6)
    assert order_id in shown()
    scene.pass_minutes(60 * 24 * 2)
    assert order_id not in shown(), "after a week it is history"


def test_overdue_counts_what_is_open_only(scene: World) -> None:

    before = {c["key"]: c["count"] for c in scene.client("manager").get("/home").json}["breached"]
    order_id = scene.order()["id"]
    scene.pass_minutes(60 * 24 * 9)
    scene.sweep()
    during = {c["key"]: c for c in scene.client("manager").get("/home").json}["breached"]
    assert during["count"] > before
    assert order_id in _list(scene, "manager", during["filter"])
    _say(scene, order_id, "cancel", {"reason": "x"})
    after = {c["key"]: c for c in scene.client("manager").get("/home").json}["breached"]
    assert after["count"] == during["count"] - 1
