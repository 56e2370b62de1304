"""R10: many editors on shared orders. Every acknowledged edit is in the history; the final state is the fold of the history."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from gongdan.kernel.http import dispatch
from gongdan.orders.actions import editing
from gongdan.wiring.testing import World, world

EDITORS, ROUNDS = 20, 50


def _edit(scene: World, order_ids: list[str], seed: int, rounds: int) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    client = scene.client("agent")
    done: list[tuple[str, str]] = []
    try:
        for number in range(rounds):
            order_id = rng.choice(order_ids)
            title = f"{seed}-{number}"
            version = client.get(f"/orders/{order_id}").json["version"]
            answer = client.patch(f"/orders/{order_id}", {"title": title}, version=version)
            if answer.status == 200:
                done.append((order_id, title))
            else:
                assert answer.status == 409, answer.body
                if answer.json["code"] == "stale_version":
                    assert answer.json["mine"] == {"title": title}
                    assert "title" in answer.json["theirs"]
    finally:
        connection.close()
    return done


def _collide(scene: World, editors: int, rounds: int) -> tuple[list[str], set[tuple[str, str]]]:
    order_ids = [scene.order(title="start")["id"] for _ in range(5)]
    with ThreadPoolExecutor(editors) as pool:
        futures = [pool.submit(_edit, scene, order_ids, seed, rounds) for seed in range(editors)]
        return order_ids, {pair for f in futures for pair in f.result()}


def _history(scene: World, order_id: str) -> list[list[Any]]:
    client = scene.client("agent")
    found: list[list[Any]] = []
    cursor = ""
    while True:
        page = client.get(f"/orders/{order_id}/events?cursor={cursor}").json
        found += [e["data"]["changed"]["title"] for e in page["items"] if e["type"] == "edited"]
        if page["next"] is None:
            return list(reversed(found))
        cursor = page["next"]


def _lost(scene: World, order_ids: list[str], acknowledged: set[tuple[str, str]]) -> int:
    """Edits whose history is broken: not there, or built on a value that was not the one before."""
    lost = 0
    for order_id in order_ids:
        history = _history(scene, order_id)
        titles = ["start", *(after for _, after in history)]
        lost += sum(before != titles[n] for n, (before, _) in enumerate(history))
        lost += len({t for o, t in acknowledged if o == order_id} - set(titles))
        lost += scene.client("agent").get(f"/orders/{order_id}").json["title"] != titles[-1]
    return lost


def test_twenty_editors_lose_nothing() -> None:
    scene = world()
    order_ids, acknowledged = _collide(scene, EDITORS, ROUNDS)
    assert len(acknowledged) > 100
    assert _lost(scene, order_ids, acknowledged) == 0


def test_ignored_versions_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: when a stale version is not refused, people overwrite what they have not seen."""
    scene = world()
    order_id = scene.order(title="start")["id"]
    original = editing.open_order
    monkeypatch.setattr(editing, "open_order", lambda work, oid, action, version=None, **mine: original(work, oid, action, None))
    client = scene.client("agent")
    read = client.get(f"/orders/{order_id}").json["version"]
    assert client.patch(f"/orders/{order_id}", {"title": "one"}, version=read).status == 200
    assert client.patch(f"/orders/{order_id}", {"title": "two"}, version=read).status == 200, "the overwrite went through unseen"
    monkeypatch.undo()
    refused = client.patch(f"/orders/{order_id}", {"title": "three"}, version=read)
    assert (refused.status, refused.json["theirs"]) == (409, {"title": "two"})


def test_a_write_without_version_is_428() -> None:
    scene = world()
    order = scene.order()
    client = scene.client("agent")
    assert client.patch(f"/orders/{order['id']}", {"title": "x"}).status == 428
    assert client.post(f"/orders/{order['id']}/accept", {}).status == 428


def test_the_first_claim_wins_and_the_others_hear_who() -> None:
    scene = world()
    order = scene.order()
    clients = [scene.client("engineer"), scene.client("manager"), scene.client("admin")]

    def claim(client: Any) -> int:
        try:
            status: int = client.post(f"/orders/{order['id']}/claim", {}).status
        finally:
            connection.close()
        return status

    with ThreadPoolExecutor(3) as pool:
        statuses = sorted(pool.map(claim, clients))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 403, 409}


def test_a_bulk_run_tells_each_refusal_and_does_the_rest() -> None:
    scene = world()
    orders = [scene.order() for _ in range(60)]
    agent = scene.client("agent")
    for order in orders[:6]:
        agent.post(f"/orders/{order['id']}/cancel", {"reason": "x"}, version=1)
    asked = agent.post(
        "/orders/bulk", {"ids": [o["id"] for o in orders], "verb": "cancel", "args": {"reason": "停业"}}, operation=str(uuid4())
    )
    assert asked.status == 202
    scene.run_jobs()
    result = agent.get(f"/orders/bulk/{asked.json['job_id']}").json
    assert (result["state"], result["done"]) == ("done", 60)
    assert sum(r["ok"] for r in result["results"]) == 54
    assert {r["code"] for r in result["results"] if not r["ok"]} == {"verb_not_here"}


def test_a_command_that_is_refused_changes_nothing() -> None:
    scene = world()
    order = scene.order()
    client = scene.client("agent")
    before = client.get(f"/orders/{order['id']}").json
    for verb, body in (("complete", {}), ("close", {}), ("assign", {"assignee_id": str(uuid4())}), ("reopen", {"reason": "x"})):
        assert client.post(f"/orders/{order['id']}/{verb}", body, version=1).status in (403, 409, 422)
    after = client.get(f"/orders/{order['id']}").json
    assert (after["version"], len(after["timeline"])) == (before["version"], len(before["timeline"]))
    assert dispatch.COOKIE
