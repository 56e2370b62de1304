"""Conditions on real orders: what a form, a branch of the flow and a transition see are the order's values, numbers as numbers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import compiled, queries
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world

LABEL = {"zh": "字段", "en": "field"}
APPROVAL = {"kind": "approval", "key": "boss", "label": LABEL, "approvers": [{"role": "manager"}], "on_reject": "continue"}
BRANCH = {
    "kind": "branch",
    "key": "amount",
    "cases": [{"label": LABEL, "when": "=[quote]>[limit]", "blocks": [APPROVAL]}],
    "else": [],
}


@pytest.fixture
def scene() -> World:
    """The repair blueprint with two numbers, a field for urgent orders only, and conditions on them."""
    made = world()
    raw: dict[str, Any] = msgspec.to_builtins(compiled.read_yaml(queries.pack("maintenance")))
    raw["form"]["fields"] += [
        {"key": "quote", "kind": "number", "label": LABEL},
        {"key": "limit", "kind": "number", "label": LABEL},
        {"key": "why_urgent", "kind": "text", "label": LABEL, "show_if": "=[priority]<=2"},
        {"key": "remark", "kind": "text", "label": LABEL},
    ]
    raw["flow"] = {"kind": "sequence", "blocks": [BRANCH]}
    for transition in raw["transitions"]:
        if transition["verb"] == "accept":
            transition["when"] = "=[remark]+1>0"
    with system_work(made.company.id, "test", NOW) as work:
        blueprints.save_draft(work, raw)
        blueprints.publish(work, "repair")
    return made


def _detail(scene: World, receipt: dict[str, Any]) -> dict[str, Any]:
    answer = scene.client("agent").get(f"/orders/{receipt['id']}")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize(
    ("quote", "limit", "asked"), [("9.5", "10.5", False), ("10.5", "9.5", True), (10, "9.5", True), (9, 9, False)]
)
def test_a_branch_compares_numbers_as_numbers(scene: World, quote: Any, limit: Any, asked: bool) -> None:
    receipt = scene.order(fields={"fault_type": "hvac", "quote": quote, "limit": limit})
    assert ("boss" in {t["node"] for t in _detail(scene, receipt)["tokens"]}) is asked


@pytest.mark.parametrize(("priority", "kept"), [(1, "停产"), (3, None)])
def test_a_form_sees_the_orders_own_fields(scene: World, priority: int, kept: str | None) -> None:
    receipt = scene.order(priority=priority, fields={"fault_type": "hvac", "why_urgent": "停产"})
    assert _detail(scene, receipt)["fields"].get("why_urgent") == kept
    detail = _detail(scene, receipt)
    answer = scene.client("agent").patch(f"/orders/{receipt['id']}", {"fields": {"why_urgent": "停线"}}, version=detail["version"])
    assert answer.status == 200, answer.body
    assert _detail(scene, receipt)["fields"].get("why_urgent") == ("停线" if kept else None)


@pytest.mark.parametrize(("remark", "status"), [("5", 200), ("soon", 409)])
def test_a_transition_whose_condition_cannot_be_computed_is_closed(scene: World, remark: str, status: int) -> None:
    receipt = scene.order(fields={"fault_type": "hvac", "remark": remark})
    answer = scene.client("agent").post(f"/orders/{receipt['id']}/accept", {}, version=receipt["version"])
    assert answer.status == status, answer.body
