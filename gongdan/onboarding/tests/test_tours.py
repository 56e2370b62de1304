"""Tours over HTTP: steps are done by doing them, the simulated others answer, and progress is kept."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.onboarding.rules import TOURS
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def say(scene: World, role: str, order_id: str, verb: str, body: dict[str, Any] | None = None) -> None:
    person = scene.client(role)
    version = person.get(f"/orders/{order_id}").json["version"]
    done = person.post(f"/orders/{order_id}/{verb}", body or {}, version=version)
    assert done.status in (200, 201), done.body


def check(scene: World, role: str) -> dict[str, Any]:
    answer = scene.client(role).post("/onboarding/tour/check", {"role": role})
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def open_steps(tour: dict[str, Any]) -> list[str]:
    return [s["key"] for s in tour["steps"] if not s["done"]]


def test_an_agent_learns_with_a_customer_who_answers_and_an_engineer_who_finishes(scene: World) -> None:
    agent = scene.client("agent")
    assert agent.get("/onboarding/tour").json["state"] == "none"
    begun = agent.post("/onboarding/tour/begin", {"role": "agent"}).json
    assert (begun["state"], begun["order_id"], open_steps(begun)) == ("open", None, list(TOURS["agent"]))
    real = agent.post("/orders", {"blueprint": "service", "title": "客户来电：漏水", "fields": {}}).json["id"]
    assert agent.get("/onboarding/tour?role=agent").json["order_id"] is None, "a real call is no exercise"
    order_id = agent.post("/orders", {"blueprint": "service", "title": "练习", "fields": {}}).json["id"]
    seen = agent.get("/onboarding/tour?role=agent").json
    assert (seen["fresh"], open_steps(seen)[0], seen["order_id"]) == (True, "assign", order_id)
    assert check(scene, "agent")["fresh"] is False
    say(scene, "agent", order_id, "assign", {"assignee_id": str(scene.company.people["engineer"])})
    say(scene, "agent", order_id, "comments", {"body": "您好，马上安排"})
    assert open_steps(check(scene, "agent")) == ["note", "close"]
    (answer,) = [c for c in agent.get(f"/orders/{order_id}").json["comments"] if c["author_kind"] == "link"]
    assert answer["author_id"] is None
    say(scene, "agent", order_id, "comments", {"body": "内部：带梯子", "internal": True})
    check(scene, "agent")
    assert agent.get(f"/orders/{order_id}").json["state"] == "resolved"
    say(scene, "agent", order_id, "close")
    assert check(scene, "agent")["state"] == "done"
    comments = [c for c in agent.get(f"/orders/{order_id}").json["comments"] if c["author_kind"] == "link"]
    assert len(comments) == 1, "the customer answers once"
    assert agent.get(f"/orders/{real}").json["state"] == "pending"


def test_an_engineer_gets_an_exercise_order_of_their_own(scene: World) -> None:
    engineer = scene.client("engineer")
    order_id = engineer.post("/onboarding/tour/begin", {"role": "engineer"}).json["order_id"]
    for verb, body in (
        ("accept", {}),
        ("start", {}),
        ("comments", {"body": "已到现场"}),
        ("hold", {"waiting_on": "customer", "reason": "等客户"}),
        ("resume", {}),
        ("complete", {}),
    ):
        say(scene, "engineer", order_id, verb, body)
        check(scene, "engineer")
    assert check(scene, "engineer")["state"] == "done"
    assert scene.client("dispatcher").get(f"/orders/{order_id}").status == 200
    admin = scene.client("admin")
    assert admin.get("/onboarding").json["samples"]["order"] >= 1
    assert admin.post("/onboarding/industry", {"industry": "property", "samples": False}).status == 200
    removed = admin.post("/onboarding/samples/remove", {"name": "测试公司"}).json["removed"]
    assert removed["order"] >= 1
    tour = engineer.get("/onboarding/tour?role=engineer").json
    assert (tour["state"], tour["order_id"], open_steps(tour)) == ("done", None, []), "what was learnt stays learnt"


def test_skipping_resuming_and_what_the_manager_sees(scene: World) -> None:
    dispatcher = scene.client("dispatcher")
    order_id = dispatcher.post("/onboarding/tour/begin", {"role": "dispatcher"}).json["order_id"]
    say(scene, "dispatcher", order_id, "assign", {"assignee_id": str(scene.company.people["engineer"])})
    assert open_steps(check(scene, "dispatcher"))[0] == "transfer"
    assert dispatcher.post("/onboarding/tour/skip", {"role": "dispatcher"}).json["state"] == "skipped"
    rows = {r["role"]: r for r in scene.client("manager").get("/onboarding/progress").json}
    assert (rows["dispatcher"]["state"], rows["dispatcher"]["done"], rows["dispatcher"]["total"]) == ("skipped", 1, 6)
    assert rows["partner"]["state"] == "none"
    assert scene.client("agent").get("/onboarding/progress").status == 403
    again = dispatcher.post("/onboarding/tour/begin", {"role": "dispatcher"}).json
    assert (again["state"], open_steps(again)[0]) == ("open", "assign")


def test_only_ones_own_roles_and_only_with_something_to_practise_on() -> None:
    bare = world(())
    assert bare.client("agent").post("/onboarding/tour/begin", {"role": "admin"}).json["code"] == "tour_none"
    refused = bare.client("engineer").post("/onboarding/tour/begin", {"role": "engineer"})
    assert (refused.status, refused.json["code"]) == (409, "tour_needs_blueprint")


def test_feedback_is_read_by_administrators_only(scene: World) -> None:
    given = {"body": "找不到转派", "screen": "/app/orders", "steps": ["/app/home", "/app/orders"]}
    for text in ("一", "二"):
        assert scene.client("agent").post("/onboarding/feedback", {**given, "body": text}).status == 201
    page = scene.client("admin").get("/onboarding/feedback?limit=1").json
    assert (page["items"][0]["body"], page["items"][0]["steps"]) == ("二", ["/app/home", "/app/orders"])
    assert scene.client("admin").get(f"/onboarding/feedback?limit=1&cursor={page['next']}").json["items"][0]["body"] == "一"
    assert scene.client("manager").get("/onboarding/feedback").status == 403
