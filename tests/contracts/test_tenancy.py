"""S03: row-level security as the serving role. Every tenant table is under its policy; no tenant set means no row."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from gongdan.accounts.tests import factories
from gongdan.kernel import faults
from gongdan.wiring.commands.data import tenant_tables
from gongdan.wiring.server_check import UNPROTECTED
from gongdan.wiring.server_check import faults as server_faults
from gongdan.wiring.testing import world


@pytest.fixture(scope="module")
def app() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(os.environ["GONGDAN_DATABASE_URL"], autocommit=True) as connection:
        yield connection


def test_every_table_with_a_tenant_is_forced_under_the_policy(
    app: psycopg.Connection[tuple[object, ...]],
) -> None:
    assert app.execute(UNPROTECTED).fetchall() == []
    assert len(tenant_tables(app)) > 25


def test_a_table_without_policy_is_noticed() -> None:
    """Negative control of the test above."""
    with psycopg.connect(os.environ["GONGDAN_OWNER_DATABASE_URL"]) as owner:
        owner.execute("create table forgotten (tenant_id uuid)")
        assert owner.execute(UNPROTECTED).fetchall() == [("forgotten",)]
        owner.rollback()


def test_without_a_tenant_the_serving_role_sees_no_row(app: psycopg.Connection[tuple[object, ...]]) -> None:
    world()
    for table in tenant_tables(app):
        count = app.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
        assert count == (0,), table


def test_the_serving_role_owns_nothing_and_bypasses_nothing(
    app: psycopg.Connection[tuple[object, ...]],
) -> None:
    assert server_faults(app) == []  # type: ignore[arg-type]


def test_rows_of_another_tenant_cannot_be_written_or_pointed_at(
    app: psycopg.Connection[tuple[object, ...]],
) -> None:
    mine, other = factories.company(), factories.company()
    with app.transaction():
        app.execute("select set_config('app.tenant', %s, true)", [str(mine.id)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
            app.execute("update accounts_team set tenant_id = %s", [other.id])
        changed = app.execute("update accounts_user set name = 'x' where tenant_id = %s", [other.id]).rowcount
        assert changed == 0


@pytest.mark.parametrize(
    "statement",
    [
        "update orders_event set type = 'x'",
        "delete from orders_event",
        "truncate orders_event",
        "delete from kernel_operation",
        "update kernel_anchor set orders = 0",
        "update blueprints_version set number = 9",
    ],
)
def test_what_is_written_once_cannot_be_changed(app: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_a_thousand_pooled_requests_never_see_another_company(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of S03's figure: two companies alternate on one connection; some requests fail half-way, some are cancelled."""
    first, second = world(), world()
    ids = {w.company.slug: {w.order()["id"] for _ in range(3)} for w in (first, second)}
    point = faults.point

    def cancelled(name: str) -> None:
        monkeypatch.setattr(faults, "point", point)
        raise psycopg.errors.QueryCanceled("canceling statement due to user request")

    for number in range(1_000):
        scene = (first, second)[number % 2]
        client = scene.client(("agent", "manager", "admin")[number % 3])
        if number % 7 == 0:
            assert client.post("/orders", {"blueprint": "nothing", "title": "x"}).status == 422
        if number % 11 == 0:
            monkeypatch.setattr(faults, "point", cancelled)
            assert client.post("/customers", {"name": "x"}).status == 503
        seen = {o["id"] for o in client.get("/orders?limit=50").json["items"]}
        assert seen == ids[scene.company.slug]
        if number % 5 == 0:
            found = client.get("/orders/search?q=空调").json["items"]
            assert {o["id"] for o in found} == ids[scene.company.slug]
        if number % 13 == 0:
            foreign = next(iter(ids[(second, first)[number % 2].company.slug]))
            assert client.get(f"/orders/{foreign}").status == 404


def test_a_tenant_left_on_a_connection_is_noticed(app: psycopg.Connection[tuple[object, ...]]) -> None:
    """Negative control: were the tenant set for the session and not for the transaction, the next reader would see its rows."""
    scene = world()
    scene.order()
    with psycopg.connect(os.environ["GONGDAN_DATABASE_URL"], autocommit=True) as pooled:
        with pooled.transaction():
            pooled.execute("select set_config('app.tenant', %s, true)", [str(scene.company.id)])
            assert pooled.execute("select count(*) from orders_order").fetchone() == (1,)
        assert pooled.execute("select count(*) from orders_order").fetchone() == (0,)
        pooled.execute("select set_config('app.tenant', %s, false)", [str(scene.company.id)])
        assert pooled.execute("select count(*) from orders_order").fetchone() == (1,), "the leak is seen"
