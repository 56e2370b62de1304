"""What order tests share: saying a verb, reading an order, its ledger, and a state of affairs to compare with."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from gongdan.kernel.http.testing import Answer
from gongdan.wiring.testing import World

PEOPLE = ("assignee_id", "team_id")


def engineer(scene: World) -> str:
    """The engineer's id."""
    return str(scene.company.people["engineer"])


def body_of(scene: World, verb: str) -> dict[str, Any]:
    """A body with which `verb` works."""
    return {
        "assign": {"assignee_id": engineer(scene)},
        "transfer": {"assignee_id": engineer(scene), "reason": "换人"},
        "hold": {"waiting_on": "customer", "reason": "等客户"},
        "reopen": {"reason": "又坏了"},
        "cancel": {"reason": "重复"},
        "move": {"to": "closed"},
    }.get(verb, {})


def read(scene: World, order_id: str, role: str = "admin") -> dict[str, Any]:
    """The order as `role` reads it."""
    found: dict[str, Any] = scene.client(role).get(f"/orders/{order_id}").json
    return found


def ask(scene: World, order_id: str, verb: str, body: dict[str, Any] | None = None, *, role: str = "admin", **more: Any) -> Answer:
    """Say a verb on the order's present version, whatever comes of it."""
    given = body_of(scene, verb) if body is None else body
    version = more.pop("version", None) or read(scene, order_id)["version"]
    return scene.client(role, more.pop("locale", "zh")).post(
        f"/orders/{order_id}/{verb.replace('_', '-')}", given, version=version, **more
    )


def say(scene: World, order_id: str, verb: str, body: dict[str, Any] | None = None, *, role: str = "admin") -> dict[str, Any]:
    """Say a verb that must work; the receipt."""
    answer = ask(scene, order_id, verb, body, role=role)
    assert answer.status == 200, (verb, answer.body.decode())
    found: dict[str, Any] = answer.json
    return found


def ledger(scene: World, order_id: str) -> list[dict[str, Any]]:
    """All entries, the oldest first."""
    items: list[dict[str, Any]] = scene.client("admin").get(f"/orders/{order_id}/events").json["items"]
    return items[::-1]


def service(scene: World, state: str = "pending", **values: Any) -> str:
    """A service order that begins in `state`; its id."""
    body = {"blueprint": "service", "title": "咨询保养", "fields": {"category": "consult"}, **values}
    if state != "pending":
        body["state"] = state
    answer = scene.client("admin").post("/orders", body)
    assert answer.status == 201, answer.body.decode()
    return str(answer.json["id"])


def word() -> str:
    """A title that no other test has."""
    return uuid4().hex[:12]
