"""Merges under pressure: opposite directions at once, and any sequence of merges, their undoing, comments and files."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from gongdan.kernel.http.testing import Answer
from gongdan.orders import anchoring, reshaping
from gongdan.orders.actions import merging
from gongdan.orders.actions.loading import open_both
from gongdan.wiring.testing import World, world

ROUNDS, SEQUENCES, STEPS = 12, 6, 40


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _version(scene: World, order_id: str) -> int:
    return int(scene.client("admin").get(f"/orders/{order_id}").json["version"])


def _merge(scene: World, gone: str, stays: str, versions: tuple[int, int], barrier: Barrier | None = None) -> Answer:
    body = {"into": stays, "into_version": versions[1], "reason": "同一故障"}
    try:
        if barrier is not None:
            barrier.wait()
        return scene.client("agent").post(f"/orders/{gone}/merge", body, version=versions[0])
    finally:
        if barrier is not None:
            connection.close()


def _against(scene: World) -> tuple[list[Answer], list[Any]]:
    """Two people merge the same two orders, each into the other, at once: their answers, and what each order was merged into."""
    one, two = (scene.order()["id"] for _ in range(2))
    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(_merge, scene, a, b, (1, 1), barrier) for a, b in ((one, two), (two, one))]
        answers = [f.result() for f in asked]
    return answers, [scene.client("admin").get(f"/orders/{o}").json["merged_into"] for o in (one, two)]


def test_of_two_merges_in_opposite_directions_exactly_one_succeeds(scene: World) -> None:
    for _ in range(ROUNDS):
        answers, into = _against(scene)
        assert sorted(a.status for a in answers) == [200, 409], [a.body.decode() for a in answers]
        assert next(a for a in answers if a.status == 409).json["code"] == "merged_away"
        assert sum(i is not None for i in into) == 1
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []


def test_without_the_questions_asked_under_the_locks_a_circle_is_noticed(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a merge that trusts what it saw before the locks makes a circle, and what the test above looks at shows it."""

    def trusting(work: Any, ids: tuple[UUID, UUID]) -> Any:
        pair = open_both(work, ids)
        for opened in pair:
            assert opened is not None
            opened.row.version = 1
        return pair

    monkeypatch.setattr(merging, "open_both", trusting)
    monkeypatch.setattr(reshaping, "refusals", lambda *_: [])
    answers, into = _against(scene)
    assert [a.status for a in answers] == [200, 200], [a.body.decode() for a in answers]
    assert sum(i is not None for i in into) == 2


class _Model:
    """What every order should show: its own comments and files, and those of what is merged into it."""

    def __init__(self) -> None:
        self.own: dict[str, list[str]] = {}
        self.files: dict[str, list[str]] = {}
        self.into: dict[str, str] = {}

    def shown(self, of: dict[str, list[str]], order_id: str) -> list[str]:
        return sorted({*of[order_id], *(i for gone, stays in self.into.items() if stays == order_id for i in of[gone])})


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_every_comment_and_file_stays_reachable_once_per_order(scene: World, seed: int) -> None:
    rng, model, client = random.Random(seed), _Model(), scene.client("agent")
    orders = [scene.order()["id"] for _ in range(5)]
    files = [client.post("/files?name=a.txt", raw=uuid4().bytes).json["id"] for _ in range(3)]
    before: dict[str, dict[str, Any]] = {}
    for order_id in orders:
        model.own[order_id], model.files[order_id] = [], []
    for _ in range(STEPS):
        _step(scene, rng, model, orders, files, before)
        for order_id in orders:
            found = client.get(f"/orders/{order_id}").json
            assert sorted(c["id"] for c in found["comments"]) == model.shown(model.own, order_id)
            assert sorted(f["file_id"] for f in found["attachments"]) == model.shown(model.files, order_id)
            assert (found["merged_into"] or {}).get("id") == model.into.get(order_id)
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []


def _step(
    scene: World, rng: random.Random, model: _Model, orders: list[str], files: list[str], before: dict[str, dict[str, Any]]
) -> None:
    client, order_id, other = scene.client("agent"), *rng.sample(orders, 2)
    do = rng.choice(("comment", "comment", "attach", "tag", "merge", "merge", "unmerge"))
    merged, holds = order_id in model.into, order_id in model.into.values()
    if do == "comment":
        made = client.post(f"/orders/{order_id}/comments", {"body": uuid4().hex, "internal": rng.random() < 0.3})
        assert made.status == (409 if merged else 201)
        model.own[order_id] += [made.json["id"]] if made.status == 201 else []
    elif do == "attach":
        file = rng.choice(files)
        done = client.post(f"/orders/{order_id}/attachments", {"file_id": file})
        assert done.status == (409 if merged else 201)
        model.files[order_id] += [file] if done.status == 201 else []
    elif do == "tag":
        client.post(f"/orders/{order_id}/tags", {"tag": rng.choice("abc")})
    elif do == "merge":
        seen = client.get(f"/orders/{order_id}").json
        done = _merge(scene, order_id, other, (seen["version"], _version(scene, other)))
        assert done.status == (409 if merged or holds or other in model.into else 200), done.body.decode()
        if done.status == 200:
            model.into[order_id], before[order_id] = other, seen
    elif merged:
        done = client.post(f"/orders/{order_id}/unmerge", {}, version=_version(scene, order_id))
        assert done.status == 200, done.body.decode()
        del model.into[order_id]
        after = client.get(f"/orders/{order_id}").json
        same = (
            "state",
            "family",
            "cancelled",
            "tags",
            "watchers",
            "tokens",
            "waiting_on",
            "assignee_id",
            "sla_state",
            "next_due_at",
        )
        assert {k: after[k] for k in same} == {k: before[order_id][k] for k in same}
