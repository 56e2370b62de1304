"""Skills, engineers, shifts and absences over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world
from gongdan.workforce import queries


@pytest.fixture
def scene() -> World:
    return world(("default",))


def _engineer(scene: World) -> str:
    return str(scene.company.people["engineer"])


def _interval(scene: World, start_hours: float, hours: float, **more: Any) -> dict[str, Any]:
    start = NOW + timedelta(hours=start_hours)
    return {
        "engineer_id": _engineer(scene), "starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=hours)).isoformat(),
        **more,
    }  # fmt: skip


def test_a_profile_is_replaced_whole(scene: World) -> None:
    dispatcher = scene.client("dispatcher")
    profile = {
        "user_id": _engineer(scene), "regions": ["福田区"], "orders_a_day": 4,
        "skills": [{"skill": "pump", "level": 2, "expires_on": "2026-12-31", "certificate": "证 1"}],
    }  # fmt: skip
    answer = dispatcher.put("/engineers", profile)
    assert answer.status == 200, answer.body.decode()
    shown = next(e for e in answer.json if e["id"] == _engineer(scene))
    assert (shown["regions"], shown["orders_a_day"]) == (["福田区"], 4)
    assert shown["skills"] == [{"skill": "pump", "level": 2, "expires_on": "2026-12-31", "certificate": "证 1"}], "hvac is gone"
    assert shown["away_until"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user_id": str(uuid4())}, "user_id"),
        ({"skills": [{"skill": "magic", "level": 1}]}, "skills"),
        ({"skills": [{"skill": "hvac", "level": 6}]}, "skills[0].level"),
        ({"skills": [{"skill": "hvac", "level": 1}, {"skill": "hvac", "level": 2}]}, "skills"),
        ({"orders_a_day": 0}, "orders_a_day"),
        ({"home_lng": 200}, "home_lng"),
    ],
)
def test_a_wrong_profile_names_the_field_and_changes_nothing(scene: World, change: dict[str, Any], field: str) -> None:
    dispatcher = scene.client("dispatcher")
    before = dispatcher.get("/engineers").json
    refused = dispatcher.put("/engineers", {"user_id": _engineer(scene), "skills": [], **change})
    assert (refused.status, refused.json["field"]) == (422, field)
    assert dispatcher.get("/engineers").json == before


def test_a_skill_has_words_in_both_languages_and_a_key_of_its_own(scene: World) -> None:
    dispatcher = scene.client("dispatcher")
    assert dispatcher.post("/skills", {"key": "ups", "name": "不间断电源", "name_en": "UPS"}).status == 201
    assert {"key": "ups", "zh": "不间断电源", "en": "UPS"} in dispatcher.get("/skills").json
    for locale, said in (("zh", "技能标识已存在。"), ("en", "This skill key exists already.")):
        again = scene.client("dispatcher", locale).post("/skills", {"key": "ups", "name": "再来"})
        assert (again.status, again.json["field"], again.json["detail"]) == (409, "key", said)
    assert dispatcher.post("/skills", {"key": "UPS!", "name": "x"}).json["field"] == "key"


def test_two_shifts_of_one_person_never_overlap(scene: World) -> None:
    dispatcher = scene.client("dispatcher")
    refused = dispatcher.post("/shifts", [_interval(scene, 9, 3)])
    assert (refused.status, refused.json["code"], refused.json["field"]) == (409, "shift_overlaps", "starts_at")
    touching = dispatcher.post("/shifts", [_interval(scene, 10, 3)])
    assert touching.status == 201, "the next may begin when the last ends"
    half = dispatcher.post("/shifts", [_interval(scene, 300, 2), _interval(scene, 301, 2)])
    assert half.status == 409
    window = "?start=2026-03-10T00:00:00Z&end=2026-03-20T00:00:00Z"
    kept = [s for s in dispatcher.get(f"/shifts{window}").json if s["starts_at"] > "2026-03-14"]
    assert kept == [], "all or none"


@pytest.mark.parametrize("path", ["shifts", "absences"])
@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"ends_at": "2026-03-01T00:00:00Z"}, 422, "ends_at"),
        ({"engineer_id": str(uuid4())}, 422, "engineer_id"),
        ({"starts_at": "2026-05-02T09:00:00"}, 422, "starts_at"),
        ({"ends_at": "2026-05-02T09:00:00"}, 422, "ends_at"),
    ],
)
def test_a_wrong_time_names_the_field(scene: World, path: str, change: dict[str, Any], status: int, field: str) -> None:
    entry = {**_interval(scene, 600, 2), **change}
    refused = scene.client("dispatcher").post(f"/{path}", [entry] if path == "shifts" else entry)
    assert refused.status == status, refused.body.decode()
    assert refused.json["field"].endswith(field)


def test_who_is_away_is_shown_until_when(scene: World) -> None:
    dispatcher = scene.client("dispatcher")
    for start, hours in ((-1, 3), (0, 8), (20, 5)):
        assert dispatcher.post("/absences", _interval(scene, start, hours, kind="sick", reason="发烧")).status == 201
    shown = next(e for e in dispatcher.get("/engineers").json if e["id"] == _engineer(scene))
    assert shown["away_until"] == (NOW + timedelta(hours=8)).isoformat().replace("+00:00", "Z")
    listed = dispatcher.get("/shifts?start=2026-03-02T00:00:00Z&end=2026-03-03T00:00:00Z").json
    assert sorted(s["kind"] for s in listed) == ["shift", "sick", "sick", "sick"]


def test_an_absence_is_taken_back_once(scene: World) -> None:
    dispatcher = scene.client("dispatcher")
    made = dispatcher.post("/absences", _interval(scene, 0, 8)).json["ids"][0]
    assert dispatcher.delete(f"/absences/{made}").status == 204
    assert dispatcher.delete(f"/absences/{made}").status == 404


def test_a_window_needs_both_ends_with_a_zone(scene: World) -> None:
    for query in ("", "?start=2026-03-02T00:00:00Z", "?start=2026-03-02T00:00:00&end=2026-03-03T00:00:00"):
        assert scene.client("dispatcher").get(f"/shifts{query}").json["field"] == "start"


def test_dispatch_sees_shifts_and_absences_of_the_coming_week_only(scene: World) -> None:
    dispatcher = scene.client("dispatcher")
    dispatcher.post("/absences", _interval(scene, 24, 2))
    dispatcher.post("/absences", _interval(scene, 24 * 8, 2))
    with system_work(scene.company.id, "test", NOW) as work:
        resources = queries.resources(work, NOW)
    (one,) = resources
    assert (len(one.planned.shifts), len(one.planned.absences)) == (7, 1)
    assert one.planned.skills == {"hvac": (3, None)}


def test_who_may_change_and_who_may_only_look(scene: World) -> None:
    for role in ("agent", "engineer"):
        client = scene.client(role)
        assert client.get("/engineers").status == 200
        assert client.post("/absences", _interval(scene, 0, 8)).status == 403
        assert client.put("/engineers", {"user_id": _engineer(scene)}).status == 403
    assert scene.client("partner").get("/engineers").status == 403
