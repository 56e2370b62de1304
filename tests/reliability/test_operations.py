"""R03, R04: a write may be repeated; the same operation id has one effect, for ever."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from gongdan.kernel.http import dispatch
from gongdan.kernel.http.testing import Answer
from gongdan.wiring import api
from gongdan.wiring.testing import World, world

WRITES = [op for op in api.operations() if op.writes]
OPERATIONS = 2_000  # each sent one to five times; the bracketed size of R04


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _send(scene: World, operation: str, title: str) -> Answer:
    try:
        return scene.client("agent").post(
            "/orders", {"blueprint": "service", "title": title, "fields": {"category": "repair"}}, operation=operation
        )
    finally:
        connection.close()


def _count(scene: World, titles: list[str]) -> dict[str, int]:
    import os

    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"]) as raw:
        rows = raw.execute("select title, count(*) from orders_order where title = any(%s) group by 1", [titles]).fetchall()
    return dict(rows)


def _storm(scene: World, operations: int, seed: int) -> tuple[list[str], list[list[Answer]]]:
    rng = random.Random(seed)
    titles = [f"op {seed} {n}" for n in range(operations)]
    plan = [(str(uuid4()), title, rng.randrange(1, 6)) for title in titles]
    with ThreadPoolExecutor(6) as pool:
        sent = [[pool.submit(_send, scene, operation, title) for _ in range(times)] for operation, title, times in plan]
        return titles, [[f.result() for f in answers] for answers in sent]


def test_repeats_in_parallel_have_one_effect(scene: World) -> None:
    titles, answers = _storm(scene, OPERATIONS, 1)
    counts = _count(scene, titles)
    assert all(counts.get(t) == 1 for t in titles), "each operation exactly once"
    for group in answers:
        good = {a.body for a in group if a.status == 201}
        assert len(good) == 1, "every acknowledged repeat says the same"
        assert {a.status for a in group} <= {201, 409}
        assert all("retry-after" in a.headers for a in group if a.status == 409)


def test_without_receipts_the_storm_is_noticed(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: when receipts are not kept, repeats have several effects and the check above sees it."""
    monkeypatch.setattr(
        dispatch, "SAVE_OPERATION", "select %s::uuid, %s::uuid, %s::uuid, %s::bytea, %s::int, %s::bytea, %s::timestamptz"
    )
    titles, _ = _storm(scene, 30, 2)
    assert any(n > 1 for n in _count(scene, titles).values())


def test_the_same_id_with_another_body_is_refused(scene: World) -> None:
    operation = str(uuid4())
    assert _send(scene, operation, "first").status == 201
    again = _send(scene, operation, "second")
    assert (again.status, again.json["code"]) == (422, "operation_reused")
    assert _count(scene, ["second"]) == {}


@pytest.mark.parametrize("op", [o for o in WRITES if o.operation_id_needed], ids=lambda o: o.name)
def test_every_write_route_wants_an_operation_id(scene: World, op: Any) -> None:
    path = op.path.replace("{", "").replace("}", "")
    answer = scene.client("admin").request(op.method, path, {} if op.body is not None else None, operation="", version=1)
    assert answer.status in (422, 428)
    if answer.status == 422:
        assert op.body is not None, "only an unreadable body may be told first"


def test_an_answer_lost_after_the_commit_is_given_again(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R03: the connection breaks between COMMIT and its answer; the client retries and there is one effect."""
    from gongdan.kernel import faults

    def broken(name: str) -> None:
        if name == "after_commit":
            monkeypatch.undo()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    for number in range(50):
        monkeypatch.setattr(faults, "point", broken)
        answer = _send(scene, str(uuid4()), f"ambiguous {number}")
        assert answer.status == 201
    titles = [f"ambiguous {n}" for n in range(50)]
    assert _count(scene, titles) == dict.fromkeys(titles, 1)
