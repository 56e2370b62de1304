"""What lists, homes and the next step show a person: deadlines in order, figures of waiting work, the step of the flow."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.sla.jobs import sweep
from gongdan.wiring.testing import World, world


@pytest.fixture
def scene() -> World:
    return world()


def _say(scene: World, role: str, order_id: str, verb: str, body: dict[str, Any]) -> None:
    client = scene.client(role)
    answer = client.post(f"/orders/{order_id}/{verb}", body, version=client.get(f"/orders/{order_id}").json["version"])
    assert answer.status == 200, answer.body.decode()


def _assigned(scene: World) -> str:
    order_id: str = scene.order()["id"]
    _say(scene, "agent", order_id, "assign", {"assignee_id": str(scene.company.people["engineer"])})
    return order_id


def _resolve(scene: World, order_id: str) -> None:
    for verb, body in (("accept", {}), ("start", {}), ("complete", {"fields": {"fault_cause": "堵塞"}})):
        _say(scene, "engineer", order_id, verb, body)


def test_orders_without_a_deadline_come_last_and_break_no_page(scene: World) -> None:
    without = _assigned(scene)
    _resolve(scene, without)
    soon, later = scene.order(priority=1)["id"], scene.order(priority=4)["id"]
    client, found, cursor = scene.client("agent"), [], ""
    while True:
        page = client.get(f"/orders?sort=due&limit=1&cursor={cursor}")
        assert page.status == 200, page.body.decode()
        found += [o["id"] for o in page.json["items"]]
        cursor = page.json["next"]
        if cursor is None:
            break
    assert found == [soon, later, without]


def test_what_is_solved_is_no_work_any_more(scene: World) -> None:
    order_id = _assigned(scene)
    scene.pass_minutes(60 * 24 * 30)  # far beyond every deadline
    sweep(scene.clock.now())

    def figure(role: str, key: str) -> int:
        return next(c["count"] for c in scene.client(role).get("/home").json if c["key"] == key)

    assert (figure("engineer", "mine"), figure("manager", "breached")) == (1, 1)
    _resolve(scene, order_id)
    assert (figure("engineer", "mine"), figure("manager", "breached")) == (0, 0)


def test_the_next_step_is_not_to_give_the_order_away_again(scene: World) -> None:
    def first(role: str, order_id: str) -> str | None:
        return next((v["verb"] for v in scene.client(role).get(f"/orders/{order_id}").json["verbs"] if v["primary"]), None)

    fresh = scene.order()["id"]
    assert first("dispatcher", fresh) in ("accept", "assign")
    order_id = _assigned(scene)
    assert (first("dispatcher", order_id), first("engineer", order_id)) == (None, "accept")
    _say(scene, "engineer", order_id, "accept", {})
    _say(scene, "engineer", order_id, "start", {})
    assert (first("dispatcher", order_id), first("engineer", order_id)) == (None, "complete")
