"""R24: a duty that stops is noticed within twice its period, on screen and by mail; and what is counted beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from gongdan.kernel import deadman, jobs
from gongdan.kernel.work import system_work, transaction_scope
from gongdan.sla import jobs as sla_jobs
from gongdan.wiring import watch
from gongdan.wiring.testing import World, world


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A company whose administrator has an address; all duties have just succeeded."""
    made = world()
    with system_work(made.company.id, "test", made.clock.now()) as work:
        work.write("update accounts_user set email = 'boss@example.org' where id = %s", [made.company.people["admin"]], expect=1)
    monkeypatch.setattr(watch, "_never", {})
    monkeypatch.setattr(watch.notify_jobs, "send", lambda at: None)
    monkeypatch.setattr(watch, "_tell", _only(made, watch._tell))
    _beat(made, set(jobs.duties()))
    return (yield made)


def _only(scene: World, tell: Any) -> Any:
    """Other tests' companies in this database are not told."""
    return lambda tenant_id, late, at: tell(tenant_id, late, at) if tenant_id == scene.company.id else None


def _beat(scene: World, names: set[str]) -> None:
    """These duties succeed now."""
    now = scene.clock.now()
    with transaction_scope() as raw:
        for name in names:
            raw.execute("select claim_duty(%s, 0, %s)", [name, now])
            raw.execute("select duty_done(%s, %s)", [name, now])


def _alarms(scene: World) -> list[str]:
    """What the administrator sees in the inbox."""
    items = scene.client("admin").get("/notifications").json["items"]
    return sorted(i["text"]["en"].split("“")[1].split("”")[0] for i in items if i["kind"] == "system")


def _mails(scene: World) -> int:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        return int(work.read("select count(*) from notify_message where code = 'mail_duty_stopped'")[0][0])


@pytest.mark.parametrize("name", sorted({*jobs.duties(), "sla.sweep", "notify.send", "orders.anchor"}))
def test_each_duty_that_stops_is_told_once_within_twice_its_period(scene: World, name: str) -> None:
    every = jobs.duties()[name]
    others = set(jobs.duties()) - {name}
    scene.clock.advance(timedelta(seconds=deadman.allowed(every) - 1))
    _beat(scene, others)
    assert watch.alarm(scene.clock.now()) == []
    scene.clock.advance(timedelta(seconds=2))
    _beat(scene, others)
    for _ in range(3):
        assert watch.alarm(scene.clock.now()) == [name]
    assert _alarms(scene) == [name]
    assert _mails(scene) == 1
    state = scene.client("admin").get("/system/state").json
    assert (state["ok"], [d["name"] for d in state["duties"] if d["late"]]) == (False, [name])
    assert deadman.allowed(every) <= max(2 * every, 30)
    _beat(scene, {name})
    assert watch.alarm(scene.clock.now()) == []
    assert scene.client("admin").get("/system/state").json["ok"] is True


def test_a_sweep_that_is_off_is_an_alarm(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of R08: without the sweep nothing turns red, and this says so."""
    order_id = scene.order()["id"]
    scene.clock.advance(timedelta(days=30))
    worker = jobs.Worker(scene.clock)
    monkeypatch.setattr(watch, "alarm", lambda at: [])  # the watch of this loop; below it is asked by hand
    monkeypatch.setitem(jobs._DUTIES, "sla.sweep", (2, _broken))
    for name in jobs.duties():
        if name != "notify.send":
            worker._run_duty(name)
    _beat(scene, {"notify.send"})
    monkeypatch.undo()
    assert scene.client("agent").get(f"/orders/{order_id}").json["sla_state"] != "breached"
    state = deadman.look(scene.clock.now())
    assert [d.name for d in state.duties if d.late] == ["sla.sweep"]
    jobs.Worker(scene.clock)._run_duty("sla.sweep")
    scene.clock.advance(timedelta(seconds=3))
    sla_jobs.sweep(scene.clock.now())
    assert scene.client("agent").get(f"/orders/{order_id}").json["sla_state"] == "breached"


def _broken(at: Any) -> None:
    raise OSError("off")


def test_a_duty_whose_row_is_gone_is_late_at_once_and_told_when_it_stays_so(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: who removes the heartbeat does not remove the alarm."""
    monkeypatch.setattr(deadman, "DUTIES", "select name, last_ok_at from kernel_duty where name <> 'sla.sweep'")
    assert [d.name for d in deadman.look(scene.clock.now()).duties if d.late] == ["sla.sweep"]
    assert watch.alarm(scene.clock.now()) == [], "an installation that has just begun"
    scene.clock.advance(timedelta(seconds=31))
    _beat(scene, set(jobs.duties()))
    assert watch.alarm(scene.clock.now()) == ["sla.sweep"]


def test_parked_and_oversized_jobs_are_counted(scene: World) -> None:
    before = scene.client("admin").get("/system/state").json["jobs"]
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        parked = work.defer("test.none", {"x": "y" * (deadman.BIG_BYTES + 1)})
        work.flush()
        work.write("update kernel_job set state = 'parked' where id = %s", [parked], expect=1)
    after = scene.client("admin").get("/system/state").json["jobs"]
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.write("delete from kernel_job where id = %s", [parked])
    assert {k: after[k] - before[k] for k in ("parked", "oversized")} == {"parked": 1, "oversized": 1}


def test_who_may_not_see_background_work_does_not(scene: World) -> None:
    assert scene.client("engineer").get("/system/state").status == 403


def test_ready_answers_with_the_state(scene: World) -> None:
    import json

    from gongdan.wiring import wsgi

    said: list[str] = []

    class Clock:
        now = staticmethod(scene.clock.now)

    wsgi._clock = Clock()  # type: ignore[assignment]
    body = b"".join(wsgi.application({"PATH_INFO": "/ready"}, lambda status, _: said.append(status)))
    assert (said, json.loads(body)["ok"]) == (["200 OK"], True)
    scene.clock.advance(timedelta(days=3))
    body = b"".join(wsgi.application({"PATH_INFO": "/ready"}, lambda status, _: said.append(status)))
    assert (said[1], json.loads(body)["ok"]) == ("503 Service Unavailable", False)
