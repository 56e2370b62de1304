"""R04 over every write route: the same request under the same operation id is answered alike and changes nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from gongdan.wiring.testing import World, world
from tests.tour import OPERATIONS, TOUR, rows_of


@pytest.fixture
def scene() -> World:
    return world()


@pytest.fixture(scope="module")
def counted() -> Iterator[Any]:
    with rows_of() as state:
        yield state


def test_every_write_route_is_in_the_tour() -> None:
    assert set(TOUR) == {name for name, op in OPERATIONS.items() if op.writes and op.operation_id_needed}


@pytest.mark.parametrize("name", TOUR)
def test_a_repeat_changes_nothing(scene: World, counted: Any, name: str) -> None:
    role, make = TOUR[name]
    request = make(scene)
    client, op, operation = scene.client(role), OPERATIONS[name], str(uuid4())

    def send(body: Any, version: int | None) -> Any:
        return client.request(op.method, request.path, body, operation=operation, version=version)

    first = send(request.body, request.version)
    assert first.status < 300, first.body
    after = counted(scene.company.id)
    again = send(request.body, request.version)
    assert (again.status, again.body) == (first.status, first.body)
    assert counted(scene.company.id) == after
    if request.other is not None:
        reused = send(request.other, request.version)
        assert (reused.status, reused.json["code"]) == (422, "operation_reused")
        assert counted(scene.company.id) == after


def test_another_operation_id_is_another_effect(scene: World, counted: Any) -> None:
    """Negative control: the counting above sees a second effect."""
    client = scene.client("agent")
    client.post("/customers", {"name": "甲公司"})
    before = counted(scene.company.id)
    client.post("/customers", {"name": "甲公司"})
    assert counted(scene.company.id) != before
