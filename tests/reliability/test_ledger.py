"""R25: whoever changes the ledger is noticed: edits, swaps, insertions, cuts, also by the superuser."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from gongdan.orders import anchoring
from gongdan.wiring.testing import World, world

TAMPERINGS = 100


@pytest.fixture(scope="module")
def scene() -> Iterator[World]:
    made = world()
    agent = made.client("agent")
    for n in range(12):
        order = made.order(title=f"order {n}")
        agent.post(f"/orders/{order['id']}/accept", {}, version=1)
        agent.patch(f"/orders/{order['id']}", {"title": f"changed {n}", "contact_phone": "13800138000"}, version=2)
        agent.post(f"/orders/{order['id']}/hold", {"waiting_on": "customer", "reason": "x"}, version=3)
    anchoring.anchor(made.company.id, made.clock.now())
    return (yield made)


def _tamper(connection: psycopg.Connection[Any], rng: random.Random, tenant: Any) -> str:
    order_id, seq = connection.execute(
        "select order_id, seq from orders_event where tenant_id = %s and seq > 1 order by random() limit 1", [tenant]
    ).fetchone()  # type: ignore[misc]
    kind = rng.choice(["data", "actor", "instant", "delete", "swap", "tail", "type", "head", "insert"])
    where = "where tenant_id = %s and order_id = %s and seq = %s"
    one = [tenant, order_id, seq]
    if kind == "data":
        connection.execute(f"update orders_event set data = data || '{{\"forged\": true}}' {where}", one)
    elif kind == "actor":
        connection.execute(f"update orders_event set actor_name = actor_name || 'x' {where}", one)
    elif kind == "instant":
        connection.execute(f"update orders_event set occurred_at = occurred_at + interval '1 second' {where}", one)
    elif kind == "type":
        connection.execute(f"update orders_event set type = 'closed' {where}", one)
    elif kind == "delete":
        connection.execute(f"delete from orders_event {where}", one)
    elif kind == "swap":
        connection.execute(f"update orders_event set seq = seq + 1000 {where}", one)
    elif kind == "insert":  # an entry slipped in at the end: its number fits, its hash is well-shaped
        connection.execute(
            "insert into orders_event (tenant_id, id, order_id, seq, type, v, actor_id, actor_kind, actor_name, occurred_at, "
            "recorded_at, data, hash) select tenant_id, gen_random_uuid(), order_id, (select max(seq) + 1 from orders_event x "
            "where x.order_id = e.order_id), type, v, actor_id, actor_kind, actor_name, occurred_at, recorded_at, data, "
            f"sha256(hash) from orders_event e {where}",
            one,
        )
    elif kind == "head":
        connection.execute("update orders_order set head = '\\x00' where tenant_id = %s and id = %s", one[:2])
    else:  # cut the tail and mend the head: only the anchor outside can tell
        connection.execute("delete from orders_event where tenant_id = %s and order_id = %s and seq > 1", one[:2])
        connection.execute(
            "update orders_order o set seq = 1, head = (select hash from orders_event e where e.order_id = o.id and e.seq = 1) "
            "where tenant_id = %s and id = %s",
            one[:2],
        )
    return kind


def test_every_tampering_is_detected(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    anchoring.anchor(scene.company.id, scene.clock.now())
    clean = anchoring.check(scene.company.id, scene.clock.now())
    assert clean.faults == []
    assert clean.anchors >= 1
    rng = random.Random(25)
    missed = []
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"]) as connection:
        monkeypatch.setattr(anchoring, "system_work", lambda *_: _Reader(connection, scene))
        for _ in range(TAMPERINGS):
            kind = _tamper(connection, rng, scene.company.id)
            if not anchoring.check(scene.company.id, scene.clock.now()).faults:
                missed.append(kind)
            connection.rollback()
    assert missed == []


class _Reader:
    """Reads through the connection whose changes are not committed, so that each tampering can be taken back."""

    def __init__(self, connection: psycopg.Connection[Any], scene: World) -> None:
        self.raw = connection
        self.scene = scene

    def __enter__(self) -> _Reader:
        self.raw.execute("select set_config('app.tenant', %s, true)", [str(self.scene.company.id)])
        self.raw.execute("set local role gongdan_app")
        return self

    def __exit__(self, *_: object) -> None:
        self.raw.execute("reset role")

    def read(self, sql: str, params: Any = ()) -> list[Any]:
        return self.raw.execute(sql, params).fetchall()


def test_without_the_anchor_a_cut_tail_is_missed(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: this is what the anchor outside the database is for."""
    anchoring.anchor(scene.company.id, scene.clock.now())
    order_id = scene.client("agent").get("/orders").json["items"][-1]["id"]
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"]) as connection:
        connection.execute("delete from orders_event where order_id = %s and seq > 1", [order_id])
        connection.execute(
            "update orders_order o set seq = 1, head = (select hash from orders_event e where e.order_id = o.id and e.seq = 1) "
            "where id = %s",
            [order_id],
        )
        monkeypatch.setattr(anchoring, "system_work", lambda *_: _Reader(connection, scene))
        assert anchoring.check(scene.company.id, scene.clock.now()).faults != []
        monkeypatch.setattr(anchoring, "_anchors", lambda _: [])
        assert anchoring.check(scene.company.id, scene.clock.now()).faults == []
        connection.rollback()


def test_personal_values_are_sealed_and_can_be_erased(scene: World) -> None:
    from gongdan.kernel import personal
    from gongdan.kernel.work import system_work

    order = scene.order(contact_name="李雷", contact_phone="13912345678")
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"]) as raw:
        row = raw.execute(
            "select data::text, data ->> 'sealed' from orders_event where order_id = %s and seq = 1", [order["id"]]
        ).fetchone()
    assert row is not None
    assert "13912345678" not in row[0]
    from uuid import UUID

    subject = UUID(order["id"])
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        assert "13912345678" in (personal.unseal(work, subject, row[1]) or "")
        personal.destroy(work, subject)
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        assert personal.unseal(work, subject, row[1]) is None
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []
