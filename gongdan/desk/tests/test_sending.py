"""Messages that can be taken back: held on the server, sent by a job, lost never."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _send(scene: World, order_id: str, body: str, **more: Any) -> Any:
    answer = scene.client("agent").post(f"/orders/{order_id}/outgoing", {"body": body, **more})
    assert answer.status == 201, answer.body
    return answer.json


def _said(scene: World, order_id: str) -> list[str]:
    return [c["body"] for c in scene.client("manager").get(f"/orders/{order_id}").json["comments"]]


def test_a_message_waits_and_is_then_said_by_its_author(scene: World) -> None:
    order = scene.order()["id"]
    assert scene.client("agent").request("PUT", f"/drafts/order:{order}:talk", {"body": "师傅在路上"}).status == 200
    held = _send(scene, order, "师傅在路上", draft=f"order:{order}:talk")
    assert (held["state"], _said(scene, order)) == ("held", [])
    assert scene.client("agent").get(f"/drafts/order:{order}:talk").status == 404, "the draft went with it"
    assert [o["body"] for o in scene.client("agent").get(f"/orders/{order}/outgoing").json] == ["师傅在路上"]
    assert scene.client("manager").get(f"/orders/{order}/outgoing").json == [], "nobody else sees it"
    scene.pass_minutes(0.1)
    scene.run_jobs()
    assert _said(scene, order) == []
    scene.pass_minutes(0.1)
    scene.run_jobs()
    assert _said(scene, order) == ["师傅在路上"]
    assert scene.client("agent").get(f"/orders/{order}/outgoing").json == []
    comment = scene.client("agent").get(f"/orders/{order}").json["comments"][0]
    assert comment["author_name"] == scene.client("agent").get("/me").json["name"]


def test_a_message_taken_back_is_never_said(scene: World) -> None:
    order = scene.order()["id"]
    held = _send(scene, order, "说错了")
    back = scene.client("agent").request("DELETE", f"/outgoing/{held['id']}")
    assert (back.status, back.json["body"], back.json["state"]) == (200, "说错了", "taken_back")
    scene.pass_minutes(1)
    scene.run_jobs()
    assert _said(scene, order) == []
    assert scene.client("agent").request("DELETE", f"/outgoing/{held['id']}").json["code"] == "outgoing_gone"


def test_nobody_else_takes_it_back_or_sends_it(scene: World) -> None:
    held = _send(scene, scene.order()["id"], "我的")
    assert scene.client("manager").request("DELETE", f"/outgoing/{held['id']}").status == 404
    assert scene.client("manager").post(f"/outgoing/{held['id']}/send").status == 404
    assert scene.client("agent").post(f"/outgoing/{held['id']}/send").json["state"] == "sent"


def test_at_once_and_with_a_link_that_did_not_exist_before(scene: World) -> None:
    order = scene.order()["id"]
    assert _send(scene, order, "进度：{{link}}", hold=False)["state"] == "sent"
    (said,) = _said(scene, order)
    assert "/t/" in said
    assert "{{" not in said


def test_send_and_resolve(scene: World) -> None:
    order = scene.order()["id"]
    admin = scene.client("admin")
    for verb, body in (("assign", {"assignee_id": str(scene.company.people["engineer"])}), ("start", {})):
        version = admin.get(f"/orders/{order}").json["version"]
        assert admin.post(f"/orders/{order}/{verb}", body, version=version).status == 200
    then = {"verb": "complete", "args": {"fields": {"fault_cause": "堵塞", "labour_hours": 1}}}
    answer = scene.client("admin").post(f"/orders/{order}/outgoing", {"body": "已修好", "then": then})
    assert answer.status == 201, answer.body
    scene.pass_minutes(1)
    scene.run_jobs()
    found = admin.get(f"/orders/{order}").json
    assert (found["family"], [c["body"] for c in found["comments"]]) == ("resolved", ["已修好"])


def test_a_verb_that_is_refused_leaves_the_message_and_tells_the_author(scene: World) -> None:
    order = scene.order()["id"]
    _send(scene, order, "马上来", then={"verb": "complete", "args": {}})
    scene.pass_minutes(1)
    scene.run_jobs()
    assert _said(scene, order) == ["马上来"]
    told = [n for n in scene.client("agent").get("/notifications").json["items"] if n["order_id"] == order]
    assert [n["code"] for n in told] == ["n_then_refused"]
    assert all(told[0]["text"][loc] and "{" not in told[0]["text"][loc] for loc in ("zh", "en")), "the reason in both languages"


def test_what_cannot_be_sent_keeps_its_words(scene: World) -> None:
    gone, stays = scene.order()["id"], scene.order()["id"]
    held = _send(scene, gone, "写了很久的话")
    agent = scene.client("agent")
    versions = {o: agent.get(f"/orders/{o}").json["version"] for o in (gone, stays)}
    body = {"into": stays, "into_version": versions[stays], "reason": "重复"}
    assert agent.post(f"/orders/{gone}/merge", body, version=versions[gone]).status == 200
    scene.pass_minutes(1)
    scene.run_jobs()
    (kept,) = agent.get(f"/orders/{gone}/outgoing").json
    assert (kept["id"], kept["body"], kept["state"], kept["error"]["code"]) == (held["id"], "写了很久的话", "failed", "merged_away")
    assert "n_send_refused" in [n["code"] for n in agent.get("/notifications").json["items"]]
    assert agent.request("DELETE", f"/outgoing/{held['id']}").json["body"] == "写了很久的话"


@pytest.mark.parametrize("then", [{"verb": "explode"}, {"verb": "complete", "args": {"bad": 1}}])
def test_a_verb_that_fits_no_order_is_refused_at_once(scene: World, then: dict[str, Any]) -> None:
    order = scene.order()["id"]
    answer = scene.client("agent").post(f"/orders/{order}/outgoing", {"body": "x", "then": then})
    assert (answer.status, _said(scene, order)) == (422, [])


def test_who_may_not_reply_may_not_send(scene: World) -> None:
    order = scene.order()["id"]
    assert scene.client("partner").post(f"/orders/{order}/outgoing", {"body": "x"}).status in (403, 404)
