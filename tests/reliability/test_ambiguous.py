"""R03: the line is cut between COMMIT and its answer. The server tries again by itself, or the client does; there is one effect."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from gongdan.kernel.http import dispatch
from gongdan.kernel.http.testing import Answer
from gongdan.wiring.testing import World, world
from tests.rig.cutting import Cutter

CUTS = 50


@pytest.fixture
def cutter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cutter]:
    """This thread's database connection, led through the proxy."""
    connection.close()
    made = Cutter(int(connection.settings_dict["PORT"]))
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", str(made.port))
    yield made
    connection.close()
    made.close()


def _create(scene: World, title: str, operation: str) -> Answer:
    body = {"blueprint": "service", "title": title, "fields": {"category": "repair"}}
    return scene.client("agent").post("/orders", body, operation=operation)


def _effects(scene: World) -> dict[str, int]:
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"]) as raw:
        rows = raw.execute(
            "select title, count(*) from orders_order where tenant_id = %s and title like 'cut %%' group by 1", [scene.company.id]
        ).fetchall()
    return dict(rows)


def _storm(scene: World, cutter: Cutter, cuts: int) -> dict[str, int]:
    """Orders whose COMMIT answer is lost once (the server repeats) or twice in a row (the client has to)."""
    rng = random.Random(7)
    wanted = {}
    for number in range(cuts):
        title, operation = f"cut {number}", str(uuid4())
        cutter.armed = rng.choice((1, 2))
        answer = _create(scene, title, operation)
        if answer.status == 503:
            assert "retry-after" in answer.headers
            cutter.armed = 0
            answer = _create(scene, title, operation)
        assert answer.status == 201, answer.body
        cutter.armed = 0
        wanted[title] = 1
    return wanted


def test_a_lost_answer_to_commit_has_one_effect(cutter: Cutter) -> None:
    scene = world()
    assert _storm(scene, cutter, CUTS) == _effects(scene)
    assert cutter.cuts >= CUTS


def test_without_receipts_the_second_effect_is_noticed(cutter: Cutter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: when no receipt is kept, what was repeated happens twice, and the count above sees it."""
    monkeypatch.setattr(
        dispatch, "SAVE_OPERATION", "select %s::uuid, %s::uuid, %s::uuid, %s::bytea, %s::int, %s::bytea, %s::timestamptz"
    )
    scene = world()
    assert _storm(scene, cutter, 5) != _effects(scene)
