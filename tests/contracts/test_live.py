"""The live process: who may hears at once, nobody else hears anything, and nothing is missed over a break."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gongdan.accounts.tests.factories import PASSWORD
from gongdan.kernel.clock import SystemClock
from gongdan.kernel.http.begin import token_hash
from gongdan.kernel.http.testing import Client
from gongdan.kernel.jobs import Worker
from gongdan.kernel.work import system_work
from gongdan.sla import jobs
from gongdan.wiring import tail, testing
from gongdan.wiring.testing import World
from tests.rig.live import Ear, live_process, post

pytestmark = pytest.mark.xdist_group("live")


def living(monkeypatch: pytest.MonkeyPatch) -> World:
    """A company that lives now, as the live process does."""
    now = SystemClock().now().replace(microsecond=0)
    monkeypatch.setattr(testing, "NOW", now)
    monkeypatch.setattr(testing.factories, "NOW", now)
    monkeypatch.setattr(testing.factories.company, "__defaults__", (now,))
    return testing.world()


@pytest.fixture(scope="module")
def scene() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        yield living(patch)


@pytest.fixture(scope="module")
def port(scene: World) -> Iterator[int]:
    with live_process() as found:
        yield found


@pytest.fixture
def ear(scene: World, port: int) -> Iterator[Any]:
    made: list[Ear] = []

    def listen(role: str, after: str = "", **headers: str) -> Ear:
        made.append(Ear(port, scene.company.tokens[role], after, headers))
        assert made[-1].status == 200, made[-1].said
        return made[-1]

    yield listen
    for one in made:
        one.close()


def _order(scene: World, **values: Any) -> str:
    scene.clock.set(SystemClock().now())
    return str(scene.order(blueprint="service", title="咨询", fields={"category": "consult"}, **values)["id"])


def _heard(ear: Ear, order_id: str) -> list[str]:
    """The types of the next entries about an order."""
    while True:
        found = [i["type"] for i in ear.next("orders") if i["order_id"] == order_id]
        if found:
            return found


def test_who_may_see_an_order_hears_of_it_at_once(scene: World, ear: Any) -> None:
    agent = ear("agent")
    time.sleep(0.6)  # the tail's first look is where it begins
    order_id = _order(scene)
    begun = time.monotonic()
    assert _heard(agent, order_id) == ["created"]
    assert time.monotonic() - begun < 3, "a quarter of a second, on a machine with nothing else to do"


def test_who_may_not_see_it_hears_nothing(scene: World, ear: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        other = living(patch)
    stranger = Ear(ear("agent").port, other.company.tokens["admin"])
    engineer, agent = ear("engineer"), ear("agent")
    time.sleep(0.6)
    order_id = _order(scene)
    _heard(agent, order_id)
    assert engineer.silent()
    assert stranger.silent(0.2)
    version = scene.client("admin").get(f"/orders/{order_id}").json["version"]
    given = {"assignee_id": str(scene.company.people["engineer"])}
    assert scene.client("admin").post(f"/orders/{order_id}/assign", given, version=version).status == 200
    assert _heard(engineer, order_id) == ["assign"], "control: now that it is theirs they hear"
    assert stranger.silent(0.5)
    stranger.close()


def test_a_break_is_made_up_for(scene: World, ear: Any) -> None:
    agent = ear("agent")
    time.sleep(0.6)
    _heard(agent, _order(scene))
    position = agent.last
    assert position
    agent.close()
    missed = [_order(scene) for _ in range(3)]
    again, made_up = ear("agent", position), list[str]()
    while len(made_up) < len(missed):
        made_up += [i["order_id"] for i in again.next("orders")]
    assert made_up == missed


@pytest.mark.parametrize("position", ["9" * 18 + "." + "0192f0a0-0000-7000-8000-000000000001", "nonsense", "1.2"])
def test_a_position_of_another_feed_is_told_to_read_anew(ear: Any, position: str) -> None:
    assert ear("agent", position).next("catch-up") == {}


def test_a_long_absence_is_told_to_read_anew(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _order(scene)
    session, now = token_hash(scene.company.tokens["agent"]), SystemClock().now()
    position = f"3.{uuid4()}"
    found = tail.missed_since(session, position, now)
    assert found is None or found[1], "control: all of it, when it is not too much"
    monkeypatch.setattr(tail, "PAGES", 0)
    assert tail.missed_since(session, position, now) is None


def test_without_a_session_there_is_no_stream(port: int) -> None:
    assert Ear(port, "nobody").status == 401


def test_the_end_of_a_session_ends_the_stream(scene: World, port: int) -> None:
    scene.clock.set(SystemClock().now())
    credentials = {"login": "manager", "password": PASSWORD, "company": scene.company.slug}
    token = Client(scene.app, None).post("/sessions", credentials).json["token"]
    one = Ear(port, token)
    assert one.status == 200
    assert Client(scene.app, token).delete("/sessions/current").status == 204
    one.next("logged-out", 15)
    assert one.ended.wait(5)
    one.close()


def test_a_foreign_page_may_neither_listen_nor_speak(ear: Any, scene: World, port: int) -> None:
    token = scene.company.tokens["agent"]
    assert Ear(port, token, headers={"Origin": "http://evil.example"}).status == 403
    assert post(port, token, "{}", Origin="http://127.0.0.1:9") == 403
    near = ear("agent", Origin="http://127.0.0.1:8000")
    assert near.status == 200
    assert near.answer.headers["Access-Control-Allow-Origin"] == "http://127.0.0.1:8000"
    assert near.answer.headers["Access-Control-Allow-Credentials"] == "true"


def test_who_looks_and_who_writes_is_seen_by_who_may_see_the_order(scene: World, ear: Any) -> None:
    order_id = _order(scene)
    place = f"order:{order_id}"
    agent, manager, engineer = ear("agent"), ear("manager"), ear("engineer")
    assert agent.here((place, "looking")) == 204
    assert [p["doing"] for p in agent.next("presence")["people"]] == ["looking"]
    assert manager.here((place, "writing"), (place, "looking")) == 204
    people = {p["id"]: p["doing"] for p in agent.next("presence")["people"]}
    assert people == {
        str(scene.company.people["agent"]): "looking",
        str(scene.company.people["manager"]): "writing",
    }
    assert engineer.here((place, "looking")) == 204
    assert engineer.silent(), "who may not see the order learns of nobody"
    told = [{p["id"] for p in data["people"]} for event, data, _ in agent.heard.queue if event == "presence"]
    assert all(str(scene.company.people["engineer"]) not in ids for ids in told), "and nobody learns of them"
    manager.close()
    begun = time.monotonic()
    while [p["id"] for p in agent.next("presence", 45)["people"]] != [str(scene.company.people["agent"])]:
        pass
    assert time.monotonic() - begun < 45


def test_leaving_is_seen_at_once(scene: World, ear: Any) -> None:
    place = f"order:{_order(scene)}"
    agent, manager = ear("agent"), ear("manager")
    agent.here((place, "looking"))
    manager.here((place, "editing"))
    while len(agent.next("presence")["people"]) < 2:
        pass
    assert manager.here() == 204
    assert len(agent.next("presence", 2)["people"]) == 1


def test_config_pages_have_presence_by_their_permission(scene: World, ear: Any) -> None:
    admin, agent = ear("admin"), ear("agent")
    for one in (admin, agent):
        assert one.here(("blueprint:service", "editing"), ("settings:general", "looking"), ("nowhere:1", "looking")) == 204
    time.sleep(1)
    told = [data["place"] for event, data, _ in agent.heard.queue if event == "presence"]
    assert set(told) == {"blueprint:service"}


def test_one_speaks_for_ones_own_connection_only(scene: World, ear: Any, port: int) -> None:
    agent, admin = ear("agent"), ear("admin")
    assert admin.here(("blueprint:service", "looking")) == 204
    admin.next("presence")
    body = f'{{"connection": "{agent.key}", "places": [{{"place": "blueprint:service", "doing": "looking"}}]}}'
    assert post(port, scene.company.tokens["manager"], body) == 204
    time.sleep(1.5)
    assert "presence" not in [h[0] for h in admin.heard.queue], "somebody else's word is passed over"
    assert post(port, scene.company.tokens["agent"], body) == 204
    admin.next("presence")
    assert post(port, scene.company.tokens["agent"], "[") == 422
    assert post(port, scene.company.tokens["agent"], "x" * 10_000) == 413


def test_an_inbox_hears_of_its_own_entries_and_a_list_of_a_breach(scene: World, ear: Any) -> None:
    engineer, manager = ear("engineer"), ear("manager")
    time.sleep(0.8)
    order_id = _order(scene)
    version = scene.client("admin").get(f"/orders/{order_id}").json["version"]
    given = {"assignee_id": str(scene.company.people["engineer"])}
    assert scene.client("admin").post(f"/orders/{order_id}/assign", given, version=version).status == 200
    Worker(SystemClock()).run(until_empty=True)
    engineer.next("inbox")
    assert not [h for h in manager.heard.queue if h[0] == "inbox"]
    _overdue(scene, order_id)
    for _ in range(20):  # other tests' deadlines in the same database have passed before this one's
        jobs.sweep(SystemClock().now())
    while "sla_breached" not in _heard(engineer, order_id):
        pass


def _overdue(scene: World, order_id: str) -> None:
    """Let an order's deadlines have passed a second ago."""
    at = SystemClock().now()
    with system_work(scene.company.id, "test", at) as work:
        past = at - timedelta(seconds=1)
        segment = f'[["{(past - timedelta(minutes=1)).isoformat()}", "always", 60]]'
        work.write("update orders_order set next_due_at = %s where id = %s", [past, order_id])
        work.write(
            "update sla_clock set segments = %s, due_at = %s, wake_at = %s where order_id = %s", [segment, past, past, order_id]
        )
