"""Dry runs: what a rule would have done is what it does; nothing changes; the past is the past's, not today's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongdan.automation import trying
from gongdan.automation.tests.scenes import busy, dry, edit, order, ran, rule, say, service, trial
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world


@pytest.fixture
def scene() -> World:
    return world()


EVENTS: list[tuple[str, str]] = [
    ("order.created", '[fields.category]="complaint"'),
    ("order.created", "[priority]=1"),
    ("order.edited", 'AND([priority]=1,[accepted],IN("priority",[fact.keys]))'),
    ("order.moved", 'AND([fact.verb]="hold",[waiting_on]="customer")'),
    ("order.moved", "[fact.from_state]<>[fact.to_state]"),
    ("order.moved", "[in_state_minutes]>=10"),
    ("order.commented", "AND([fact.internal],[priority]>1)"),
    ("order.commented", "[age_minutes]>30"),
]


@pytest.mark.parametrize(("fact", "condition"), EVENTS)
def test_what_it_would_have_done_is_what_it_does(scene: World, fact: str, condition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rule, live and then dry over the same orders: the same orders, as often, for the same values."""
    monkeypatch.setattr(World, "pass_minutes", _pass_and_work)
    given: dict[str, Any] = {"trigger": {"kind": "event", "fact": fact}, "condition": condition}
    made = rule(scene, **given, deeds=[{"verb": "notify", "args": {"to": "role", "role": "manager", "text": "看"}}])
    ids = busy(scene)
    scene.run_jobs()
    live = {i: ran(scene, i)["runs"] for i in ids}
    scene.client("admin").patch(f"/automation/rules/{made['id']}", {"enabled": False}, version=1)
    found = dry(scene, rule_id=made["id"])
    assert found["total"] == len(ids)
    tried = {s["order_id"]: s for s in found["samples"]}
    assert {i: tried[i]["times"] if i in tried else 0 for i in ids} == {i: len(runs) for i, runs in live.items()}
    assert 0 < found["matched"] <= len(ids)
    if "minutes" not in condition:
        assert {i: s["values"] for i, s in tried.items()} == {i: runs[-1]["values"] for i, runs in live.items() if runs}
    assert found["would"][0] == {
        "verb": "notify",
        "label": {"zh": "通知", "en": "Tell people"},
        "args": {"to": "role", "role": "manager", "text": "看"},
        "times": found["firings"],
    }


def _pass_and_work(self: World, minutes: float) -> None:
    self.run_jobs()
    self.clock.advance(timedelta(minutes=minutes))


def test_the_values_are_those_of_then(scene: World) -> None:
    order_id = service(scene, priority=3)
    scene.pass_minutes(60)
    edit(scene, order_id, priority=1, title="改过的标题")
    scene.client("admin").post(f"/orders/{order_id}/tags", {"tag": "后来"})
    scene.run_jobs()
    assert dry(scene, rule=trial(condition="[priority]=1"))["matched"] == 0
    (sample,) = dry(scene, rule=trial(condition='AND([priority]=3,[title]="咨询",NOT(IN("后来",[tags])))'))["samples"]
    assert sample["values"] == {"priority": 3, "title": "咨询", "tags": []}
    edited = {"kind": "event", "fact": "order.edited"}
    (sample,) = dry(scene, rule=trial(trigger=edited, condition="[age_minutes]>=60"))["samples"]
    assert sample["values"] == {"age_minutes": 60}
    unknown = dry(scene, rule=trial(condition='[customer.tier]="vip"'))["unknown"]
    assert unknown == ["customer.tier"]


def test_how_long_something_held_is_told_from_the_past(scene: World) -> None:
    quick, slow = service(scene), service(scene)
    scene.pass_minutes(20)
    say(scene, quick, "accept", {})
    scene.pass_minutes(15)
    say(scene, slow, "accept", {})
    found = dry(scene, rule=trial(trigger={"kind": "held", "minutes": 30}, condition="NOT([accepted])"))
    (sample,) = found["samples"]
    assert sample["order_id"] == slow
    begun = order(scene, slow)["opened_at"]
    assert sample["at"][:16] == (scene.clock.now() - timedelta(minutes=5)).isoformat()[:16] != begun[:16]


def test_a_schedule_is_tried_too(scene: World) -> None:
    service(scene)
    scene.pass_minutes(130)
    every = {"kind": "schedule", "every_minutes": 60}
    found = dry(scene, rule=trial(trigger=every, condition="[age_minutes]>=90"))
    assert (found["matched"], found["samples"][0]["values"]) == (1, {"age_minutes": 120})
    assert dry(scene, rule=trial(trigger=every, condition="[age_minutes]>=150"))["matched"] == 0
    halves = {"kind": "schedule", "cron": "30 9-10 * * *"}  # 09:30 and 10:30 in Shanghai; the order is of 09:00, it is 11:10
    found = dry(scene, rule=trial(trigger=halves, condition="[age_minutes]>=90"))
    assert (found["matched"], found["samples"][0]["values"]) == (1, {"age_minutes": 90})
    assert dry(scene, rule=trial(trigger=halves, condition="[age_minutes]>=91"))["matched"] == 0


def test_a_long_period_goes_in_steps_and_can_be_stopped(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "STEP", 3)
    busy(scene)
    scene.run_jobs()
    found = dry(scene, rule=trial())
    assert (found["done"], found["matched"]) == (8, 8)
    at = scene.clock.now()
    body = {"rule": trial(), "from_at": (at - timedelta(days=1)).isoformat(), "to_at": at.isoformat()}
    asked = scene.client("admin").post("/automation/dry-runs", body).json
    path = f"/automation/dry-runs/{asked['id']}"
    assert scene.client("manager").get(path).status == 404  # somebody else's
    assert scene.client("admin").post(f"{path}/cancel").json["state"] == "cancelled"
    scene.run_jobs()
    assert scene.client("admin").get(path).json["done"] == 0
    assert scene.client("admin").post(f"{path}/cancel").status == 409
    assert [d["id"] for d in scene.client("admin").get("/automation/dry-runs?limit=1").json["items"]] == [asked["id"]]


def test_what_cannot_be_tried_says_why(scene: World) -> None:
    client, at = scene.client("admin"), scene.clock.now().isoformat()
    early = (scene.clock.now() - timedelta(days=1)).isoformat()
    for body, code in (
        ({"from_at": early, "to_at": at}, "dry_run_which"),
        ({"from_at": at, "to_at": early, "rule": trial()}, "dry_run_period"),
        ({"from_at": early, "to_at": at, "rule": trial(condition="[nothing]=1")}, "invalid_fields"),
    ):
        answer = client.post("/automation/dry-runs", body)
        assert (answer.status, answer.json["code"]) == (422, code)
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        assert work.read("select count(*) from automation_dry_run") == [(0,)]
