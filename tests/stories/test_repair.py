"""The story the product exists for: a customer's repair request becomes a dispatched, finished, rated and closed order.

Public web form → order → automatic dispatch → the engineer accepts, starts, waits on the customer (the clock pauses), completes →
the customer rates → the agent closes. All through HTTP; the ledger verifies at the end.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Pages

from gongdan.kernel.work import system_work
from gongdan.orders import anchoring
from gongdan.portal import views
from gongdan.wiring.testing import World, world


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(views, "CLOCK", made.clock)
    return made


def _say(scene: World, role: str, order_id: str, verb: str, body: dict[str, Any]) -> dict[str, Any]:
    client = scene.client(role)
    version = client.get(f"/orders/{order_id}").json["version"]
    answer = client.post(f"/orders/{order_id}/{verb}", body, version=version)
    assert answer.status == 200, answer.body.decode()
    receipt: dict[str, Any] = answer.json
    return receipt


def test_a_repair_request_from_the_web_form_to_the_closed_order(scene: World) -> None:
    pages = Pages()
    form = pages.get(f"/p/{scene.company.slug}/report/repair")
    operation = re.search(r'name="operation" value="([^"]+)"', form.content.decode())
    assert operation is not None
    given = {
        "operation": operation[1], "title": "三楼空调漏水", "f.fault_type": "hvac", "phone": "138 0013 8000",
        "name": "张三", "address": "深圳市福田区深南路 1 号",
    }  # fmt: skip
    received = pages.post(f"/p/{scene.company.slug}/report/repair", given).content.decode()
    again = pages.post(f"/p/{scene.company.slug}/report/repair", given).content.decode()
    number, path = (
        re.search(r'id="number">([^<]+)<', received)[1],
        re.search(r'href="(/t/[^"?]+)', received)[1],
    )  # type: ignore[index]
    assert number in again, "a double press has one effect"

    agent = scene.client("agent")
    listed = agent.get("/orders?channel=web").json["items"]
    assert [o["number"] for o in listed] == [number]
    order_id = listed[0]["id"]
    scene.run_jobs()
    dispatched = agent.get(f"/orders/{order_id}").json
    assert (dispatched["state"], dispatched["assignee_name"]) == ("dispatched", "王伟")
    assert scene.client("engineer").get("/notifications").json["items"][0]["code"] == "n_assigned"

    scene.pass_minutes(10)
    _say(scene, "engineer", order_id, "accept", {})
    scene.pass_minutes(20)
    _say(scene, "engineer", order_id, "start", {})
    scene.pass_minutes(15)
    _say(scene, "engineer", order_id, "hold", {"waiting_on": "customer", "reason": "客户不在现场"})
    assert agent.get(f"/orders/{order_id}").json["sla_state"] == "paused"
    scene.pass_minutes(60)
    _say(scene, "engineer", order_id, "resume", {})
    scene.pass_minutes(30)
    done = _say(scene, "engineer", order_id, "complete", {"fields": {"fault_cause": "排水管堵塞", "labour_hours": 2}})
    assert done["state"] == "resolved"

    clocks = {c["key"]: c for c in agent.get(f"/orders/{order_id}/clocks").json}
    assert clocks["response"]["state"] == clocks["resolve"]["state"] == "met"
    assert clocks["resolve"]["elapsed_seconds"] == 75 * 60, "an hour of waiting on the customer does not count"
    assert sum(s["seconds"] for s in clocks["resolve"]["spans"] if not s["counted"]) == 60 * 60

    scene.run_jobs()
    page = pages.get(path).content.decode()
    assert "已解决" in page
    assert "王伟" in page
    rating = path.replace("/t/", "/s/")
    pages.get(rating)
    assert agent.get(f"/orders/{order_id}/survey").json[0]["score"] is None, "opening the page stores nothing"
    pages.post(rating, {"score": "5", "reasons": ["准时"], "comment": "很好"})
    assert agent.get(f"/orders/{order_id}/survey").json[0]["score"] == 5
    closed = _say(scene, "agent", order_id, "close", {})
    assert closed["state"] == "closed"

    entries = list(reversed(agent.get(f"/orders/{order_id}/events").json["items"]))
    for entry in entries:  # `./dev story` shows it
        sys.stdout.write(f"\n  {number}  {entry['occurred_at']}  {entry['type']:<16}{entry['actor_name']}")
    types = [e["type"] for e in entries]
    assert types == [
        "created", "assign", "accept", "start", "hold", "resume", "complete", "survey_answered", "close",
    ]  # fmt: skip
    with system_work(scene.company.id, "test", scene.clock.now()):
        pass
    report = anchoring.check(scene.company.id, scene.clock.now())
    assert report.faults == []


def test_amounts_over_ten_thousand_wait_for_the_manager(scene: World) -> None:
    order = scene.order()
    order_id = order["id"]
    _say(scene, "agent", order_id, "assign", {"assignee_id": str(scene.company.people["engineer"])})
    engineer = scene.client("engineer")
    version = engineer.get(f"/orders/{order_id}").json["version"]
    engineer.patch(
        f"/orders/{order_id}",
        {"fields": {"parts_amount": 12000, "fault_cause": "压缩机损坏"}},
        version=version,
    )
    _say(scene, "engineer", order_id, "start", {})
    version = engineer.get(f"/orders/{order_id}").json["version"]
    refused = engineer.post(f"/orders/{order_id}/complete", {}, version=version)
    assert refused.status == 409
    assert [b["code"] for b in refused.json["blockers"]] == ["approval_open"]
    token = next(t for t in engineer.get(f"/orders/{order_id}").json["tokens"] if t["kind"] == "approval")
    assert engineer.post(f"/orders/{order_id}/approvals/{token['id']}", {"decision": "approve"}).status == 403
    approved = scene.client("manager").post(f"/orders/{order_id}/approvals/{token['id']}", {"decision": "approve"})
    assert approved.status == 200, approved.body
    assert _say(scene, "engineer", order_id, "complete", {})["state"] == "resolved"


def test_nobody_on_leave_gets_an_order(scene: World) -> None:
    start: datetime = scene.clock.now()
    body = {
        "engineer_id": str(scene.company.people["engineer"]), "starts_at": start.isoformat(),
        "ends_at": start.replace(day=20).isoformat(), "kind": "sick",
    }  # fmt: skip
    assert scene.client("dispatcher").post("/absences", body).status == 201
    order = scene.order()
    scene.run_jobs()
    agent = scene.client("agent")
    assert agent.get(f"/orders/{order['id']}").json["assignee_id"] is None
    told = scene.client("dispatcher").get("/notifications").json["items"]
    assert told[0]["code"] == "n_nobody_found"
    first = agent.get(f"/orders/{order['id']}/candidates").json[0]
    assert not first["fits"]
    assert "请假" in first["sentences"]["zh"][0]
