"""`gongdan verify-clocks`: the ledger tells the clocks that the rows hold, whatever was done to an order; else it notices."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from gongdan.accounts import actions as accounts
from gongdan.accounts.tests.factories import NOW, password_hash
from gongdan.kernel.access import system_actor
from gongdan.kernel.ids import uuid7
from gongdan.kernel.work import system_work, unit_of_work
from gongdan.simulator.company import Size, build
from gongdan.simulator.run import Simulation
from gongdan.sla import rules, verifying
from gongdan.sla.retelling import Difference
from gongdan.wiring.testing import World, world

DAYS, ORDERS = 10, 60
LIVES, STEPS = 8, 30
VERBS = ("accept", "assign", "start", "hold", "resume", "complete", "complete", "close", "reopen", "reopen", "cancel")
DO = ("priority", "comment", "bulk", "merge", "unmerge", *["verb"] * 8)
BODIES: dict[str, dict[str, Any]] = {
    "hold": {"waiting_on": "customer", "reason": "x"},
    "reopen": {"reason": "x"},
    "cancel": {"reason": "x"},
    "complete": {"fields": {"fault_cause": "堵塞"}},
}
BULK: dict[str, dict[str, Any]] = {
    "accept": {},
    "hold": {"waiting_on": "customer", "reason": "x"},
    "resume": {},
    "reopen": {"reason": "x"},
    "cancel": {"reason": "x"},
    "close": {},
    "set": {"priority": 1},
}


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _differences(scene: World) -> list[Difference]:
    return verifying.check(scene.company.id, scene.clock.now()).differences


def test_a_whole_companys_clocks_are_what_its_ledger_tells() -> None:
    tenant, rng = uuid7(NOW), random.Random(4)
    with unit_of_work(system_actor(tenant, "simulator"), NOW) as work:
        accounts.add_tenant(tenant, f"c{uuid4().hex[:12]}", "模拟", NOW, kind="demo")
        company = build(work, rng, password_hash(), DAYS, Size(engineers=8, customers=12, assets=24))
    Simulation(company, rng, NOW, DAYS, ORDERS).run()
    report = verifying.check(tenant, NOW)
    assert report.differences == []
    assert (report.orders, report.clocks) == (report.orders, report.orders * 2)
    assert report.orders >= ORDERS


class Life:
    """Orders to which anything may happen; what is refused is refused."""

    def __init__(self, scene: World, seed: int) -> None:
        self.scene, self.rng = scene, random.Random(seed)
        self.client = scene.client("admin")
        self.orders = [self._new() for _ in range(3)]
        self.done: list[str] = []

    def _new(self) -> str:
        kind = self.rng.choice(["repair", "service"])
        fields = {"fault_type": "hvac"} if kind == "repair" else {"category": "consult"}
        return str(self.scene.order(blueprint=kind, fields=fields, priority=self.rng.randint(1, 4))["id"])

    def step(self) -> None:
        self.scene.pass_minutes(self.rng.randrange(1, 700))
        do, order_id = self.rng.choice(DO), self.rng.choice(self.orders)
        seen = self.client.get(f"/orders/{order_id}").json
        version = seen["version"]
        if do == "verb":
            legal = [v for v in VERBS if v in {x["verb"] for x in seen["verbs"]}]
            do = self.rng.choice(legal) if legal else "accept"
        if do == "priority":
            answer = self.client.patch(f"/orders/{order_id}", {"priority": self.rng.randint(1, 4)}, version=version)
        elif do == "comment":
            answer = self.client.post(f"/orders/{order_id}/comments", {"body": "x", "internal": self.rng.random() < 0.5})
        elif do == "bulk":
            answer = self._bulk(order_id)
        elif do == "merge":
            other = self.rng.choice([o for o in self.orders if o != order_id])
            into = self.client.get(f"/orders/{other}").json["version"]
            body = {"into": other, "into_version": into, "reason": "同一故障"}
            answer = self.client.post(f"/orders/{order_id}/merge", body, version=version)
        else:
            body = {"assignee_id": str(self.scene.company.people["engineer"])} if do == "assign" else BODIES.get(do, {})
            if do == "complete" and "category" in seen["fields"]:
                body = {}
            answer = self.client.post(f"/orders/{order_id}/{do}", body, version=version)
        assert answer.status < 500
        if answer.status < 300:
            self.done.append(do)

    def _bulk(self, order_id: str) -> Any:
        verb = self.rng.choice(list(BULK))
        asked = self.client.post("/orders/bulk", {"ids": [order_id], "verb": verb, "args": BULK[verb]})
        self.scene.run_jobs()
        if asked.status == 202 and self.rng.random() < 0.7:
            self.scene.pass_minutes(self.rng.randrange(1, 5))
            self.client.post(f"/orders/bulk/{asked.json['job_id']}/undo")
            self.scene.run_jobs()
        return asked


@pytest.mark.parametrize("seed", range(LIVES))
def test_whatever_is_done_to_orders_the_ledger_tells_their_clocks(scene: World, seed: int) -> None:
    scene.clock.set(NOW)
    life = Life(scene, seed)
    for _ in range(STEPS):
        life.step()
    assert _differences(scene) == []
    assert len(set(life.done)) >= 5, "a life in which nothing happens shows nothing"


def _working(scene: World) -> str:
    scene.clock.set(NOW)
    order_id = str(scene.order()["id"])
    client = scene.client("admin")
    for verb, body in (("assign", {"assignee_id": str(scene.company.people["engineer"])}), ("start", {}), ("hold", BODIES["hold"])):
        version = client.get(f"/orders/{order_id}").json["version"]
        assert client.post(f"/orders/{order_id}/{verb}", body, version=version).status == 200
        scene.pass_minutes(30)
    version = client.get(f"/orders/{order_id}").json["version"]
    assert client.post(f"/orders/{order_id}/resume", {}, version=version).status == 200
    return order_id


@contextmanager
def _tampered(scene: World, order_id: str, sql: str) -> Iterator[None]:
    """The order's clocks as `sql` leaves them; afterwards they are what they were."""
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        held = work.read("select json_agg(c)::text from sla_clock c where order_id = %s", [order_id])[0][0]
        work.write(sql, [order_id], expect=1)
    yield
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.write("delete from sla_clock where order_id = %s", [order_id])
        work.write("insert into sla_clock select * from json_populate_recordset(null::sla_clock, %s::json)", [held])


