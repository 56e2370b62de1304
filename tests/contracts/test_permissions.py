"""S01 and S03 as generated lists: every route, every actor. A new route is in the list by itself, or this file fails.

Nobody, a person without the permission and a person of another company get nothing and change nothing.
"""

from __future__ import annotations

import os
import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from gongdan.accounts.roles import SHIPPED
from gongdan.accounts.tests import factories
from gongdan.kernel.http.operations import Operation
from gongdan.kernel.permissions import declared
from gongdan.wiring import api
from gongdan.wiring.commands.data import tenant_tables
from gongdan.wiring.testing import World, world
from tests.tour import TOUR, rows_of

OPERATIONS = api.operations()
# open to everybody with a session: they show and change only the caller's own things (the palette: what each slice lets them see)
OPEN = {"accounts_me", "accounts_log_out", "desk_preferences", "desk_put_preference", "desk_palette"}
PUBLIC = {"accounts_log_in", "accounts_visit"}
ROLES = ("agent", "dispatcher", "engineer", "manager", "partner", "admin")


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


@pytest.fixture(scope="module")
def stranger(scene: World) -> factories.Company:
    return factories.company()


def api_by_name(name: str) -> Operation:
    """The operation of a name."""
    return next(op for op in OPERATIONS if op.name == name)


def _path(op: Operation, order_id: str) -> str:
    return re.sub(
        r"\{(\w+)\}",
        lambda m: order_id if m[1] == "order_id" else "repair" if m[1] == "key" else "1" if m[1] == "number" else str(uuid4()),
        op.path,
    )


def _call(scene: World, op: Operation, token: str | None, order_id: str) -> int:
    client = scene.client("nobody")
    client.token = token
    body: Any = {} if op.body is not None else None
    return client.request(op.method, _path(op, order_id), body, version=1).status


def test_every_route_names_a_declared_permission_or_is_listed_as_open() -> None:
    for op in OPERATIONS:
        if op.permission == "public":
            assert op.name in PUBLIC, op.name
        elif op.permission is None:
            assert op.name in OPEN, op.name
        else:
            assert op.permission in declared(), (op.name, op.permission)


def test_every_grant_of_a_shipped_role_is_a_declared_permission() -> None:
    for role, entry in SHIPPED.items():
        unknown = set(entry["grants"]) - set(declared()) - {"*"}
        assert unknown == set(), role


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda o: o.name)
def test_nobody_gets_in(scene: World, op: Operation) -> None:
    if op.permission == "public":
        pytest.skip("for everybody")
    assert _call(scene, op, None, str(uuid4())) in (401, 422), op.name
    assert _call(scene, op, "not a token", str(uuid4())) in (401, 422), op.name


def _counts(connection: psycopg.Connection[Any], tenant_id: Any) -> dict[str, int]:
    quiet = {"accounts_session"}
    return {
        t: connection.execute(f"select count(*) from {t} where tenant_id = %s", [tenant_id]).fetchone()[0]  # type: ignore[index]
        for t in tenant_tables(connection)
        if t not in quiet
    }


@pytest.mark.parametrize("role", ROLES)
def test_a_role_without_the_permission_is_refused_and_changes_nothing(scene: World, role: str) -> None:
    order_id = scene.order()["id"]
    grants = SHIPPED[role]["grants"]
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"], autocommit=True) as connection:
        before = _counts(connection, scene.company.id)
        for op in OPERATIONS:
            if op.permission in (None, "public") or op.permission in grants or "*" in grants or op.body is not None:
                continue
            status = _call(scene, op, scene.company.tokens[role], order_id)
            assert status in (403, 404, 422), (role, op.name, status)
        assert _counts(connection, scene.company.id) == before


@pytest.mark.parametrize("name", TOUR)
def test_a_write_that_works_is_refused_to_everybody_else(name: str) -> None:
    """The request that the right role may send: nobody, roles without the permission and another company change nothing by it."""
    role, make = TOUR[name]
    scene, stranger = world(), factories.company()
    request, op = make(scene), api_by_name(name)
    others = [r for r in ROLES if op.permission and op.permission not in SHIPPED[r]["grants"] and "*" not in SHIPPED[r]["grants"]]
    with rows_of() as state:
        before = state(scene.company.id)
        tokens = {"nobody": None, "stranger": stranger.tokens["admin"], **{r: scene.company.tokens[r] for r in others}}
        for who, token in tokens.items():
            client = scene.client("nobody")
            client.token = token
            status = client.request(op.method, request.path, request.body, version=request.version).status
            allowed = {"nobody": (401,), "stranger": (200, 201, 202, 204, 404, 409, 422)}.get(who, (403, 404))
            assert status in allowed, (who, status)
            if who == "stranger" and "{order_id}" in op.path:
                assert status == 404
            assert state(scene.company.id) == before, who
    client = scene.client(role)
    assert client.request(op.method, request.path, request.body, version=request.version).status < 300, "and the right one may"


def test_another_company_sees_and_changes_nothing(scene: World, stranger: factories.Company) -> None:
    order_id = scene.order()["id"]
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"], autocommit=True) as connection:
        before = _counts(connection, scene.company.id)
        for op in OPERATIONS:
            if "{order_id}" not in op.path:
                continue
            status = _call(scene, op, stranger.tokens["admin"], order_id)
            assert status in (404, 422, 409), (op.name, status)
        assert _counts(connection, scene.company.id) == before
    client = scene.client("nobody")
    client.token = stranger.tokens["admin"]
    assert client.get("/orders").json["items"] == []
    assert client.get("/customers").json["items"] == []
    assert client.get("/orders/search?q=空调").json["items"] == []


def test_the_engineer_sees_own_and_team_orders_only(scene: World) -> None:
    mine = scene.order()["id"]
    other = scene.order(blueprint="service", title="发票", fields={"category": "consult"})["id"]
    engineer = scene.client("engineer")
    assert engineer.get(f"/orders/{mine}").status == 200
    assert engineer.get(f"/orders/{other}").status == 404
    assert other not in [o["id"] for o in engineer.get("/orders?limit=200").json["items"]]
    partner = scene.client("partner")
    assert partner.get(f"/orders/{mine}").status == 404


def test_a_check_that_is_removed_is_noticed(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with `can` always true the visibility test above must fail."""
    from gongdan.kernel import access
    from gongdan.orders import detail

    other = scene.order(blueprint="service", title="发票", fields={"category": "consult"})["id"]
    monkeypatch.setattr(detail, "can", lambda *_, **__: True)
    assert scene.client("engineer").get(f"/orders/{other}").status == 200
    monkeypatch.setattr(detail, "can", access.can)
    assert scene.client("engineer").get(f"/orders/{other}").status == 404
