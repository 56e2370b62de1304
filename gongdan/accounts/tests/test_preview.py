"""An administrator looks as a role: the server answers as it would to that role, writes nothing, and lets nobody else do so."""

from __future__ import annotations

import pytest

from gongdan.accounts.roles import SHIPPED
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def look(role: str) -> dict[str, str]:
    return {"X-Preview-Role": role}


@pytest.mark.parametrize("role", ["agent", "dispatcher", "engineer", "manager", "partner"])
def test_the_menu_and_the_fields_are_the_roles_own(scene: World, role: str) -> None:
    admin, own = scene.client("admin"), scene.client(role)
    seen = admin.request("GET", "/me", headers=look(role)).json
    assert (seen["roles"], seen["permissions"]) == ([role], own.get("/me").json["permissions"])
    for path in ("/onboarding/progress", "/customers", "/outbox", "/users"):
        assert admin.request("GET", path, headers=look(role)).status == own.get(path).status, path
    order_id = scene.order(customer_id=None)["id"]
    if "all" in SHIPPED[role]["grants"]["order.view"]:
        verbs = admin.request("GET", f"/orders/{order_id}", headers=look(role)).json["verbs"]
        assert [v["verb"] for v in verbs] == [v["verb"] for v in own.get(f"/orders/{order_id}").json["verbs"]]


def test_a_preview_writes_nothing(scene: World) -> None:
    admin = scene.client("admin")
    refused = admin.request("POST", "/customers", {"name": "不应存在"}, headers=look("agent"))
    assert (refused.status, refused.json["code"]) == (403, "preview_reads_only")
    assert admin.get("/customers?q=不应存在").json["items"] == []


def test_nobody_else_may_look_and_there_is_no_role_of_that_name(scene: World) -> None:
    for role in ("agent", "engineer", "manager"):
        assert scene.client(role).request("GET", "/me", headers=look("admin")).status == 403
    assert scene.client("admin").request("GET", "/me", headers=look("king")).status == 404