TAMPERINGS = {
    "state": "update sla_clock set state = 'paused' where order_id = %s and key = 'resolve'",
    "due_at": "update sla_clock set due_at = due_at + interval '1 minute' where order_id = %s and key = 'resolve'",
    "pauses": "update sla_clock set pauses = '[]' where order_id = %s and key = 'resolve'",
    "segments": "update sla_clock set segments = jsonb_set(segments, '{0,2}', '60') where order_id = %s and key = 'resolve'",
    "stopped_at": "update sla_clock set stopped_at = stopped_at + interval '1 s' where order_id = %s and key = 'response'",
    "clock": "delete from sla_clock where order_id = %s and key = 'resolve'",
}


@pytest.mark.parametrize("part", TAMPERINGS)
def test_a_row_that_somebody_changed_is_found(scene: World, part: str) -> None:
    order_id = _working(scene)
    assert [d for d in _differences(scene) if str(d.order_id) == order_id] == []
    with _tampered(scene, order_id, TAMPERINGS[part]):
        found = [d for d in _differences(scene) if str(d.order_id) == order_id]
    assert part in {d.part for d in found}, (part, found)
    assert _differences(scene) == []


def test_a_clock_that_no_order_asked_for_is_found(scene: World) -> None:
    order_id = _working(scene)
    sql = (
        "insert into sla_clock (tenant_id, order_id, key, started_at, segments, pauses, state) "
        "select tenant_id, order_id, 'arrival', started_at, segments, '[]', 'running' from sla_clock "
        "where order_id = %s and key = 'resolve'"
    )
    with _tampered(scene, order_id, sql):
        found = _differences(scene)
    assert [(str(d.order_id), d.key, d.part) for d in found] == [(order_id, "arrival", "clock")]


def _drops_pauses(row: Any, *rest: Any) -> bool:
    row.pauses[:] = [p for p in row.pauses if p[1] is None]
    return bool(RETARGET(row, *rest))


def _forgets_to_stand(row: Any, reason: str, at: Any) -> bool:
    return False


def _stops_late(row: Any, at: Any, calendar_of: Any) -> bool:
    done = STOP(row, at, calendar_of)
    row.state = "met" if row.state == "missed" else row.state
    return bool(done)


def _counts_what_was_solved(row: Any, at: Any, calendar_of: Any) -> bool:
    done = RESTART(row, at, calendar_of)
    row.pauses.pop() if done else None
    return bool(done)


RETARGET, STOP, RESTART = rules.retarget, rules.stop, rules.restart
BUGS = {
    "retarget": _drops_pauses,
    "pause": _forgets_to_stand,
    "stop": _stops_late,
    "restart": _counts_what_was_solved,
    "unstop": lambda *_: False,
}


@pytest.mark.parametrize("name", BUGS)
def test_a_fault_in_how_clocks_are_kept_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with one rule broken the same lives do not verify."""
    scene = world()
    monkeypatch.setattr(rules, name, BUGS[name])
    for seed in range(LIVES):
        scene.clock.set(NOW)
        life = Life(scene, seed)
        for _ in range(STEPS):
            life.step()
        if _differences(scene):
            return
    raise AssertionError(f"{name} is broken and nobody noticed")


def test_the_command_says_what_differs_and_fails(scene: World, capsys: pytest.CaptureFixture[str]) -> None:
    from gongdan.wiring import cli

    order_id = _working(scene)
    slug = scene.company.slug
    assert cli.main(["verify-clocks", "--tenant", slug]) == 0
    assert "clocks: ok" in capsys.readouterr().out
    with _tampered(scene, order_id, TAMPERINGS["due_at"]):
        assert cli.main(["verify-clocks", "--tenant", slug]) == 1
    assert f"order {order_id} clock resolve: due_at is" in capsys.readouterr().out
    assert cli.main(["verify-clocks", "--tenant", f"none{UUID(int=0).hex[:6]}"]) == 1
