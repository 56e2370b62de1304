"""Merging over HTTP: both conversations on the survivor, the duplicate as it was when it is undone, and what is refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from gongdan.accounts.tests import factories
from gongdan.accounts.tests.factories import NOW
from gongdan.kernel.http.testing import Answer, Client
from gongdan.orders import anchoring
from gongdan.orders.tests.scenes import ask, engineer, ledger, read, say, word
from gongdan.wiring.testing import World, world

DAYS = 24 * 60
# what an undone merge leaves of the duplicate: everything but its version, its ledger and when it was last touched
GROWS = ("version", "updated_at", "timeline")


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def merge(scene: World, gone: str, stays: str, *, role: str = "agent", **more: Any) -> Answer:
    """Merge at the present versions, whatever comes of it."""
    body = {"into": stays, "into_version": read(scene, stays)["version"], "reason": "同一故障", **more.pop("body", {})}
    version = more.pop("version", None) or read(scene, gone)["version"]
    return scene.client(role).post(f"/orders/{gone}/merge", body, version=version, **more)


def unmerge(scene: World, gone: str, *, role: str = "agent") -> Answer:
    return scene.client(role).post(f"/orders/{gone}/unmerge", {"reason": "看错了"}, version=read(scene, gone)["version"])


def upload(scene: World, order_id: str, name: str = "a.txt") -> str:
    """A file on an order; its id."""
    client = scene.client("agent")
    file = client.post(f"/files?name={name}", raw=uuid4().bytes).json["id"]
    assert client.post(f"/orders/{order_id}/attachments", {"file_id": file}).status == 201
    return str(file)


def comment(scene: World, order_id: str, body: str, *, internal: bool = False) -> str:
    """A comment on an order; its id."""
    made = scene.client("agent").post(f"/orders/{order_id}/comments", {"body": body, "internal": internal})
    assert made.status == 201, made.body.decode()
    return str(made.json["id"])


def clocks(scene: World, order_id: str) -> Any:
    return scene.client("admin").get(f"/orders/{order_id}/clocks").json


def pair(scene: World) -> tuple[str, str]:
    """A duplicate with everything on it, and the order that stays."""
    gone, stays = scene.order()["id"], scene.order()["id"]
    say(scene, gone, "assign")
    comment(scene, gone, "又漏水了")
    comment(scene, gone, "客户很急", internal=True)
    upload(scene, gone)
    client = scene.client("agent")
    for order_id, tags in ((gone, ("vip", "leak")), (stays, ("leak",))):
        for tag in tags:
            assert client.post(f"/orders/{order_id}/tags", {"tag": tag}).status == 200
    assert scene.client("manager").post(f"/orders/{gone}/watchers").status == 204
    return gone, stays


def test_the_survivor_shows_both_conversations_and_the_duplicate_ends(scene: World) -> None:
    gone, stays = pair(scene)
    before = read(scene, gone)
    answer = merge(scene, gone, stays)
    assert answer.status == 200, answer.body.decode()
    assert (answer.json["order"]["state"], answer.json["other"]["id"]) == ("cancelled", stays)
    survivor, duplicate = read(scene, stays), read(scene, gone)
    origin = {"id": gone, "number": before["number"]}
    assert [(c["body"], c["origin"]) for c in survivor["comments"]] == [("又漏水了", origin), ("客户很急", origin)]
    assert [(f["name"], f["origin"]) for f in survivor["attachments"]] == [("a.txt", origin)]
    assert survivor["tags"] == ["leak", "vip"]
    assert survivor["watchers"] == [str(scene.company.people["manager"])]
    assert [(x["kind"], x["id"], x["merged"]) for x in survivor["links"]] == [("duplicate", gone, True)]
    assert (duplicate["family"], duplicate["cancelled"], duplicate["tokens"], duplicate["verbs"]) == ("closed", True, [], [])
    assert duplicate["comments"] == before["comments"], "nothing is moved"
    assert (duplicate["merged_into"]["id"], duplicate["merged_into"]["may_undo"]) == (stays, True)
    assert {c["state"] for c in clocks(scene, gone)} == {"cancelled"}
    assert ledger(scene, gone)[-1]["data"]["into_id"] == stays
    assert ledger(scene, stays)[-1]["text"]["zh"] == f"合并了一张工单 {before['number']}：同一故障"
    assert gone not in [o["id"] for o in scene.client("agent").get("/orders?limit=100").json["items"]]


def test_undoing_restores_the_duplicate_exactly_and_leaves_what_came_later(scene: World) -> None:
    gone, stays = pair(scene)
    say(scene, gone, "start")
    say(scene, gone, "hold")
    before, untouched, running = read(scene, gone), read(scene, stays), clocks(scene, gone)
    assert merge(scene, gone, stays).status == 200
    comment(scene, stays, "已安排")
    scene.client("agent").post(f"/orders/{stays}/tags", {"tag": "later"})
    assert unmerge(scene, gone).status == 200
    after, survivor = read(scene, gone), read(scene, stays)
    assert {k: v for k, v in after.items() if k not in GROWS} == {k: v for k, v in before.items() if k not in GROWS}
    assert clocks(scene, gone) == running
    assert [c["body"] for c in survivor["comments"]] == ["已安排"]
    assert survivor["tags"] == ["later", "leak"]
    assert {k: survivor[k] for k in ("watchers", "links", "attachments", "state")} == {
        k: untouched[k] for k in ("watchers", "links", "attachments", "state")
    }
    say(scene, gone, "resume")  # and it can be worked on
    assert [e["type"] for e in ledger(scene, gone)[-3:]] == ["merge", "unmerge", "resume"]


def test_the_ledger_stays_whole(scene: World) -> None:
    gone, stays = pair(scene)
    merge(scene, gone, stays)
    unmerge(scene, gone)
    merge(scene, gone, stays)
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []


def test_a_merged_order_refuses_every_verb_and_names_the_survivor(scene: World) -> None:
    gone, stays = pair(scene)
    merge(scene, gone, stays)
    number = read(scene, stays)["number"]
    client = scene.client("admin")
    answers = [
        ask(scene, gone, "accept"), ask(scene, gone, "reopen"), client.post(f"/orders/{gone}/comments", {"body": "?"}),
        client.post(f"/orders/{gone}/tags", {"tag": "x"}), client.patch(f"/orders/{gone}", {"title": "x"}, version=1),
        merge(scene, gone, scene.order()["id"]), merge(scene, scene.order()["id"], gone), merge(scene, stays, gone),
    ]  # fmt: skip
    for answer in answers:
        assert (answer.status, answer.json["code"]) == (409, "merged_away"), answer.body.decode()
        assert number in answer.json["detail"]
        assert answer.json["blockers"][0]["link"] == f"orders/{stays}"


def test_no_chain_no_closed_order_and_not_itself(scene: World) -> None:
    gone, stays = pair(scene)
    third, closed = scene.order()["id"], scene.order()["id"]
    say(scene, closed, "cancel")
    merge(scene, gone, stays)
    assert merge(scene, stays, third).json["code"] == "merge_holds_others"
    assert merge(scene, closed, third).json["code"] == "merge_closed"
    assert merge(scene, third, closed).json["code"] == "into_closed"
    itself = merge(scene, third, third)
    assert (itself.status, itself.json["code"], itself.json["field"]) == (422, "merge_self", "into")
    assert unmerge(scene, third).json["code"] == "not_merged"


def test_stale_versions_of_either_side(scene: World) -> None:
    gone, stays = pair(scene)
    one = merge(scene, gone, stays, version=1)
    assert (one.status, one.json["code"], one.json["version"]) == (409, "stale_version", read(scene, gone)["version"])
    two = merge(scene, gone, stays, body={"into_version": 99})
    assert (two.status, two.json["code"], two.json["field"]) == (409, "stale_version", "into_version")
    assert (two.json["version"], two.json["mine"]) == (read(scene, stays)["version"], {"version": 99})
    assert read(scene, gone)["merged_into"] is None


def test_a_repeat_has_one_effect(scene: World) -> None:
    gone, stays = pair(scene)
    operation = str(uuid4())
    version, into_version = read(scene, gone)["version"], read(scene, stays)["version"]
    body = {"into": stays, "into_version": into_version, "reason": "重复"}
    client = scene.client("agent")
    first, again = (client.post(f"/orders/{gone}/merge", body, version=version, operation=operation) for _ in range(2))
    assert first.status == again.status == 200
    assert first.body == again.body
    assert [e["type"] for e in ledger(scene, stays)].count("merged_in") == 1


def test_it_can_be_undone_for_thirty_days(scene: World) -> None:
    gone, stays = pair(scene)
    merge(scene, gone, stays)
    scene.pass_minutes(30 * DAYS + 1)
    assert read(scene, gone)["merged_into"]["may_undo"] is False
    answer = unmerge(scene, gone)
    assert (answer.status, answer.json["code"]) == (409, "undo_too_late")
    scene.pass_minutes(-2)
    assert unmerge(scene, gone).status == 200


def test_who_may_not_merges_nothing(scene: World) -> None:
    gone, stays = pair(scene)
    assert merge(scene, gone, stays, role="engineer").status == 403
    stranger = Client(scene.app, factories.company().tokens["agent"])
    body = {"into": stays, "into_version": 1, "reason": "x"}
    assert stranger.post(f"/orders/{gone}/merge", body, version=1).status == 404
    assert stranger.get(f"/orders/{gone}/merge-preview?into={stays}").status == 404
    unknown = merge(scene, gone, stays, body={"into": str(uuid4())})
    assert (unknown.status, unknown.json["field"]) == (422, "into")
    assert read(scene, gone)["merged_into"] is None


def test_the_preview_says_what_the_merge_does(scene: World) -> None:
    gone, stays = pair(scene)
    say(scene, stays, "assign", {"assignee_id": str(scene.company.people["agent"])})
    client = scene.client("agent")
    shown = client.get(f"/orders/{gone}/merge-preview?into={stays}").json
    assert (shown["order"]["id"], shown["into"]["id"], shown["blockers"]) == (gone, stays, [])
    assert len(shown["order"]["comments"]) == 2
    assert {w["code"] for w in shown["warnings"]} == {"merge_other_assignee", "merge_open_steps"}
    number, into = shown["order"]["number"], shown["into"]["number"]
    assert shown["effects"][0]["zh"] == f"{number} 的 2 条沟通和 1 个附件会显示在 {into} 上，原处保留。"
    assert [e["code"] for e in shown["effects"]] == ["merge_shows", "merge_unites", "merge_ends", "merge_follows", "reshape_undo"]
    merge(scene, gone, stays)
    assert [b["code"] for b in client.get(f"/orders/{gone}/merge-preview?into={stays}").json["blockers"]] == ["merged_away"]


def test_an_engineer_reads_a_merged_file_and_the_notes_only_where_allowed(scene: World) -> None:
    gone, stays = pair(scene)
    desk = {"assignee_id": str(scene.company.people["agent"]), "team_id": str(scene.company.teams["desk"])}
    say(scene, gone, "assign", desk)
    file = read(scene, gone)["attachments"][0]["file_id"]
    assert scene.client("engineer").get(f"/files/{file}").status == 404
    say(scene, stays, "assign", {"assignee_id": engineer(scene)})
    merge(scene, gone, stays)
    assert scene.client("engineer").get(f"/files/{file}").status == 200
    unmerge(scene, gone)
    assert scene.client("engineer").get(f"/files/{file}").status == 404


def test_two_duplicates_share_what_they_brought(scene: World) -> None:
    stays, one, two = (scene.order()["id"] for _ in range(3))
    client = scene.client("agent")
    for order_id in (one, two):
        client.post(f"/orders/{order_id}/tags", {"tag": "vip"})
        client.post(f"/orders/{order_id}/watchers")
        assert merge(scene, order_id, stays).status == 200
    unmerge(scene, one)
    assert (read(scene, stays)["tags"], len(read(scene, stays)["watchers"])) == (["vip"], 1)
    unmerge(scene, two)
    assert (read(scene, stays)["tags"], read(scene, stays)["watchers"]) == ([], [])


def test_the_number_of_the_duplicate_finds_the_survivor(scene: World) -> None:
    gone, stays = scene.order(title=word())["id"], scene.order(title=word())["id"]
    merge(scene, gone, stays)
    found = scene.client("agent").get(f"/orders/search?q={read(scene, gone)['number']}").json["items"]
    assert [o["id"] for o in found] == [stays]


def test_a_hold_with_a_date_ends_even_if_the_order_was_merged_meanwhile(scene: World) -> None:
    gone, stays = scene.order()["id"], scene.order()["id"]
    say(scene, gone, "assign")
    until = scene.clock.now().replace(hour=5).isoformat()
    say(scene, gone, "hold", {"waiting_on": "customer", "reason": "等", "resume_at": until})
    merge(scene, gone, stays)
    scene.pass_minutes(DAYS)
    scene.run_jobs()
    connection.close()
    unmerge(scene, gone)
    assert read(scene, gone)["waiting_on"] == "customer"
    scene.run_jobs()
    assert read(scene, gone)["waiting_on"] is None
