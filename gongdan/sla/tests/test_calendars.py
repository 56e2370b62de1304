"""Calendars edited while clocks run: a clock keeps the version it took up, until it is asked to choose again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.calendars import queries as calendars
from gongdan.engines.worktime.calendar import DAYS
from gongdan.kernel.work import system_work
from gongdan.sla import verifying
from gongdan.sla.retelling import Difference
from gongdan.wiring.testing import World, world

SHORT = {"zone": "Asia/Shanghai", "weekly": {day: [["09:00", "10:00"]] for day in DAYS[:5]}}
LIMIT = {
    "key": "resolve", "label": {"zh": "解决", "en": "Resolution"}, "stops_on": ["complete", "close", "cancel"],
    "minutes": {"1": 960, "2": 960, "3": 960, "4": 960}, "pauses_on": ["customer"],
}  # fmt: skip


@pytest.fixture(params=["blueprint", "policy"])
def scene(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A company whose orders get 16 hours by `cn-work`, by the blueprint's own section or by a policy."""
    monkeypatch.setattr(calendars, "FRESH_SECONDS", 0.0)
    made = world()
    made.clock.set(NOW)
    if request.param == "policy":
        body = {"name": {"zh": "全部", "en": "All"}, "calendar": "cn-work", "targets": [LIMIT]}
        assert made.client("manager").post("/sla/policies", body).status == 201
    yield made
    assert differences(made) == []


def differences(scene: World) -> list[Difference]:
    return verifying.check(scene.company.id, scene.clock.now()).differences


def _clock(scene: World, order_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {c["key"]: c for c in scene.client("agent").get(f"/orders/{order_id}/clocks").json}["resolve"]
    return found


def _say(scene: World, order_id: str, verb: str, body: dict[str, Any]) -> None:
    client = scene.client("admin")
    version = client.get(f"/orders/{order_id}").json["version"]
    assert client.post(f"/orders/{order_id}/{verb}", body, version=version).status == 200


def _order_that_waited(scene: World) -> str:
    """An order of 09:00 that waited for its customer from 09:00 to 09:30; at 10:00 the calendar says 09:00–10:00 only."""
    order_id: str = scene.order()["id"]
    _say(scene, order_id, "assign", {"assignee_id": str(scene.company.people["engineer"])})
    _say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等"})
    scene.pass_minutes(30)
    _say(scene, order_id, "resume", {})
    scene.pass_minutes(30)
    body = {"name": "短", "name_en": "Short", "definition": SHORT}
    assert scene.client("manager").put("/calendars/cn-work", body, version=1).status == 200
    return order_id


def test_an_edited_calendar_moves_no_running_clock(scene: World) -> None:
    order_id = _order_that_waited(scene)
    before = _clock(scene, order_id)
    scene.pass_minutes(1)
    _say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等"})
    _say(scene, order_id, "resume", {})
    version = scene.client("admin").get(f"/orders/{order_id}").json["version"]
    assert scene.client("admin").patch(f"/orders/{order_id}", {"priority": 2}, version=version).status == 200
    assert scene.client("admin").patch(f"/orders/{order_id}", {"priority": 3}, version=version + 1).status == 200
    after = _clock(scene, order_id)
    assert (after["calendar"], after["due_at"]) == ("cn-work@1", before["due_at"])
    newer = _clock(scene, scene.order()["id"])
    assert newer["calendar"] == "cn-work@2", "new orders count by what holds now"


def test_choosing_again_counts_on_by_the_new_one_and_keeps_what_passed(scene: World) -> None:
    order_id = _order_that_waited(scene)
    assert scene.client("manager").post("/sla/policies/apply", {}).status == 202
    scene.run_jobs()
    clock = _clock(scene, order_id)
    assert (clock["calendar"], clock["elapsed_seconds"]) == ("cn-work@2", 1800)
    # 15.5 hours are left from Monday 10:00 on: an hour a day, the last half of one on Tuesday of the fourth week
    assert clock["due_at"] == "2026-03-24T01:30:00Z"
    version = scene.client("admin").get(f"/orders/{order_id}").json["version"]
    assert scene.client("manager").post("/sla/policies/apply", {}).status == 202
    scene.run_jobs()
    assert scene.client("admin").get(f"/orders/{order_id}").json["version"] == version, "again changes nothing"


def _rewritten(scene: World, order_id: str, was: str, to: str) -> None:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        wrong = "update sla_clock set segments = replace(segments::text, %s, %s)::jsonb where order_id = %s"
        work.write(wrong, [was, to, order_id])


def _parts(scene: World, order_id: str) -> set[str]:
    return {d.part for d in differences(scene) if str(d.order_id) == order_id}


def test_a_clock_by_a_version_that_did_not_hold_is_found(scene: World) -> None:
    order_id = _order_that_waited(scene)
    _rewritten(scene, order_id, "@1", "@2")
    assert "segments" in _parts(scene, order_id)
    _rewritten(scene, order_id, "@2", "@1")


@pytest.mark.parametrize(("seconds", "wrong"), [(5, False), (60, True)])
def test_a_process_may_see_an_edit_some_seconds_late(scene: World, seconds: int, wrong: bool) -> None:
    if scene.client("manager").get("/sla/policies").json:
        pytest.skip("the ledger names the version a policy took up")
    scene.pass_minutes(5)
    body = {"name": "短", "name_en": "Short", "definition": SHORT}
    assert scene.client("manager").put("/calendars/cn-work", body, version=1).status == 200
    scene.clock.advance(timedelta(seconds=seconds))
    order_id = scene.order()["id"]
    _rewritten(scene, order_id, "@2", "@1")
    assert ("segments" in _parts(scene, order_id)) is wrong
    _rewritten(scene, order_id, "@1", "@2")


def test_a_calendar_of_a_policy_is_not_deleted(scene: World) -> None:
    limit = {**LIMIT, "key": "arrive"}
    body = {"name": {"zh": "夜班", "en": "Night"}, "calendar": "always", "when": 'tier = "vip"', "targets": [limit]}
    assert scene.client("manager").post("/sla/policies", body).status == 201
    refused = scene.client("admin").delete("/calendars/always", version=1)
    assert refused.status == 409
    assert "calendar_in_policy" in {b["code"] for b in refused.json["blockers"]}
    assert "夜班" in refused.json["detail"]
