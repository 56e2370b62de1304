"""Helpers for tests of rules over HTTP."""

from __future__ import annotations

from typing import Any

from gongdan.automation import running
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
    running.sweep(scene.clock.now())
    scene.run_jobs()
