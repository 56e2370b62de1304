"""The list in other shapes: groups, calendar, map; their numbers are the list's numbers. And views that keep how they look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.orders import layouts
from gongdan.orders.tests.scenes import engineer, read, say, service, word
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _get(scene: World, path: str, role: str = "admin") -> Any:
    answer = scene.client(role).get(path)
    assert answer.status == 200, answer.body.decode()
    return answer.json


@pytest.mark.parametrize("by", sorted(layouts.ORDERED))
def test_every_group_counts_what_its_filter_lists(scene: World, by: str) -> None:
    tag = word()
    for priority in (1, 2, 2):
        service(scene, tags=[tag], priority=priority)
    say(scene, service(scene, tags=[tag]), "assign")
    found = _get(scene, f"/orders/groups?by={by}&tag={tag}")
    assert sum(g["count"] for g in found["groups"]) == 4
    for group in found["groups"]:
        ((name, value),) = group["filter"].items()
        if name == "priority" or value != "none" or name.endswith("_id"):
            assert _get(scene, f"/orders/count?tag={tag}&{name}={value}")["count"] == group["count"]
    named = [g["label"] for g in found["groups"] if g["value"]]
    assert all(label["zh"] and "-" not in label["zh"] for label in named), "people read names, not ids"


def test_groups_of_too_many_say_that_they_are_not_all(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "COUNT_CAP", 2)
    monkeypatch.setattr(layouts, "MOST_GROUPS", 1)
    tag = word()
    for priority in (1, 2, 3):
        service(scene, tags=[tag], priority=priority)
    found = _get(scene, f"/orders/groups?by=priority&tag={tag}")
    assert (found["capped"], found["more"], len(found["groups"])) == (True, 2, 1)


def test_a_group_that_is_not_known_is_refused(scene: World) -> None:
    assert scene.client("admin").get("/orders/groups?by=title").status == 422


def test_a_calendar_counts_its_days_in_the_zone_of_the_person(scene: World) -> None:
    tag = word()
    made = [service(scene, tags=[tag]) for _ in range(3)]
    due = {read(scene, i)["next_due_at"] for i in made}
    (day,) = {d[:10] for d in due}  # 09:00 + some hours in Shanghai: the same day
    shown = _get(scene, f"/orders/calendar?tag={tag}&from={day}&days=1&per_day=2")
    assert [(d["day"], d["count"], len(d["items"])) for d in shown["days"]] == [(day, 3, 2)]
    assert shown["days"][0]["items"][0]["moment"][:19] == shown["days"][0]["items"][0]["next_due_at"][:19]
    made_on = _get(scene, f"/orders/calendar?tag={tag}&by=created&from=2026-03-01&days=7")
    assert sum(d["count"] for d in made_on["days"]) == 3
    assert _get(scene, f"/orders/calendar?tag={tag}&from=2027-01-01&days=31")["days"] == []


@pytest.mark.parametrize("query", ["from=x", "from=2026-03-01&days=90", "from=2026-03-01&by=title", "from=2026-03-01&by=field.no"])
def test_a_calendar_that_makes_no_sense_is_refused(scene: World, query: str) -> None:
    assert scene.client("admin").get(f"/orders/calendar?{query}").status == 422


def test_the_map_has_clusters_and_single_orders(scene: World) -> None:
    tag = word()
    near = [service(scene, tags=[tag], lng=114.05 + n / 10_000, lat=22.54) for n in range(3)]
    alone = service(scene, tags=[tag], lng=113.76, lat=23.02)
    service(scene, tags=[tag])  # without a place: on no map
    found = _get(scene, f"/orders/map?tag={tag}&bbox=113,22,115,24")
    assert sorted(c["count"] for c in found["clusters"]) == [1, 3]
    assert next(c["order"]["id"] for c in found["clusters"] if c["order"]) == alone
    inside = _get(scene, f"/orders?tag={tag}&bbox=114,22.5,114.1,22.6")["items"]
    assert {o["id"] for o in inside} == set(near)
    assert _get(scene, f"/orders/count?tag={tag}&bbox=114,22.5,114.1,22.6")["count"] == 3
    assert _get(scene, f"/orders/map?tag={tag}&bbox=170,-10,-170,10")["clusters"] == [], "a box over the date line"
    assert sum(c["count"] for c in _get(scene, f"/orders/map?tag={tag}")["clusters"]) == 4


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "0,50,10,40", "-200,0,0,10", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused(scene: World, box: str) -> None:
    assert scene.client("admin").get(f"/orders/map?bbox={box}").status == 422


def test_relative_days_move_with_the_clock(scene: World) -> None:
    tag = word()
    order_id = service(scene, tags=[tag])
    due = read(scene, order_id)["next_due_at"][:10]
    query = f"/orders?tag={tag}&due_from=today&due_before=today%2B1d"
    assert (due == NOW.date().isoformat(), len(_get(scene, query)["items"])) == (True, 1)
    scene.clock.advance(timedelta(days=1))
    assert _get(scene, query)["items"] == []


def test_the_vocabulary_names_states_steps_and_indexed_fields(scene: World) -> None:
    found = _get(scene, "/orders/vocabulary", "agent")
    states = [s["key"] for s in found["states"]]
    assert states.index("pending") < states.index("closed")
    assert {"visit", "finish"} <= {s["key"] for s in found["steps"]}
    assert all(s["label"]["zh"] and s["label"]["en"] for s in found["steps"])
    field = next(f for f in found["fields"] if f["key"] == "fault_type")
    assert (field["kind"], field["options"][0]["label"]["zh"] != "", "repair" in field["blueprints"]) == ("choice", True, True)


def test_custom_fields_come_with_the_list_when_they_are_asked_for(scene: World) -> None:
    tag = word()
    service(scene, tags=[tag], fields={"category": "install"})
    row = _get(scene, f"/orders?tag={tag}&fields=category,fault_type")["items"][0]
    assert row["fields"] == {"category": "install", "fault_type": None}
    assert "fields" not in _get(scene, f"/orders?tag={tag}")["items"][0]
    assert scene.client("admin").get("/orders?fields=secret_salary").status == 422


def test_only_the_rows_asked_for_that_still_match(scene: World) -> None:
    tag = word()
    stays, leaves = service(scene, tags=[tag]), service(scene, tags=[tag])
    say(scene, leaves, "cancel")
    found = _get(scene, f"/orders?tag={tag}&open=true&id={stays},{leaves},{uuid4()}")["items"]
    assert [o["id"] for o in found] == [stays]


def test_a_view_keeps_how_it_looks_and_comes_back_after_deletion(scene: World) -> None:
    agent = scene.client("agent")
    look = {"layout": "calendar", "group": "state", "density": "compact", "widths": {"title": 320}, "frozen": 2}
    body = {"name": word(), "filters": {"due_before": "today+1d"}, "columns": ["number", "title"], "look": look}
    made = agent.post("/views", body).json
    assert (made["look"], made["filters"]) == (look, body["filters"])
    changed = agent.patch(f"/views/{made['id']}", {"look": {**look, "frozen": 0}}, version=1).json
    assert (changed["look"]["frozen"], changed["version"]) == (0, 2)
    assert agent.delete(f"/views/{made['id']}").status == 204
    back = agent.post("/views", {**body, "id": made["id"]})
    assert (back.status, back.json["id"], back.json["look"]) == (201, made["id"], look)
    assert agent.post("/views", {**body, "id": made["id"]}).status == 409
    assert agent.post("/views", {**body, "look": {"layout": "gantt"}}).status == 422


def test_an_engineer_groups_only_what_they_see(scene: World) -> None:
    tag = word()
    mine, _ = service(scene, tags=[tag]), service(scene, tags=[tag])
    say(scene, mine, "assign", {"assignee_id": engineer(scene)})
    found = _get(scene, f"/orders/groups?by=state&tag={tag}", "engineer")
    assert sum(g["count"] for g in found["groups"]) == _get(scene, f"/orders/count?tag={tag}", "engineer")["count"]


@pytest.mark.parametrize(
    "value", ["approve_quote", "approve_quote@", "approve_quote@2026-03-02", "@2026-03-02..2026-03-03", "x@a..b"]
)
def test_a_passed_step_needs_its_time(scene: World, value: str) -> None:
    answer = scene.client("agent").get(f"/orders?passed={value}")
    assert (answer.status, answer.json["field"]) == (422, "passed")
