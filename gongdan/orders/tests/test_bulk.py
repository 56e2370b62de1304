"""Bulk runs over whole lists: what is chosen, what a crash repeats, what can be stopped, and the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.kernel import faults
from gongdan.orders import jobs
from gongdan.orders.tests.scenes import ask, engineer, ledger, read, say, service, word
from gongdan.wiring.testing import World, world

SAME = ("state", "family", "assignee_id", "team_id", "priority", "tags", "waiting_on", "handovers", "closed_at", "accepted_at")


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _run(scene: World, body: dict[str, Any], role: str = "agent") -> dict[str, Any]:
    asked = scene.client(role).post("/orders/bulk", body)
    assert asked.status == 202, asked.body.decode()
    scene.run_jobs()
    return _seen(scene, asked.json["job_id"], role)


def _seen(scene: World, run_id: str, role: str = "agent") -> dict[str, Any]:
    found: dict[str, Any] = scene.client(role).get(f"/orders/bulk/{run_id}").json
    return found


def _undo(scene: World, run: dict[str, Any], role: str = "agent") -> dict[str, Any]:
    asked = scene.client(role).post(f"/orders/bulk/{run['job_id']}/undo")
    assert asked.status == 202, asked.body.decode()
    scene.run_jobs()
    return _seen(scene, asked.json["job_id"], role)


def _like(scene: World, order_id: str) -> dict[str, Any]:
    order = read(scene, order_id)
    return {name: order.get(name) for name in SAME} | {"tokens": [t["node"] for t in order["tokens"]]}


def test_all_that_match_a_filter_but_what_was_taken_out(scene: World) -> None:
    tag = word()
    ids = [service(scene, tags=[tag]) for _ in range(4)]
    other = service(scene)
    run = _run(scene, {"filter": {"tag": tag}, "except": [ids[2]], "verb": "set", "args": {"priority": 1}})
    assert (run["total"], run["refused"], run["capped"]) == (3, 0, False)
    assert {i: read(scene, i)["priority"] for i in [*ids, other]} == {ids[0]: 1, ids[1]: 1, ids[2]: 3, ids[3]: 1, other: 3}


def test_more_than_the_most_takes_the_newest_and_says_so(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongdan.orders.actions import bulk

    monkeypatch.setattr(bulk, "MOST", 2)
    tag = word()
    ids = [service(scene, tags=[tag]) for _ in range(3)]
    asked = scene.client("agent").post("/orders/bulk", {"filter": {"tag": tag}, "verb": "set", "args": {"priority": 1}})
    assert (asked.json["capped"], asked.json["total"]) == (True, 2)
    scene.run_jobs()
    assert [read(scene, i)["priority"] for i in ids] == [3, 1, 1]


@pytest.mark.parametrize("body", [{}, {"filter": {"tag": "nobody-has-this"}}, {"ids": [str(NOW)[:0] or "0" * 32], "filter": {}}])
def test_a_run_over_nothing_or_over_two_things_is_refused(scene: World, body: dict[str, Any]) -> None:
    answer = scene.client("agent").post("/orders/bulk", {**body, "verb": "set", "args": {"priority": 1}})
    assert (answer.status, answer.json["code"] in ("bulk_which", "bulk_nothing")) == (422, True)


@pytest.mark.parametrize(
    ("verb", "args", "state"),
    [
        ("assign", {"assignee_id": "{engineer}", "reason": "请假"}, "pending"),
        ("transfer", {"assignee_id": "{engineer}", "reason": "请假"}, "dispatched"),
        ("hold", {"waiting_on": "customer", "reason": "等客户"}, "pending"),
        ("accept", {}, "pending"),
        ("close", {}, "resolved"),
        ("reopen", {"reason": "又坏"}, "closed"),
        ("cancel", {"reason": "重复"}, "pending"),
        ("set", {"priority": 1}, "pending"),
        ("tag", {"tag": "急"}, "pending"),
        ("untag", {"tag": "old"}, "pending"),
    ],
)
def test_the_way_back_leaves_an_order_as_it_was(scene: World, verb: str, args: dict[str, Any], state: str) -> None:
    args = {k: v.format(engineer=engineer(scene)) if isinstance(v, str) else v for k, v in args.items()}
    order_id = service(scene, state, tags=["old"])
    before = _like(scene, order_id)
    run = _run(scene, {"ids": [order_id], "verb": verb, "args": args}, "manager")
    assert (run["refused"], run["undo"]) == (0, True)
    assert _like(scene, order_id) != before
    back = _undo(scene, run, "manager")
    assert (back["done"], back["refused"], back["undo_of"]) == (1, 0, run["job_id"])
    assert _like(scene, order_id) == before
    assert _seen(scene, run["job_id"], "manager")["undo"] is False
    again = scene.client("manager").post(f"/orders/bulk/{run['job_id']}/undo")
    assert (again.status, again.json["code"]) == (409, "undo_twice")


def test_the_way_back_sets_the_flow_back_and_the_clocks_run_again(scene: World) -> None:
    made = scene.order()
    say(scene, made["id"], "assign")
    before = _like(scene, made["id"])
    assert before["tokens"], "the repair flow has an open step"
    due = read(scene, made["id"])["next_due_at"]
    run = _run(scene, {"ids": [made["id"]], "verb": "cancel", "args": {"reason": "误报"}})
    assert (read(scene, made["id"])["tokens"], read(scene, made["id"])["next_due_at"]) == ([], None)
    _undo(scene, run)
    assert _like(scene, made["id"]) == before
    assert read(scene, made["id"])["next_due_at"] == due


def test_what_somebody_changed_since_stays_and_is_named(scene: World) -> None:
    mine, theirs = service(scene), service(scene)
    run = _run(scene, {"ids": [mine, theirs], "verb": "set", "args": {"priority": 1}})
    assert ask(scene, theirs, "accept").status == 200
    back = _undo(scene, run)
    assert {r["id"]: r["code"] for r in back["results"]} == {mine: None, theirs: "undo_changed"}
    assert [read(scene, i)["priority"] for i in (mine, theirs)] == [3, 1]


def test_what_was_said_to_customers_cannot_be_taken_back(scene: World) -> None:
    run = _run(scene, {"ids": [service(scene)], "verb": "comment", "args": {"body": "您好"}})
    assert (run["refused"], run["undo"]) == (0, False)
    back = _undo(scene, run)
    assert [r["code"] for r in back["results"]] == ["undo_said"]


def test_after_a_day_it_is_too_late(scene: World) -> None:
    run = _run(scene, {"ids": [service(scene)], "verb": "set", "args": {"priority": 1}})
    scene.clock.advance(timedelta(hours=25))
    answer = scene.client("agent").post(f"/orders/bulk/{run['job_id']}/undo")
    assert (answer.status, answer.json["code"]) == (409, "undo_late")


def test_a_verb_that_changed_nothing_has_nothing_to_take_back(scene: World) -> None:
    order_id = service(scene, tags=["there"])
    run = _run(scene, {"ids": [order_id], "verb": "tag", "args": {"tag": "there"}})
    _undo(scene, run)
    assert read(scene, order_id)["tags"] == ["there"]


def test_the_refused_ones_can_be_tried_again(scene: World) -> None:
    good, bad = service(scene), service(scene, "closed")
    run = _run(scene, {"ids": [good, bad], "verb": "assign", "args": {"assignee_id": engineer(scene)}})
    say(scene, bad, "reopen")
    again = _run(scene, {"retry_of": run["job_id"], "verb": run["verb"], "args": run["args"]})
    assert [(r["id"], r["ok"]) for r in again["results"]] == [(bad, True)]


def test_a_stopped_run_leaves_the_rest_alone(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STEP", 1)
    ids = [service(scene) for _ in range(3)]
    agent = scene.client("agent")
    run = agent.post("/orders/bulk", {"ids": ids, "verb": "set", "args": {"priority": 1}}).json
    assert agent.post(f"/orders/bulk/{run['job_id']}/cancel").json["state"] == "cancelled"
    scene.run_jobs()
    assert {read(scene, i)["priority"] for i in ids} == {3}
    assert agent.post(f"/orders/bulk/{run['job_id']}/cancel").status == 409
    assert scene.client("manager").post(f"/orders/bulk/{run['job_id']}/cancel").status == 404


def test_a_worker_that_dies_in_the_middle_repeats_nothing(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STEP", 2)
    ids = [service(scene) for _ in range(5)]
    scene.run_jobs()
    run = scene.client("agent").post("/orders/bulk", {"ids": ids, "verb": "set", "args": {"priority": 1}}).json
    seen = {"steps": 0}

    def dies(name: str) -> None:
        if name == "job_before_commit":
            seen["steps"] += 1
            if seen["steps"] == 2:
                raise OSError("killed")

    monkeypatch.setattr(faults, "point", dies)
    scene.run_jobs()
    assert _seen(scene, run["job_id"])["done"] == 2
    scene.clock.advance(timedelta(minutes=10))
    scene.run_jobs()
    ended = _seen(scene, run["job_id"])
    assert (ended["state"], ended["done"], len(ended["results"])) == ("done", 5, 5)
    assert [[e["type"] for e in ledger(scene, i)].count("edited") for i in ids] == [1] * 5


def test_my_runs_are_mine(scene: World) -> None:
    scene.clock.advance(timedelta(seconds=1))  # the newest 20 are listed, and others of this module are of the same instant
    run = _run(scene, {"ids": [service(scene)], "verb": "set", "args": {"priority": 2}})
    listed = {r["job_id"]: (r["state"], r["done"]) for r in scene.client("agent").get("/orders/bulk").json}
    assert listed[run["job_id"]] == ("done", 1)
    assert run["job_id"] not in [r["job_id"] for r in scene.client("manager").get("/orders/bulk").json]
