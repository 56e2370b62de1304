"""The inbox: done and undone, put aside and back by itself, causes muted; everybody their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _told(scene: World, count: int = 1) -> list[dict[str, Any]]:
    """Orders given to the engineer, and what that put into the inbox, the newest first."""
    admin = scene.client("admin")
    for n in range(count):
        made = scene.order(blueprint="service", title=f"咨询{n}", fields={"category": "consult"})
        body = {"assignee_id": str(scene.company.people["engineer"])}
        assert admin.post(f"/orders/{made['id']}/assign", body, version=made["version"]).status == 200
    scene.run_jobs()
    return _inbox(scene)[:count]


def _inbox(scene: World, query: str = "?unread=true", role: str = "engineer") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scene.client(role).get(f"/notifications{query}").json["items"]
    return found


def _ids(items: list[dict[str, Any]]) -> list[str]:
    return [i["id"] for i in items]


def test_done_is_undone(scene: World) -> None:
    (item,) = _told(scene)
    engineer = scene.client("engineer")
    before = engineer.get("/notifications/count").json
    assert engineer.post(f"/notifications/{item['id']}/read").status == 204
    assert engineer.get("/notifications/count").json["kinds"].get("assigned", 0) == before["kinds"]["assigned"] - 1
    assert item["id"] not in _ids(_inbox(scene))
    assert engineer.post(f"/notifications/{item['id']}/unread").status == 204
    assert engineer.get("/notifications/count").json == before
    assert scene.client("manager").post(f"/notifications/{item['id']}/unread").status == 404


def test_what_is_put_aside_comes_back_by_itself_and_on_top(scene: World) -> None:
    older, newer = _told(scene, 2)[::-1]
    engineer = scene.client("engineer")
    until = scene.clock.now() + timedelta(hours=1)
    assert engineer.post(f"/notifications/{older['id']}/snooze", {"until": until.isoformat()}).status == 204
    assert older["id"] not in _ids(_inbox(scene, ""))
    (aside,) = _inbox(scene, "?snoozed=true")
    assert (aside["id"], aside["show_at"]) == (older["id"], until.isoformat().replace("+00:00", "Z"))
    assert engineer.post("/notifications/read-all").status == 204, "what is put aside is not done with the others"
    scene.pass_minutes(59)
    assert older["id"] not in _ids(_inbox(scene))
    scene.pass_minutes(1)
    assert _ids(_inbox(scene))[0] == older["id"]
    assert _inbox(scene, "?snoozed=true") == []
    assert _ids(_inbox(scene, ""))[:2] == [older["id"], newer["id"]]


def test_a_snooze_is_undone(scene: World) -> None:
    (item,) = _told(scene)
    engineer = scene.client("engineer")
    path = f"/notifications/{item['id']}/snooze"
    assert engineer.post(path, {"until": (scene.clock.now() + timedelta(days=2)).isoformat()}).status == 204
    assert engineer.post(path, {"until": None}).status == 204
    assert item["id"] in _ids(_inbox(scene))


@pytest.mark.parametrize("minutes", [-1, 0, 60 * 24 * 400])
def test_a_snooze_ends_in_the_time_to_come(scene: World, minutes: int) -> None:
    (item,) = _told(scene)
    until = (scene.clock.now() + timedelta(minutes=minutes)).isoformat()
    answer = scene.client("engineer").post(f"/notifications/{item['id']}/snooze", {"until": until})
    assert (answer.status, answer.json["code"]) == (422, "snooze_when")


def test_a_muted_cause_is_found_but_not_told(scene: World) -> None:
    engineer = scene.client("engineer")
    until = (scene.clock.now() + timedelta(hours=1)).isoformat()
    mute = engineer.post("/notifications/mutes", {"kind": "assigned", "until": until}).json["id"]
    assert [m["id"] for m in engineer.get("/notifications/mutes").json] == [mute]
    before = engineer.get("/notifications/count").json["unread"]
    _told(scene)
    assert engineer.get("/notifications/count").json["unread"] == before
    assert _inbox(scene, "")[0]["read_at"] is not None
    scene.pass_minutes(61)
    assert engineer.get("/notifications/mutes").json == []
    _told(scene)
    assert engineer.get("/notifications/count").json["unread"] == before + 1, "an hour is an hour"


def test_a_mute_of_one_order_leaves_the_others_and_is_taken_back(scene: World) -> None:
    (item,) = _told(scene)
    engineer, agent = scene.client("engineer"), scene.client("agent")
    mute = engineer.post("/notifications/mutes", {"order_id": item["order_id"]}).json["id"]
    assert scene.client("manager").delete(f"/notifications/mutes/{mute}").status == 404
    count = engineer.get("/notifications/count").json["unread"]

    def write() -> int:
        assert agent.post(f"/orders/{item['order_id']}/comments", {"body": "在吗"}).status == 201
        scene.run_jobs()
        return int(engineer.get("/notifications/count").json["unread"])

    assert write() == count
    _told(scene)
    assert engineer.get("/notifications/count").json["unread"] == count + 1
    assert engineer.delete(f"/notifications/mutes/{mute}").status == 204
    assert write() == count + 2


def test_a_kind_is_filtered(scene: World) -> None:
    _told(scene)
    assert {i["kind"] for i in _inbox(scene, "?kind=assigned,breach")} == {"assigned"}
    assert _inbox(scene, "?kind=approval") == []
    assert scene.client("engineer").post("/notifications/mutes", {}).json["code"] == "mute_what"


def test_the_inbox_pages_by_key(scene: World) -> None:
    _told(scene, 3)
    engineer = scene.client("engineer")
    seen: list[str] = []
    query = "/notifications?limit=2"
    while query:
        page = engineer.get(query).json
        seen += _ids(page["items"])
        query = f"/notifications?limit=2&cursor={page['next']}" if page["next"] else ""
    assert len(seen) == len(set(seen)) == len(_inbox(scene, "?limit=200"))
