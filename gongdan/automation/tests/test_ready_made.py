"""Ready-made rules: sound for each industry, off, there once, and they do what they say when switched on."""

from __future__ import annotations

import pytest

from gongdan.automation.ready_made import ALWAYS, FORWARDED
from gongdan.automation.tests.scenes import order, ran
from gongdan.wiring.testing import World, world

INDUSTRIES = ("itdesk", "maintenance", "appliance", "property", "charging", "medical")


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_each_industry_brings_sound_rules_that_are_off(industry: str) -> None:
    scene = world(packs=())
    admin = scene.client("admin")
    assert admin.post("/onboarding/industry", {"industry": industry, "samples": False}).status in (200, 201)
    rules = admin.get("/automation/rules").json["items"]
    assert [r["key"] for r in rules][:-1] == list(ALWAYS)
    assert rules[-1]["key"].removeprefix("second-line-") in FORWARDED
    assert not any(r["enabled"] for r in rules)
    assert all(r["name"] != r["name_en"] and r["name_en"] for r in rules)


def test_the_second_line_gets_what_is_meant_for_it() -> None:
    scene: World = world()
    admin = scene.client("admin")
    admin.post("/onboarding/industry", {"industry": "maintenance", "samples": False})
    found = {r["key"]: r for r in admin.get("/automation/rules").json["items"]}
    made = found["second-line-repair"]
    assert admin.patch(f"/automation/rules/{made['id']}", {"enabled": True}, version=1).status == 200
    order_id = scene.order(fields={"fault_type": "pump", "stopped": True})["id"]
    scene.run_jobs()
    assert order(scene, order_id)["team_id"] == str(scene.company.teams["field"])
    assert [r["outcome"] for r in ran(scene, order_id)["runs"]] == ["done"]
    again = admin.post("/onboarding/industry", {"industry": "maintenance", "samples": False})
    assert again.status in (200, 201), again.body
    assert len(admin.get("/automation/rules").json["items"]) == len(found)
    assert admin.get(f"/automation/rules/{made['id']}").json["enabled"]
