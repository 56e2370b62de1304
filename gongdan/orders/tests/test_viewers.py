"""Why somebody can see an order: the words and the verdict agree with what the person gets."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.wiring.testing import World, world


@pytest.fixture
def scene() -> World:
    return world()


def _viewers(scene: World, order_id: str, q: str = "", role: str = "admin") -> dict[str, dict[str, Any]]:
    answer = scene.client(role).get(f"/orders/{order_id}/viewers?q={q}")
    assert answer.status == 200, answer.body
    return {v["login"]: v for v in answer.json}


def test_the_verdict_is_what_each_person_gets(scene: World) -> None:
    order_id = scene.order()["id"]
    found = _viewers(scene, order_id)
    assert len(found) >= 4
    for login, viewer in found.items():
        if login in scene.company.people:
            got = scene.client(login).get(f"/orders/{order_id}").status
            assert viewer["sees"] == (got == 200), (login, viewer, got)
            assert all(r["zh"] and r["en"] for r in viewer["reasons"])


def test_an_engineer_sees_it_once_it_is_his_and_the_reason_says_so(scene: World) -> None:
    admin = scene.client("admin")
    order_id = scene.order()["id"]
    scene.run_jobs()
    version = admin.get(f"/orders/{order_id}").json["version"]
    assigned = {"assignee_id": str(scene.company.people["engineer"])}
    assert admin.post(f"/orders/{order_id}/assign", assigned, version=version).status == 200
    viewer = _viewers(scene, order_id, "engineer")["engineer"]
    assert viewer["sees"]
    assert any("处理人" in r["zh"] and "assignee" in r["en"] for r in viewer["reasons"])


def test_only_those_who_may_explain_are_answered(scene: World) -> None:
    order_id = scene.order()["id"]
    assert scene.client("agent").get(f"/orders/{order_id}/viewers").status == 403
    assert scene.client("manager").get(f"/orders/{order_id}/viewers").status == 200
    assert scene.client("admin").get("/orders/0192aaaa-0000-7000-8000-000000000000/viewers").status == 404
