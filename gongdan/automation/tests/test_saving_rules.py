"""Saving rules: checked with the place and the remedy, permissions of the deeds, versions, loops named."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.automation.tests.scenes import rule
from gongdan.wiring.testing import World, world


@pytest.fixture
def scene() -> World:
    return world()


BASE: dict[str, Any] = {
    "name": "规则",
    "trigger": {"kind": "event", "fact": "order.created"},
    "deeds": [{"verb": "tag", "args": {"tag": "新"}}],
}
HELD = {"kind": "held", "minutes": 5}


@pytest.mark.parametrize(
    ("change", "field", "code", "words"),
    [
        ({"condition": "[prioritty]=1"}, "condition", "rule_condition_wrong", "priority"),
        ({"condition": "[priority]=TRUE"}, "condition", "rule_condition_wrong", "数字"),
        ({"condition": "[priority]+1"}, "condition", "rule_condition_type", "真或假"),
        ({"condition": "[priority]=("}, "condition", "rule_condition_wrong", ""),
        ({"condition": {"field": "priority", "op": "~", "value": 1}}, "condition", "rule_condition_wrong", "~"),
        ({"condition": "[fields.no_such]=1"}, "condition", "rule_condition_wrong", "fields.no_such"),
        ({"condition": '[fact.verb]="hold"'}, "condition", "rule_fact_fields", "fact.verb"),
        ({"condition": "[age_minutes]>30", "trigger": HELD}, "condition", "rule_held_moves", "定时"),
        ({"condition": "DAY(NOW())=1", "trigger": HELD}, "condition", "rule_held_moves", "NOW"),
        ({"trigger": {"kind": "event", "fact": "order.exploded"}}, "trigger.fact", "rule_fact_unknown", "order.created"),
        ({"trigger": {"kind": "schedule"}}, "trigger", "rule_schedule_one", "其中一个"),
        ({"trigger": {"kind": "schedule", "daily_at": "10:00", "cron": "0 9 * * *"}}, "trigger", "rule_schedule_one", "其中一个"),
        ({"trigger": {"kind": "schedule", "cron": "0 9 * *"}}, "trigger.cron", "cron_fields", "5 个字段"),
        ({"trigger": {"kind": "schedule", "cron": "0 9 31 2 *"}}, "trigger.cron", "cron_never", "不存在"),
        ({"deeds": [{"verb": "explode"}]}, "deeds[0].verb", "rule_verb_unknown", "tag"),
        ({"deeds": [{"verb": "claim"}]}, "deeds[0].verb", "rule_verb_unknown", "claim"),
        ({"deeds": [{"verb": "set", "args": {"priority": 9}}]}, "deeds[0].args.priority", "rule_args_wrong", "设置优先级"),
        ({"deeds": [{"verb": "tag"}]}, "deeds[0].args.tag", "rule_args_wrong", "打标签"),
    ],
)
def test_what_is_wrong_names_place_and_remedy(scene: World, change: Any, field: str, code: str, words: str) -> None:
    answer = scene.client("admin").post("/automation/rules", {**BASE, **change})
    assert answer.status == 422, answer.body
    (wrong,) = answer.json["errors"]
    assert (wrong["field"], wrong["code"]) == (field, code)
    assert words in wrong["zh"]
    assert wrong["en"]
    assert wrong["zh"] != wrong["en"]
    checked = scene.client("admin").post("/automation/rules/check", {**BASE, **change}).json
    assert [p["code"] for p in checked["problems"]] == [code]
    assert scene.client("admin").get("/automation/rules").json["items"] == []


def test_a_condition_is_text_or_tree_and_comes_back_as_text(scene: World) -> None:
    tree = {
        "all": [{"field": "customer.tier", "op": "eq", "value": "vip"}, {"field": "fields.fault_type", "op": "eq", "value": "hvac"}]
    }
    made = rule(scene, condition=tree)
    assert made["condition"] == tree
    assert made["condition_text"] == '=AND([customer.tier]="vip",[fields.fault_type]="hvac")'
    assert (made["version"], made["counts"]["done"], made["warnings"]) == (1, 0, [])


def test_a_rule_may_not_do_what_its_maker_may_not(scene: World) -> None:
    close = {**BASE, "deeds": [{"verb": "move", "args": {"to": "closed"}}]}
    answer = scene.client("manager").post("/automation/rules", close)
    assert answer.status == 422
    assert answer.json["errors"][0]["code"] == "rule_deed_not_yours"
    assert scene.client("admin").post("/automation/rules", close).status == 201
    assert scene.client("agent").post("/automation/rules", BASE).status == 403
    assert scene.client("agent").get("/automation/rules").status == 200
    assert scene.client("engineer").get("/automation/rules").status == 403


def test_changing_needs_the_version_and_shows_both_sides(scene: World) -> None:
    made = rule(scene)
    client, path = scene.client("admin"), f"/automation/rules/{made['id']}"
    changed = client.patch(path, {"enabled": False}, version=1)
    assert (changed.status, changed.json["version"], changed.json["enabled"]) == (200, 2, False)
    stale = client.patch(path, {"name": "别的"}, version=1)
    assert (stale.status, stale.json["mine"], stale.json["theirs"]) == (409, {"name": "别的"}, {"name": "标记新单"})
    assert client.patch(path, {"name": "别的"}).status == 428
    assert client.delete(path).status == 204
    assert client.get(path).status == 404


def test_rules_page_by_rank(scene: World) -> None:
    for rank in (30, 10, 20):
        rule(scene, name=f"第{rank}", rank=rank)
    client = scene.client("admin")
    first = client.get("/automation/rules?limit=2").json
    second = client.get(f"/automation/rules?limit=2&cursor={first['next']}").json
    assert [r["rank"] for r in first["items"] + second["items"]] == [10, 20, 30]
    assert second["next"] is None


EDITED = {"kind": "event", "fact": "order.edited"}


def _priority(number: int) -> dict[str, Any]:
    return {"verb": "set", "args": {"priority": number}}


def test_a_loop_is_named_but_not_forbidden(scene: World) -> None:
    rule(scene, name="升", name_en="Up", trigger=EDITED, condition="[priority]=3", deeds=[_priority(2)])
    made = rule(scene, name="降", name_en="Down", trigger=EDITED, condition="[priority]=2", deeds=[_priority(3)])
    (warned,) = made["warnings"]
    assert warned["code"] == "rule_loop"
    assert "降 → 升 → 降" in warned["zh"]
    assert "Down → Up → Down" in warned["en"]
    assert [r["zh"] for r in warned["rules"]] == ["降", "升"]
    again = scene.client("admin").get(f"/automation/rules/{made['id']}").json
    assert [w["code"] for w in again["warnings"]] == ["rule_loop"]


@pytest.mark.parametrize(
    ("condition", "deed", "warned"),
    [
        ("[priority]=3", _priority(2), False),  # leaves its own condition false
        ("[priority]>=2", _priority(2), False),  # a second time changes nothing
        ("", {"verb": "comment", "args": {"body": "您好"}}, False),  # comments are no edits
        ("[priority]=3", {"verb": "tag", "args": {"tag": "新"}}, False),
    ],
)
def test_what_cannot_trigger_itself_is_no_loop(scene: World, condition: str, deed: Any, warned: bool) -> None:
    made = rule(scene, trigger=EDITED, condition=condition, deeds=[deed])
    assert bool(made["warnings"]) is warned


def test_a_rule_on_comments_that_comments_is_a_loop_of_its_own(scene: World) -> None:
    commented = {"kind": "event", "fact": "order.commented"}
    deed = {"verb": "comment", "args": {"body": "收到", "internal": True}}
    assert rule(scene, trigger=commented, deeds=[deed])["warnings"][0]["rules"][0]["zh"] == "标记新单"
    quiet = rule(scene, trigger=commented, condition='[fact.author_kind]="person"', deeds=[deed], name="只答人")
    assert len(quiet["warnings"]) == 0


def test_the_catalogue_has_all_parts(scene: World) -> None:
    found = scene.client("manager").get("/automation/catalogue").json
    facts = {f["key"]: f for f in found["facts"]}
    assert {"order.created", "order.moved", "sla.breached", "survey.answered"} <= set(facts)
    assert facts["order.moved"]["fields"]["verb"] == "text"
    assert facts["survey.answered"]["fields"]["score"] == "number"
    assert all(f["zh"] and f["en"] and (f["zh"] != f["en"]) for f in found["facts"])
    fields = {f["key"]: f for f in found["fields"]}
    assert fields["fields.fault_type"]["type"] == "text"
    assert fields["age_minutes"]["moves"]
    verbs = {v["key"]: v for v in found["verbs"]}
    assert {"assign", "set", "tag", "comment", "notify", "child", "hold", "resume"} <= set(verbs)
    assert "claim" not in verbs
    assert "properties" in str(verbs["assign"]["schema"])
