"""Helpers for tests of rules over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gongdan.automation import duties
from gongdan.wiring.testing import World


def rule(scene: World, role: str = "admin", **given: Any) -> dict[str, Any]:
    """A saved rule that is on: by default it tags new orders."""
    body = {
        "name": "标记新单",
        "enabled": True,
        "trigger": {"kind": "event", "fact": "order.created"},
        "deeds": [{"verb": "tag", "args": {"tag": "新"}}],
        **given,
    }
    answer = scene.client(role).post("/automation/rules", body)
    assert answer.status == 201, answer.body.decode()
    found: dict[str, Any] = answer.json
    return found


def service(scene: World, **given: Any) -> str:
    """A service order: nothing is dispatched by itself."""
    return str(scene.order(**{"blueprint": "service", "title": "咨询", "fields": {"category": "consult"}, **given})["id"])


def say(scene: World, order_id: str, verb: str, body: dict[str, Any], role: str = "admin") -> None:
    """A verb on the order as it is now."""
    client = scene.client(role)
    version = client.get(f"/orders/{order_id}").json["version"]
    answer = client.post(f"/orders/{order_id}/{verb}", body, version=version)
    assert answer.status in (200, 201), answer.body.decode()


def edit(scene: World, order_id: str, **values: Any) -> None:
    """Other values of the order."""
    client = scene.client("admin")
    version = client.get(f"/orders/{order_id}").json["version"]
    assert client.patch(f"/orders/{order_id}", values, version=version).status == 200


def order(scene: World, order_id: str) -> dict[str, Any]:
    """The order as the administrator sees it."""
    found: dict[str, Any] = scene.client("admin").get(f"/orders/{order_id}").json
    return found


def ran(scene: World, order_id: str) -> dict[str, Any]:
    """Which rules ran on the order, and why."""
    found: dict[str, Any] = scene.client("admin").get(f"/orders/{order_id}/automation").json
    return found


def later(scene: World, minutes: float) -> None:
    """Time goes by; what is due is done."""
    scene.pass_minutes(minutes)
    duties.sweep(scene.clock.now())
    scene.run_jobs()


TAG = [{"verb": "tag", "args": {"tag": "试"}}]


def trial(**given: Any) -> dict[str, Any]:
    return {"name": "试", "trigger": {"kind": "event", "fact": "order.created"}, "deeds": TAG, **given}


def dry(scene: World, **given: Any) -> dict[str, Any]:
    at = scene.clock.now()
    body = {"from_at": (at - timedelta(days=30)).isoformat(), "to_at": (at + timedelta(seconds=1)).isoformat(), **given}
    asked = scene.client("admin").post("/automation/dry-runs", body)
    assert asked.status == 201, asked.body.decode()
    scene.run_jobs()
    found: dict[str, Any] = scene.client("admin").get(f"/automation/dry-runs/{asked.json['id']}").json
    assert found["state"] == "done"
    assert found["done"] == found["total"]
    return found


def busy(scene: World) -> list[str]:
    """Orders with a past."""
    ids = [service(scene, priority=1 + n % 4, fields={"category": "complaint" if n % 2 else "consult"}) for n in range(8)]
    for n, order_id in enumerate(ids):
        scene.pass_minutes(10)
        say(scene, order_id, "accept", {})
        if n % 3 == 0:
            say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等客户"})
            scene.pass_minutes(25)
            say(scene, order_id, "resume", {})
        if n % 2 == 0:
            edit(scene, order_id, priority=1)
        scene.client("admin").post(f"/orders/{order_id}/comments", {"body": "看过", "internal": True})
        scene.run_jobs()  # a live rule sees the order as it is when its job runs
        if n % 4 == 3:
            say(scene, order_id, "cancel", {"reason": "不修了"})
    return ids
