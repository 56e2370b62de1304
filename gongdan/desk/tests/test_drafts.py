"""Drafts: the newest writing is kept, and nothing that was written over is lost."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _put(scene: World, key: str, body: Any, base: int, device: str, **more: Any) -> Any:
    answer = scene.client("agent").request("PUT", f"/drafts/{key}", {"body": body, "base": base, "device": device, **more})
    assert answer.status == 200, answer.body
    return answer.json


def test_a_draft_is_kept_seen_elsewhere_and_dropped(scene: World) -> None:
    first = _put(scene, "order:a:talk", {"text": "您好"}, 0, "desk")
    assert first["version"] == 1
    assert scene.client("agent").get("/drafts/order:a:talk").json["body"] == {"text": "您好"}
    assert "order:a:talk" in [d["key"] for d in scene.client("agent").get("/drafts").json["items"]]
    assert len(scene.client("agent").get("/drafts?key=order:a:talk").json["items"]) == 1
    assert scene.client("agent").get("/drafts?key=order:b:talk").json["items"] == []
    assert scene.client("manager").get("/drafts").json["items"] == []
    assert scene.client("manager").get("/drafts/order:a:talk").status == 404
    assert scene.client("agent").request("DELETE", "/drafts/order:a:talk").status == 204
    assert scene.client("agent").get("/drafts/order:a:talk").status == 404


def test_two_devices_lose_nothing(scene: World) -> None:
    _put(scene, "b", "甲的话", 0, "one")
    second = _put(scene, "b", "乙的话", 0, "two")  # it has not seen what the first wrote
    assert second["body"] == "乙的话"
    assert [(o["device"], o["body"]) for o in second["others"]] == [("one", "甲的话")]
    third = _put(scene, "b", "甲的话，长了", 1, "one")
    assert [(o["device"], o["body"]) for o in third["others"]] == [("two", "乙的话")], "what it had typed itself is part of it"
    seen = _put(scene, "b", "甲的话，长了些", third["version"], "one")
    assert [o["body"] for o in seen["others"]] == ["乙的话"], "kept until somebody looked at it"
    assert _put(scene, "b", "甲乙的话", seen["version"], "one", settled=True)["others"] == []


def test_a_device_that_has_seen_the_other_writes_over_it(scene: World) -> None:
    first = _put(scene, "c", "一", 0, "one")
    assert _put(scene, "c", "一二", first["version"], "two")["others"] == []


def test_drafts_come_in_pages(scene: World) -> None:
    for n in range(5):
        scene.pass_minutes(1)
        _put(scene, f"page{n}", str(n), 0, "one")
    client = scene.client("agent")
    page = client.get("/drafts?limit=2").json
    found = [d["key"] for d in page["items"]]
    while page["next"]:
        page = client.get(f"/drafts?limit=2&cursor={page['next']}").json
        found += [d["key"] for d in page["items"]]
    assert [k for k in found if k.startswith("page")] == ["page4", "page3", "page2", "page1", "page0"]
    assert len(set(found)) == len(found)
