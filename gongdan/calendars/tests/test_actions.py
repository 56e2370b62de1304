"""Calendars over HTTP: the shipped ones, changed with a version, refused by place; deadlines follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.calendars import queries
from gongdan.wiring.testing import World, world

DAY = [["09:00", "18:00"]]
WRONG = json.loads((Path(__file__).parent / "cases" / "wrong.json").read_text(encoding="utf-8"))


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(queries, "FRESH_SECONDS", 0.0)
    return world(("default",))


def _calendars(scene: World) -> dict[str, dict[str, Any]]:
    return {c["key"]: c for c in scene.client("agent").get("/calendars").json}


def _put(scene: World, key: str, definition: dict[str, Any], version: int, **more: Any) -> Any:
    body = {"name": "改过的", "name_en": "Changed", "definition": definition}
    return scene.client(more.pop("role", "manager"), **more).put(f"/calendars/{key}", body, version=version)


def test_a_chinese_company_begins_with_the_official_holidays(scene: World) -> None:
    shown = _calendars(scene)
    assert set(shown) == {"cn-work", "always"}
    days = shown["cn-work"]["definition"]["days"]
    assert days["2026-02-17"]["windows"] == []
    assert days["2026-02-17"]["name"]
    assert days["2026-02-14"]["windows"] == [["09:00", "12:00"], ["13:30", "18:00"]], "a make-up Saturday"
    assert "2026-03-02" not in days


def test_a_changed_calendar_moves_the_deadlines_of_new_orders(scene: World) -> None:
    def due() -> str:
        order_id = scene.order(blueprint="service", fields={"category": "consult"})["id"]
        clocks = scene.client("agent").get(f"/orders/{order_id}/clocks").json
        return str(next(c for c in clocks if c["key"] == "response")["due_at"])

    before = due()
    definition = {"zone": "Asia/Shanghai", "weekly": {key: [["09:00", "10:00"]] for key in ["mon", "tue", "wed", "thu", "fri"]}}
    assert _put(scene, "cn-work", definition, 1).status == 200
    assert (before, due()) == ("2026-03-02T06:30:00Z", "2026-03-05T02:00:00Z"), "four hours: a morning, or one hour a day"


@pytest.mark.parametrize("case", WRONG, ids=lambda c: c["en"])
def test_a_wrong_calendar_is_refused_by_its_place_in_both_languages(scene: World, case: dict[str, Any]) -> None:
    for locale, said in (("zh", f"日历有误：{case['zh']}"), ("en", f"The calendar is wrong: {case['en']}")):
        refused = _put(scene, "cn-work", case["definition"], 1, locale=locale)
        assert (refused.status, refused.json["field"], refused.json["detail"]) == (422, case["field"], said)
    assert _calendars(scene)["cn-work"]["version"] == 1


@pytest.mark.parametrize(
    "definition",
    [{"weekly": []}, {"weekly": {"mon": 5}}, {"weekly": {"mon": [5]}}, {"weekly": {"mon": DAY}, "days": []},
     {"weekly": {"mon": DAY}, "days": {"2026-01-01": 5}}, {"weekly": {"mon": DAY}, "zone": 5},
     {"weekly": {"mon": DAY}, "provisional": "x"}, {"weekly": {"mon": DAY}, "provisional": 2027},
     {"weekly": {"mon": DAY}, "days": {"2026-01-01": {"windows": "x"}}}, {"weekly": {"mon": [["09:00", "18:00", "19:00"]]}}],
    ids=str,
)  # fmt: skip
def test_a_calendar_of_another_shape_is_refused_not_an_error_of_ours(scene: World, definition: dict[str, Any]) -> None:
    refused = _put(scene, "cn-work", definition, 1)
    assert refused.status == 422, refused.body.decode()
    assert (refused.json["code"], refused.json["field"].partition(".")[0]) == ("invalid_body", "definition")


def test_a_stale_change_shows_both_sides(scene: World) -> None:
    definition = {"zone": "UTC", "weekly": {"mon": DAY}}
    assert _put(scene, "cn-work", definition, 1).status == 200
    stale = _put(scene, "cn-work", {"weekly": {"tue": DAY}}, 1)
    assert (stale.status, stale.json["theirs"]["definition"], stale.json["version"]) == (409, definition, 2)


def test_who_may_change_it(scene: World) -> None:
    assert _put(scene, "cn-work", {"weekly": {"mon": DAY}}, 1, role="agent").status == 403
    assert scene.client("partner").get("/calendars").status == 403


def test_another_company_has_its_own(scene: World) -> None:
    other = world(("default",))
    assert _put(scene, "cn-work", {"zone": "UTC", "weekly": {"mon": DAY}}, 1).status == 200
    assert _calendars(other)["cn-work"]["version"] == 1
    other.clock.set(NOW)
    order_id = other.order(blueprint="service", fields={"category": "consult"})["id"]
    clocks = other.client("agent").get(f"/orders/{order_id}/clocks").json
    assert next(c for c in clocks if c["key"] == "response")["due_at"] == "2026-03-02T06:30:00Z"
