"""Every verb in every state over HTTP: what it changes and what the ledger says, or the code that says why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.orders import anchoring
from gongdan.orders.tests.scenes import ask, engineer, ledger, read, say, service
from gongdan.wiring.testing import World, world

TABLE: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "cases" / "verbs.json").read_text())
VERBS = ("accept", "assign", "claim", "transfer", "start", "hold", "resume", "complete", "follow_up", "close", "reopen", "cancel")


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


@pytest.mark.parametrize("state", TABLE)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_in_each_state(scene: World, state: str, verb: str) -> None:
    order_id = service(scene, state)
    before = read(scene, order_id)
    answer = ask(scene, order_id, verb, role="manager")
    after = read(scene, order_id)
    to = TABLE[state].get(verb)
    if to is None:
        waits = verb == "resume" and state in ("pending", "dispatched", "in_service")
        assert (answer.status, answer.json["code"]) == (409, "not_held" if waits else "verb_not_here"), answer.body.decode()
        assert after == before, "a refusal changes nothing"
        return
    assert (answer.status, answer.json["state"], after["state"]) == (200, to, to)
    assert after["version"] == before["version"] + 1 == answer.json["version"]
    entry = ledger(scene, order_id)[-1]
    assert (entry["type"], entry["data"]["from"], entry["data"]["to"]) == (verb, state, to)
    assert (entry["actor_id"], entry["actor_name"]) == (str(scene.company.people["manager"]), "赵敏")
    assert entry["text"]["zh"]
    assert entry["text"]["en"]


@pytest.mark.parametrize(
    ("locale", "detail"),
    [("zh", "「已关闭」状态下不能「开始服务」。"), ("en", "“Start” is not possible in state “Closed”.")],
)
def test_a_refusal_speaks_the_language_of_the_reader(scene: World, locale: str, detail: str) -> None:
    assert ask(scene, service(scene, "closed"), "start", locale=locale).json["detail"] == detail


@pytest.mark.parametrize(
    ("locale", "said"),
    [("zh", "还不能「完成服务」：还需要填写「故障原因」。"), ("en", "“Complete” must wait: “Cause” must be filled in first.")],
)
def test_a_missing_field_is_named_in_the_language_of_the_reader(scene: World, locale: str, said: str) -> None:
    order_id = scene.order()["id"]
    say(scene, order_id, "assign")
    say(scene, order_id, "start")
    refused = ask(scene, order_id, "complete", locale=locale).json
    assert refused["detail"] == said
    assert [(b["code"], b["link"]) for b in refused["blockers"]] == [("field_required", "fields.fault_cause")]
    assert refused["blockers"][0]["en"] == "“Cause” must be filled in first."


@pytest.mark.parametrize(
    ("body", "field", "zh", "en"),
    [
        ({}, "blueprint", "请求内容有误：「blueprint」必填", "The body is not right: “blueprint” is required"),
        (
            {"blueprint": "repair", "title": "x", "priority": 9},
            "priority", "请求内容有误：「priority」应 ≤ 4", "The body is not right: “priority” must be ≤ 4",
        ),
        ({"blueprint": "none", "title": "x"}, "blueprint", "「blueprint」指向的记录不存在，请重新选择。", None),
        ({"blueprint": "repair", "title": "x", "team": "none"}, "team", "「team」指向的记录不存在，请重新选择。", None),
        ({"blueprint": "repair", "title": "x"}, "fields.fault_type", None, None),
    ],
)  # fmt: skip
def test_a_new_order_that_is_refused_names_the_field(
    scene: World, body: dict[str, Any], field: str, zh: str | None, en: str | None
) -> None:
    for locale, said in (("zh", zh), ("en", en)):
        refused = scene.client("agent", locale).post("/orders", body)
        assert (refused.status, refused.json["field"]) == (422, field)
        assert said is None or refused.json["detail"] == said


def test_a_missing_permission_is_named_in_words(scene: World) -> None:
    order_id = scene.order()["id"]
    assert ask(scene, order_id, "start", role="agent").json["detail"] == "您没有「开始服务」的权限，请联系管理员。"
    assert (
        ask(scene, order_id, "start", role="agent", locale="en").json["detail"] == "You may not do “Start”; ask your administrator."
    )


@pytest.mark.parametrize("verb", ["start", "complete", "follow_up"])
def test_work_waits_until_the_hold_is_over(scene: World, verb: str) -> None:
    state = {"start": "dispatched", "complete": "in_service", "follow_up": "resolved"}[verb]
    order_id = service(scene, "in_service" if verb == "follow_up" else state)
    say(scene, order_id, "hold")
    answer = ask(scene, order_id, verb)
    assert answer.status == 409
    if verb != "follow_up":
        assert [b["code"] for b in answer.json["blockers"]] == ["held"]


@pytest.mark.parametrize("verb", ["assign", "transfer", "cancel"])
def test_giving_up_or_away_ends_the_hold(scene: World, verb: str) -> None:
    order_id = service(scene, "dispatched")
    say(scene, order_id, "hold")
    say(scene, order_id, verb)
    after = read(scene, order_id)
    assert (after["waiting_on"], after["hold_reason"]) == (None, None)


def test_a_second_hold_is_refused(scene: World) -> None:
    order_id = service(scene)
    say(scene, order_id, "hold")
    assert ask(scene, order_id, "hold").json["code"] == "already_held"


def test_a_hold_with_a_date_ends_by_itself(scene: World) -> None:
    order_id = service(scene)
    until = scene.clock.now().replace(hour=5).isoformat()
    say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等", "resume_at": until})
    scene.pass_minutes(60)
    scene.run_jobs()
    assert read(scene, order_id)["waiting_on"] == "customer", "not before its time"
    scene.pass_minutes(240)
    scene.run_jobs()
    assert read(scene, order_id)["waiting_on"] is None
    assert ledger(scene, order_id)[-1]["type"] == "resume"


def test_the_date_of_an_earlier_hold_does_not_end_a_later_one(scene: World) -> None:
    order_id = service(scene)
    until = scene.clock.now().replace(hour=5).isoformat()
    say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等", "resume_at": until})
    say(scene, order_id, "resume")
    say(scene, order_id, "hold", {"waiting_on": "parts", "reason": "等泵"})
    scene.pass_minutes(60 * 24)
    scene.run_jobs()
    assert read(scene, order_id)["waiting_on"] == "parts"


@pytest.mark.parametrize("when", ["2026-03-02T00:00:00Z", "2026-03-03T09:00:00"])
def test_a_hold_that_ends_in_the_past_or_nowhere_is_refused(scene: World, when: str) -> None:
    order_id = service(scene)
    answer = ask(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等", "resume_at": when})
    assert (answer.status, answer.json["field"]) == (422, "resume_at")
    assert read(scene, order_id)["waiting_on"] is None


@pytest.mark.parametrize(
    ("verb", "field"), [("transfer", "reason"), ("reopen", "reason"), ("cancel", "reason"), ("hold", "waiting_on")]
)
def test_a_verb_without_what_it_needs_names_the_field(scene: World, verb: str, field: str) -> None:
    order_id = service(scene, "resolved" if verb == "reopen" else "dispatched")
    body = {"assignee_id": engineer(scene)} if verb == "transfer" else {}
    answer = ask(scene, order_id, verb, body)
    assert answer.status == 422
    assert field in json.dumps(answer.json)


def test_assigning_nobody_an_unknown_or_somebody_of_another_company_is_refused(scene: World) -> None:
    order_id = service(scene)
    stranger = world()
    for body, code in (
        ({}, "assignee_or_team"),
        ({"assignee_id": str(uuid4())}, "assignee_inactive"),
        ({"assignee_id": str(stranger.company.people["engineer"])}, "assignee_inactive"),
        ({"team_id": str(uuid4())}, "unknown_reference"),
    ):
        answer = ask(scene, order_id, "assign", body)
        assert (answer.status, answer.json["code"]) == (422, code)
    assert [e["type"] for e in ledger(scene, order_id)] == ["created"]


def test_a_handover_is_counted_and_acceptance_begins_anew(scene: World) -> None:
    order_id = service(scene)
    say(scene, order_id, "assign", {"team_id": str(scene.company.teams["field"])})
    say(scene, order_id, "assign")
    say(scene, order_id, "accept", role="engineer")
    assert read(scene, order_id)["accepted_at"] is not None
    say(scene, order_id, "transfer", {"assignee_id": str(scene.company.people["manager"]), "reason": "离职交接"}, role="engineer")
    after = read(scene, order_id)
    assert after["accepted_at"] is None
    assert after["team_id"] == str(scene.company.teams["field"]), "the queue stays"
    entry = ledger(scene, order_id)[-1]
    assert (entry["data"]["before_assignee_id"], entry["data"]["reason"]) == (engineer(scene), "离职交接")
    assert entry["text"] == {"zh": "转派了工单给 赵敏：离职交接", "en": "transferred the order to 赵敏: 离职交接"}


def test_a_claim_is_for_members_and_the_first_one(scene: World) -> None:
    order_id = scene.order()["id"]
    assert ask(scene, order_id, "claim", role="admin").json["code"] == "not_in_team"
    first = ask(scene, order_id, "claim", role="engineer")
    assert (first.status, first.json["assignee_id"]) == (200, engineer(scene))
    again = ask(scene, order_id, "claim", role="engineer")
    assert (again.status, again.json["version"]) == (200, first.json["version"]), "again by the same person: done already"
    late = ask(scene, order_id, "claim", role="manager")
    assert (late.status, late.json["detail"]) == (409, "手慢了，王伟 已抢到这张工单。")


def test_reopening_counts_and_forgets_the_solution(scene: World) -> None:
    order_id = service(scene, "closed")
    say(scene, order_id, "reopen")
    after = read(scene, order_id)
    assert (after["reopened"], after["resolved_at"], after["closed_at"], after["family"]) == (1, None, None, "waiting")
    assert ledger(scene, order_id)[-1]["data"]["reason"] == "又坏了"


def test_an_order_that_begins_solved_or_closed_says_since_when(scene: World) -> None:
    for state, solved, closed in (("pending", False, False), ("resolved", True, False), ("closed", True, True)):
        shown = read(scene, service(scene, state))
        assert (shown["resolved_at"] is not None, shown["closed_at"] is not None) == (solved, closed), state


def test_a_cancelled_order_stays_cancelled(scene: World) -> None:
    order_id = service(scene)
    say(scene, order_id, "cancel")
    after = read(scene, order_id)
    assert (after["cancelled"], after["family"]) == (True, "closed")
    assert after["verbs"] == []


def test_a_stale_verb_shows_both_sides_and_changes_nothing(scene: World) -> None:
    order_id = service(scene, title="旧标题")
    version = read(scene, order_id)["version"]
    admin = scene.client("admin")
    assert admin.patch(f"/orders/{order_id}", {"title": "新标题"}, version=version).status == 200
    stale = admin.patch(f"/orders/{order_id}", {"title": "另一个"}, version=version)
    assert stale.status == 409
    assert (stale.json["mine"], stale.json["theirs"], stale.json["version"]) == (
        {"title": "另一个"},
        {"title": "新标题"},
        version + 1,
    )
    assert ask(scene, order_id, "cancel", version=version).status == 409
    assert read(scene, order_id)["title"] == "新标题"


def test_verbs_on_somebody_elses_order_are_refused_and_change_nothing(scene: World) -> None:
    order_id = scene.order()["id"]
    say(
        scene,
        order_id,
        "assign",
        {"assignee_id": str(scene.company.people["manager"]), "team_id": str(scene.company.teams["field"])},
    )
    before = read(scene, order_id)
    for verb in ("accept", "start", "hold", "resume", "complete", "transfer"):
        assert ask(scene, order_id, verb, role="engineer").status == 403, "seen through the team, but not one's own"
        assert ask(scene, order_id, verb, role="partner").status in (403, 404)
    assert ask(scene, order_id, "accept", role="partner").status == 404, "not even that it exists"
    assert read(scene, order_id) == before


def test_only_some_may_say_when_it_happened(scene: World) -> None:
    order_id = service(scene, "dispatched")
    past = {"occurred_at": scene.clock.now().replace(hour=0).isoformat()}
    assert ask(scene, order_id, "accept", past, role="agent").status == 403
    assert ask(scene, order_id, "accept", {"occurred_at": "2027-01-01T00:00:00Z"}).json["code"] == "in_future"
    say(scene, order_id, "accept", past)
    entry = ledger(scene, order_id)[-1]
    assert entry["occurred_at"] < entry["recorded_at"]


def test_the_ledger_of_all_this_verifies(scene: World) -> None:
    order_id = scene.order()["id"]
    for verb, body in (("assign", None), ("start", None), ("complete", {"fields": {"fault_cause": "堵塞"}, "note": "已疏通"})):
        say(scene, order_id, verb, body)
    say(scene, order_id, "follow_up", {"result": "客户满意", "note": "下月保养"})
    say(scene, order_id, "close", {"note": "归档"})
    entries = ledger(scene, order_id)
    assert [(e["seq"], e["type"]) for e in entries] == list(
        enumerate(["created", "assign", "start", "complete", "follow_up", "close"], start=1)
    )
    assert entries[3]["data"]["changed"] == {"fields.fault_cause": [None, "堵塞"]}
    assert entries[4]["text"]["zh"] == "转入回访：待回访：下月保养：客户满意"
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []


def test_offered_verbs_are_exactly_those_that_work(scene: World) -> None:
    """What the console shows as allowed is not refused, and what it hides or blocks is not let through."""
    for state in TABLE:
        order_id = service(scene, state)
        offered = {v["verb"]: v["allowed"] for v in read(scene, order_id, "manager")["verbs"]}
        for verb, allowed in offered.items():
            assert allowed is (verb in TABLE[state]), (state, verb)
        missing = set(TABLE[state]) - set(offered) - {"accept"}
        assert missing <= ({"transfer"} if state == "dispatched" else set()), (state, missing)
        assert sum(v["primary"] for v in read(scene, order_id, "manager")["verbs"]) <= 1


def _seen_by(scene: World, role: str, order_id: str) -> Any:
    return scene.client(role).get(f"/orders/{order_id}").status


def test_who_sees_an_order_changes_with_who_has_it(scene: World) -> None:
    order_id = service(scene)
    assert _seen_by(scene, "partner", order_id) == 404
    say(scene, order_id, "assign", {"assignee_id": str(scene.company.people["partner"])})
    assert _seen_by(scene, "partner", order_id) == 200
    say(scene, order_id, "transfer")
    assert _seen_by(scene, "partner", order_id) == 404
