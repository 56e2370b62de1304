"""Clocks follow the order through HTTP: pause by what it waits on, resume, near and overdue once, other priority, reopening."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    """The same company every time, back at 09:00."""
    company.clock.set(NOW)
    return company


def _say(scene: World, order_id: str, verb: str, body: dict[str, Any] | None = None, role: str = "admin") -> dict[str, Any]:
    client = scene.client(role)
    version = client.get(f"/orders/{order_id}").json["version"]
    answer = client.post(f"/orders/{order_id}/{verb}", body or {}, version=version)
    assert answer.status == 200, answer.body.decode()
    found: dict[str, Any] = answer.json
    return found


def _clocks(scene: World, order_id: str) -> dict[str, dict[str, Any]]:
    return {c["key"]: c for c in scene.client("agent").get(f"/orders/{order_id}/clocks").json}


def _shown(scene: World, order_id: str) -> tuple[str, str | None]:
    order = scene.client("agent").get(f"/orders/{order_id}").json
    due: str | None = order["next_due_at"]
    return order["sla_state"], due and due.replace("+00:00", "Z")


def _working(scene: World) -> str:
    """An order in service, both clocks begun at 09:00."""
    order_id: str = scene.order()["id"]
    _say(scene, order_id, "assign", {"assignee_id": str(scene.company.people["engineer"])})
    _say(scene, order_id, "start")
    return order_id


def test_a_new_order_shows_its_nearest_deadline(scene: World) -> None:
    order_id = scene.order()["id"]
    clocks = _clocks(scene, order_id)
    assert {k: (c["state"], c["target_minutes"]) for k, c in clocks.items()} == {
        "response": ("running", 120), "resolve": ("running", 960),
    }  # fmt: skip
    assert _shown(scene, order_id) == ("ok", clocks["response"]["due_at"])


@pytest.mark.parametrize(("waiting", "pauses"), [("customer", True), ("parts", True), ("vendor", False), ("us", False)])
def test_only_the_waiting_that_the_blueprint_names_pauses_the_clock(scene: World, waiting: str, pauses: bool) -> None:
    order_id = _working(scene)
    before = _clocks(scene, order_id)["resolve"]["due_at"]
    scene.pass_minutes(30)
    _say(scene, order_id, "hold", {"waiting_on": waiting, "reason": "等"})
    scene.pass_minutes(60)
    held = _clocks(scene, order_id)["resolve"]
    assert held["state"] == ("paused" if pauses else "running")
    assert held["due_at"] == (None if pauses else before)
    assert held["elapsed_seconds"] == (30 if pauses else 90) * 60
    assert _shown(scene, order_id)[0] == ("paused" if pauses else "ok")
    _say(scene, order_id, "resume")
    resumed = _clocks(scene, order_id)["resolve"]
    assert resumed["state"] == "running"
    assert (resumed["due_at"] > before) is pauses


def test_the_response_clock_does_not_wait(scene: World) -> None:
    """Putting an order on hold must not hide that nobody has answered yet."""
    order_id = scene.order()["id"]
    _say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等回电"})
    clocks = _clocks(scene, order_id)
    assert (clocks["response"]["state"], clocks["resolve"]["state"]) == ("running", "paused")
    assert _shown(scene, order_id) == ("ok", clocks["response"]["due_at"])


def test_handing_over_a_held_order_ends_the_pause(scene: World) -> None:
    order_id = _working(scene)
    _say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等"})
    _say(scene, order_id, "transfer", {"assignee_id": str(scene.company.people["manager"]), "reason": "换人"})
    assert _clocks(scene, order_id)["resolve"]["state"] == "running"


def test_near_and_overdue_come_once_and_change_nothing_else(scene: World) -> None:
    order_id = scene.order()["id"]
    version = scene.client("agent").get(f"/orders/{order_id}").json["version"]
    seen = []
    for minutes in (89, 1, 29, 1, 60):
        scene.pass_minutes(minutes)
        scene.sweep()
        seen.append(_shown(scene, order_id)[0])
    assert seen == ["ok", "near", "near", "breached", "breached"]
    order = scene.client("agent").get(f"/orders/{order_id}").json
    assert order["version"] == version, "the sweep is no edit: whoever has the order open can still save"
    assert [e["type"] for e in order["timeline"]] == ["created"]
    listed = scene.client("agent").get("/orders?sla=breached").json["items"]
    assert order_id in [o["id"] for o in listed]


def test_the_sweep_leaves_what_waits_or_is_done_alone(scene: World) -> None:
    waiting, done = _working(scene), _working(scene)
    _say(scene, waiting, "hold", {"waiting_on": "customer", "reason": "等"})
    _say(scene, done, "complete", {"fields": {"fault_cause": "堵塞"}})
    scene.pass_minutes(60 * 24 * 30)
    scene.sweep()
    assert _shown(scene, waiting) == ("paused", None)
    assert _shown(scene, done) == ("met", None)


def test_an_answer_moves_the_list_to_the_next_deadline(scene: World) -> None:
    order_id = scene.order()["id"]
    scene.pass_minutes(130)
    scene.sweep()
    assert _shown(scene, order_id)[0] == "breached"
    _say(scene, order_id, "accept")
    clocks = _clocks(scene, order_id)
    assert clocks["response"]["state"] == "missed"
    assert _shown(scene, order_id) == ("ok", clocks["resolve"]["due_at"])


def test_another_priority_moves_the_deadline_and_keeps_what_was_paused(scene: World) -> None:
    order_id = _working(scene)
    scene.pass_minutes(30)
    _say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等"})
    scene.pass_minutes(60)
    _say(scene, order_id, "resume")
    admin = scene.client("admin")
    version = admin.get(f"/orders/{order_id}").json["version"]
    assert admin.patch(f"/orders/{order_id}", {"priority": 1}, version=version).status == 200
    clock = _clocks(scene, order_id)["resolve"]
    assert (clock["target_minutes"], clock["elapsed_seconds"]) == (240, 30 * 60)
    assert clock["due_at"] == "2026-03-02T07:30:00Z", "09:00 + 240 min, an hour of waiting and the lunch break"
    assert sum(s["seconds"] for s in clock["spans"] if s["counted"]) == clock["elapsed_seconds"]
    assert [s["reason"]["zh"] for s in clock["spans"]] == ["计时", "等客户"]


def test_a_reopened_order_goes_on_counting(scene: World) -> None:
    order_id = _working(scene)
    scene.pass_minutes(60)
    _say(scene, order_id, "complete", {"fields": {"fault_cause": "堵塞"}})
    assert _clocks(scene, order_id)["resolve"]["state"] == "met"
    scene.pass_minutes(60 * 24)
    _say(scene, order_id, "reopen", {"reason": "又漏了"})
    clock = _clocks(scene, order_id)["resolve"]
    assert (clock["state"], clock["elapsed_seconds"], clock["stopped_at"]) == ("running", 60 * 60, None)
    assert any(s["reason"]["zh"] == "已解决期间" for s in clock["spans"])
    assert _clocks(scene, order_id)["response"]["state"] == "met", "it was answered; that stays so"
    assert _shown(scene, order_id) == ("ok", clock["due_at"])


def test_a_cancelled_order_has_no_running_clock(scene: World) -> None:
    order_id = scene.order()["id"]
    _say(scene, order_id, "cancel", {"reason": "重复报修"})
    assert {c["state"] for c in _clocks(scene, order_id).values()} == {"met"}
    scene.pass_minutes(60 * 24 * 30)
    scene.sweep()
    assert _shown(scene, order_id) == ("met", None)


def test_a_target_may_stop_when_a_family_is_reached_by_whatever_verb(scene: World) -> None:
    text = blueprint_queries.pack("default").replace("key: service", "key: plain").replace("prefix: FW", "prefix: PL")
    text = text.replace("stops_on: [complete, close, cancel]", "stops_on: [resolved, closed]")
    with system_work(scene.company.id, "test", NOW) as work:
        blueprints.install_pack(work, text)
    done = scene.order(blueprint="plain", fields={"category": "consult"})["id"]
    _say(scene, done, "assign", {"assignee_id": str(scene.company.people["engineer"])})
    _say(scene, done, "start")
    assert _clocks(scene, done)["resolve"]["state"] == "running"
    _say(scene, done, "complete")
    gone = scene.order(blueprint="plain", fields={"category": "consult"})["id"]
    _say(scene, gone, "cancel", {"reason": "x"})
    assert [_clocks(scene, i)["resolve"]["state"] for i in (done, gone)] == ["met", "met"]
    _say(scene, done, "close")
    assert _clocks(scene, done)["resolve"]["state"] == "met"


@pytest.mark.parametrize(("state", "shown"), [("pending", "running"), ("resolved", "met"), ("closed", "met"), ("cancelled", "met")])
def test_an_order_that_is_imported_as_solved_has_no_running_clock(scene: World, state: str, shown: str) -> None:
    body = {"blueprint": "service", "title": "旧单", "fields": {"category": "consult"}, "state": state}
    order_id = scene.client("admin").post("/orders", body).json["id"]
    assert {c["state"] for c in _clocks(scene, order_id).values()} == {shown}
    assert (_shown(scene, order_id)[1] is None) is (shown == "met")


def test_every_target_and_reason_is_said_in_both_languages(scene: World) -> None:
    order_id = _working(scene)
    _say(scene, order_id, "hold", {"waiting_on": "parts", "reason": "等泵"})
    scene.pass_minutes(60 * 24 * 6)
    for clock in _clocks(scene, order_id).values():
        assert clock["label"]["zh"]
        assert clock["label"]["en"]
        assert all(s["reason"]["zh"] and s["reason"]["en"].isascii() for s in clock["spans"]), clock["spans"]


def test_a_clock_of_an_order_that_one_may_not_see_is_not_there(scene: World) -> None:
    other = scene.order(blueprint="service", title="发票", fields={"category": "consult"})["id"]
    assert scene.client("engineer").get(f"/orders/{other}/clocks").status == 404
