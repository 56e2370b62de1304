"""Comments, files, tags, links, watchers and bulk verbs: what is said happened, and nothing is said that did not."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.orders.tests.scenes import engineer, ledger, read, say, service
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _kinds(scene: World, order_id: str) -> list[str]:
    return [e["type"] for e in ledger(scene, order_id)][1:]


def test_a_tag_is_put_once_and_taken_once(scene: World) -> None:
    order_id = service(scene)
    agent = scene.client("agent")
    for _ in range(2):
        assert agent.post(f"/orders/{order_id}/tags", {"tag": "急"}).status == 200
    assert read(scene, order_id)["tags"] == ["急"]
    for _ in range(2):
        assert agent.delete(f"/orders/{order_id}/tags/急").status == 200
    assert read(scene, order_id)["tags"] == []
    assert _kinds(scene, order_id) == ["tagged", "untagged"], "the ledger has what changed, not what was pressed"


@pytest.mark.parametrize("tag", ["", "a b", "a,b", "#a", "x" * 41])
def test_a_tag_that_could_not_be_filtered_is_refused(scene: World, tag: str) -> None:
    answer = scene.client("agent").post(f"/orders/{service(scene)}/tags", {"tag": tag})
    assert (answer.status, answer.json["field"]) == (422, "tag")


@pytest.mark.parametrize(
    ("kind", "back"), [("related", "related"), ("duplicate", "duplicate"), ("parent", "child"), ("child", "parent")]
)
def test_a_link_is_seen_and_removed_from_both_ends(scene: World, kind: str, back: str) -> None:
    one, two = service(scene), service(scene)
    agent = scene.client("agent")

    def links(order_id: str) -> list[tuple[str, str]]:
        return [(x["kind"], x["id"]) for x in read(scene, order_id)["links"]]

    assert agent.post(f"/orders/{one}/links", {"other_id": two, "kind": kind}).status == 200
    assert (links(one), links(two)) == ([(kind, two)], [(back, one)])
    assert agent.post(f"/orders/{two}/links", {"other_id": one, "kind": back}).status == 200
    assert links(one) == [(kind, two)], "said from the other end it is the same link"
    removed = agent.delete(f"/orders/{two}/links", {"other_id": one, "kind": back})
    assert removed.status == 200
    assert (links(one), links(two)) == ([], [])
    agent.delete(f"/orders/{two}/links", {"other_id": one, "kind": back})
    assert (_kinds(scene, one), _kinds(scene, two)) == (["linked"], ["unlinked"])


def test_a_link_to_itself_to_nothing_or_to_the_unseen_is_refused(scene: World) -> None:
    mine, hidden = service(scene), service(scene)
    say(scene, mine, "assign")
    for role, other, code in (("agent", mine, "link_self"), ("agent", str(uuid4()), "unknown_reference")):
        answer = scene.client(role).post(f"/orders/{mine}/links", {"other_id": other})
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, code, "other_id")
    scene.client("agent").post(f"/orders/{mine}/links", {"other_id": hidden})
    assert read(scene, mine, "engineer")["links"] == [], "a link does not show what the reader may not see"


def test_internal_notes_are_for_those_who_write_them(scene: World) -> None:
    order_id = service(scene)
    say(scene, order_id, "assign", {"assignee_id": str(scene.company.people["partner"])})
    agent, partner = scene.client("agent"), scene.client("partner")
    assert agent.post(f"/orders/{order_id}/comments", {"body": "客户难缠", "internal": True}).status == 201
    assert agent.post(f"/orders/{order_id}/comments", {"body": "已联系客户"}).status == 201
    assert partner.post(f"/orders/{order_id}/comments", {"body": "x", "internal": True}).status == 403
    seen = read(scene, order_id, "partner")
    assert [c["body"] for c in seen["comments"]] == ["已联系客户"]
    assert len([e for e in seen["timeline"] if e["type"] == "commented"]) == 1
    listed = partner.get(f"/orders/{order_id}/events").json["items"]
    assert len([e for e in listed if e["type"] == "commented"]) == 1
    assert [c["body"] for c in read(scene, order_id, "agent")["comments"]] == ["客户难缠", "已联系客户"]


def test_a_comment_overwrites_nothing_and_needs_no_version(scene: World) -> None:
    order_id = service(scene)
    made = scene.client("agent").post(f"/orders/{order_id}/comments", {"body": "你好 <b>&"})
    assert (made.status, made.json["body"], made.json["author_name"]) == (201, "你好 <b>&", "陈静")
    assert "你好" not in str(ledger(scene, order_id)[-1]["data"]), "the ledger keeps a digest, so that a text can be erased"
    assert scene.client("agent").post(f"/orders/{order_id}/comments", {"body": ""}).json["field"] == "body"


def test_a_file_is_attached_once_and_taken_off_once(scene: World) -> None:
    order_id = service(scene)
    agent = scene.client("agent")
    file = agent.post("/files?name=a.txt", raw=b"abc").json["id"]
    for _ in range(2):
        assert agent.post(f"/orders/{order_id}/attachments", {"file_id": file}).status == 201
    assert [f["name"] for f in read(scene, order_id)["attachments"]] == ["a.txt"]
    assert agent.delete(f"/orders/{order_id}/attachments/{file}").status == 200
    assert agent.delete(f"/orders/{order_id}/attachments/{file}").status == 404
    assert _kinds(scene, order_id) == ["attached", "detached"]


def test_watching_is_private_to_the_watcher_and_no_event(scene: World) -> None:
    order_id = service(scene)
    agent = scene.client("agent")
    for _ in range(2):
        assert agent.post(f"/orders/{order_id}/watchers").status == 204
    assert read(scene, order_id)["watchers"] == [str(scene.company.people["agent"])]
    assert [o["id"] for o in agent.get("/orders?watching=me").json["items"]] == [order_id]
    assert scene.client("manager").get("/orders?watching=me").json["items"] == []
    assert agent.delete(f"/orders/{order_id}/watchers").status == 204
    assert read(scene, order_id)["watchers"] == []
    assert _kinds(scene, order_id) == []


def _bulk(scene: World, body: dict[str, Any], role: str = "agent") -> dict[str, Any]:
    asked = scene.client(role).post("/orders/bulk", body)
    assert asked.status == 202, asked.body.decode()
    scene.run_jobs()
    found: dict[str, Any] = scene.client(role).get(f"/orders/bulk/{asked.json['job_id']}").json
    return found


def test_a_bulk_verb_does_what_it_can_and_says_what_it_could_not(scene: World) -> None:
    good, closed, unknown = service(scene), service(scene, "closed"), str(uuid4())
    before = read(scene, closed)
    run = _bulk(scene, {"ids": [good, closed, unknown, good], "verb": "assign", "args": {"assignee_id": engineer(scene)}})
    assert (run["state"], run["total"], run["done"]) == ("done", 3, 3)
    results = {r["id"]: (r["ok"], r["code"]) for r in run["results"]}
    assert results == {good: (True, None), closed: (False, "verb_not_here"), unknown: (False, "not_found")}
    said = next(r for r in run["results"] if r["id"] == closed)
    assert (said["zh"], said["en"]) == ("「已关闭」状态下不能「派单」。", "“Assign” is not possible in state “Closed”.")
    assert read(scene, closed) == before
    assert ledger(scene, good)[-1]["actor_name"] == "陈静", "the ledger names who asked"


def test_a_bulk_verb_over_many_orders_goes_on_in_steps(scene: World) -> None:
    ids = [service(scene) for _ in range(53)]
    run = _bulk(scene, {"ids": ids, "verb": "cancel", "args": {"reason": "清理"}})
    assert (run["state"], run["done"], {r["ok"] for r in run["results"]}) == ("done", 53, {True})
    assert {read(scene, i)["state"] for i in ids} == {"cancelled"}


def test_bulk_asks_for_permission_per_order(scene: World) -> None:
    order_id = service(scene, "dispatched")
    run = _bulk(scene, {"ids": [order_id], "verb": "start", "args": {}})
    assert [(r["ok"], r["code"]) for r in run["results"]] == [(False, "not_allowed")]
    assert read(scene, order_id)["state"] == "dispatched"


@pytest.mark.parametrize(
    ("verb", "args", "field"), [("delete", {}, "verb"), ("cancel", {}, "args"), ("assign", {"who": 1}, "args")]
)
def test_a_bulk_run_that_cannot_work_is_not_queued(scene: World, verb: str, args: dict[str, Any], field: str) -> None:
    answer = scene.client("agent").post("/orders/bulk", {"ids": [str(uuid4())], "verb": verb, "args": args})
    assert (answer.status, answer.json["field"]) == (422, field)


def test_the_progress_of_a_run_is_for_whoever_asked(scene: World) -> None:
    run = scene.client("agent").post("/orders/bulk", {"ids": [service(scene)], "verb": "accept"}).json
    assert scene.client("manager").get(f"/orders/bulk/{run['job_id']}").status == 404
