"""Calendars edited later, whose they are, what a change would change, official years, deleting: over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.calendars import queries
from gongdan.engines.worktime import arithmetic, holidays
from gongdan.engines.worktime.calendar import DAYS
from gongdan.kernel.errors import NotFound
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world

MORNING = {"zone": "Asia/Shanghai", "weekly": {day: [["09:00", "10:00"]] for day in DAYS[:5]}}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(queries, "FRESH_SECONDS", 0.0)
    return world(("default",))


def _put(scene: World, key: str, definition: dict[str, Any], version: int, role: str = "admin") -> Any:
    body = {"name": "改过的", "name_en": "Changed", "definition": definition}
    return scene.client(role).put(f"/calendars/{key}", body, version=version)


def _one(scene: World, key: str = "cn-work") -> dict[str, Any]:
    found: dict[str, Any] = scene.client("agent").get(f"/calendars/{key}").json
    return found


def test_a_calendar_shows_its_years_and_since_when(scene: World) -> None:
    years = {y["year"]: (y["state"], y["since"]) for y in _one(scene)["years"]}
    since = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert years == {2025: ("official", since), 2026: ("official", since), 2027: ("provisional", since)}
    listed = {c["key"]: c["years"] for c in scene.client("agent").get("/calendars").json}
    assert listed["cn-work"] == _one(scene)["years"]
    assert listed["always"] == []
    assert scene.client("agent").get("/calendars/nothing").status == 404


def test_an_edit_keeps_what_was_said_before_and_the_past_is_explained_by_it(scene: World) -> None:
    scene.pass_minutes(60)
    assert _put(scene, "cn-work", MORNING, 1).status == 200
    scene.pass_minutes(60)
    assert _put(scene, "cn-work", {"zone": "UTC", "weekly": {"sun": [["00:00", "24:00"]]}}, 2).status == 200
    agent = scene.client("agent")
    page = agent.get("/calendars/cn-work/versions?limit=2").json
    assert [(v["version"], v["until"] is None) for v in page["items"]] == [(3, True), (2, False)]
    rest = agent.get(f"/calendars/cn-work/versions?cursor={page['next']}").json
    assert [v["version"] for v in rest["items"]] == [1]
    assert rest["items"][0]["until"] == page["items"][1]["since"]
    assert page["items"][1]["by_id"] == str(scene.company.people["admin"])

    def said(at: Any) -> int:
        shown = agent.get(f"/calendars/cn-work/in-force?at={at.strftime('%Y-%m-%dT%H:%M:%SZ')}").json
        return int(shown["version"])

    hours = [-24, 0, 0.99, 1, 1.99, 2, 500]
    assert [said(NOW + timedelta(hours=h)) for h in hours] == [1, 1, 1, 2, 2, 3, 3]
    assert agent.get("/calendars/cn-work/versions/2").json["definition"] == MORNING
    assert agent.get("/calendars/cn-work/versions/9").status == 404
    assert agent.get("/calendars/cn-work/versions/x").status == 422
    assert agent.get("/calendars/nothing/versions").status == 404
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        find = queries.lookup(work)
        dues = [arithmetic.add(find(f"cn-work@{n}"), NOW, 7_200) for n in (1, 2, 3)]
        assert len(set(dues)) == 3
        assert queries.as_of(work, "cn-work", NOW)[0] == 1
        assert arithmetic.add(queries.as_of(work, "cn-work", NOW + timedelta(hours=1))[1], NOW, 7_200) == dues[1]
        assert queries.pin(work, "cn-work") == "cn-work@3"
        assert queries.pin(work, "cn-work@1") == "cn-work@1"
        assert arithmetic.add(find("cn-work"), NOW, 7_200) == dues[2]
        for missing in ("nothing", "cn-work@9"):
            with pytest.raises(NotFound):
                find(missing)
        with pytest.raises(NotFound):
            queries.pin(work, "nothing")
        with pytest.raises(NotFound):
            queries.as_of(work, "nothing", NOW)


def test_a_version_can_not_be_rewritten(scene: World) -> None:
    with system_work(scene.company.id, "test", NOW) as work:
        for sql in ("update calendars_version set since = since", "delete from calendars_version"):
            with pytest.raises(Exception, match="permission denied"), work.raw.transaction():
                work.raw.execute(sql)


def test_whose_calendar_is_taken_and_why(scene: World) -> None:
    admin, agent = scene.client("admin"), scene.client("agent")
    team = admin.post("/teams", {"key": "night", "name": "夜班组"}).json
    customer = admin.post("/customers", {"name": "甲公司"}).json["id"]
    team_id = next(t["id"] for t in admin.get("/teams").json if t["key"] == "night") if "id" not in team else team["id"]
    ask = f"/calendars/choice?team_id={team_id}&customer_id={customer}"
    assert (agent.get(ask).json["calendar"], agent.get(ask).json["source"]) == ("cn-work", "company")
    assert _put(scene, "night", {"weekly": {"mon": [["20:00", "24:00"]]}}, 0).status == 200
    given = admin.put(f"/calendar-uses/team/{team_id}", {"calendar": "night"}, version=0)
    assert (given.status, given.json["version"]) == (200, 1)
    assert agent.get(ask).json["calendar"] == "night"
    assert admin.put(f"/calendar-uses/customer/{customer}", {"calendar": "always"}, version=0).status == 200
    shown = agent.get(ask).json
    assert (shown["calendar"], shown["source"], shown["owner_id"]) == ("always", "customer", customer)
    assert shown["words"]["zh"] == "客户指定日历「always」，采用。"
    assert [s["outcome"] for s in shown["steps"]] == ["none", "absent", "taken"]
    assert agent.get(f"{ask}&policy=night").json["source"] == "policy"
    stale = admin.put(f"/calendar-uses/customer/{customer}", {"calendar": "night"}, version=0)
    assert (stale.status, stale.json["theirs"], stale.json["version"]) == (409, {"calendar": "always"}, 1)
    assert admin.put(f"/calendar-uses/customer/{customer}", {"calendar": None}, version=1).status == 200
    assert agent.get(ask).json["calendar"] == "night"
    assert agent.get(f"/calendar-uses/customer/{customer}").json == {
        "kind": "customer", "owner_id": customer, "calendar": None, "version": 2,
    }  # fmt: skip
    assert admin.put("/calendar-uses/company/default", {"calendar": "always"}, version=0).status == 200
    assert agent.get("/calendars/choice").json["calendar"] == "always"
    page = agent.get("/calendar-uses?limit=1").json
    assert [u["kind"] for u in page["items"]] == ["company"]
    rest = agent.get(f"/calendar-uses?limit=1&cursor={page['next']}").json
    assert ([u["kind"] for u in rest["items"]], rest["next"]) == (["team"], None)
    assert [u["calendar"] for u in agent.get("/calendar-uses?kind=team").json["items"]] == ["night"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [("customer/{new}", {"calendar": "always"}, 404, "calendar_owner_unknown"),
     ("team/{new}", {"calendar": "always"}, 404, "calendar_owner_unknown"),
     ("company/default", {"calendar": "nothing"}, 422, "calendar_unknown_use"),
     ("planet/{new}", {"calendar": "always"}, 422, "invalid_value"),
     ("team/x", {"calendar": "always"}, 422, "invalid_value")],
)  # fmt: skip
def test_a_use_that_makes_no_sense_is_refused(scene: World, path: str, body: dict[str, Any], status: int, code: str) -> None:
    refused = scene.client("admin").put(f"/calendar-uses/{path.format(new=uuid4())}", body, version=0)
    assert (refused.status, refused.json["code"]) == (status, code)
    assert scene.client("agent").get("/calendar-uses").json["items"] == []


def test_choosing_costs_no_statement_when_it_is_fresh(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "FRESH_SECONDS", 60.0)
    with system_work(scene.company.id, "test", NOW) as work:
        queries.choose(work)
        monkeypatch.setattr(type(work), "read", None)
        assert queries.choose(work, team_id=uuid4()).calendar == "cn-work"
        assert queries.pin(work, "cn-work") == "cn-work@1"


def test_what_would_change(scene: World) -> None:
    start = "2026-03-02T03:00:00Z"  # a Monday, 11:00 in Shanghai
    body = {"key": "cn-work", "definition": MORNING, "month": "2026-03", "starts": [start], "minutes": [60, 120]}
    shown = scene.client("admin").post("/calendars/preview", body).json
    assert len(shown["days"]) == 31
    assert (shown["before_seconds"], shown["after_seconds"]) == (22 * 27_000, 22 * 3_600)
    monday = shown["days"][1]
    assert monday == {"date": "2026-03-02", "before_seconds": 27_000, "after_seconds": 3_600, "name": "", "changed": True}
    assert [d["changed"] for d in shown["days"][6:8]] == [False, False], "a weekend before and after"
    assert [(d["minutes"], d["before"], d["after"], d["changed"]) for d in shown["deadlines"]] == [
        (60, "2026-03-02T04:00:00Z", "2026-03-03T02:00:00Z", True),
        (120, "2026-03-02T06:30:00Z", "2026-03-04T02:00:00Z", True),
    ]
    new = (
        scene.client("admin")
        .post("/calendars/preview", {"definition": MORNING, "month": "2026-03", "starts": [start], "minutes": [60]})
        .json
    )
    assert (new["before_seconds"], new["deadlines"][0]["before"]) == (None, None)
    once = {"weekly": {}, "days": {"2026-03-03": [["09:00", "10:00"]]}}
    ended = scene.client("admin").post("/calendars/preview", {**body, "definition": once, "month": "2026-02"}).json
    assert [d["after"] for d in ended["deadlines"]] == ["2026-03-03T02:00:00Z", None], "it never opens again"
    assert _one(scene)["version"] == 1
    for wrong, status in (({"month": "2026-13"}, 422), ({"key": "nothing"}, 404), ({"definition": {"weekly": {}}}, 422)):
        assert scene.client("admin").post("/calendars/preview", {**body, **wrong}).status == status
    assert scene.client("agent").post("/calendars/preview", body).status == 403


def test_official_years_are_taken_over_and_the_companys_own_days_stay(scene: World) -> None:
    definition = {**_one(scene)["definition"], "provisional": [2024, 2027]}
    guessed = holidays.statutory("CN", 2024)
    definition["days"] = {**definition["days"], **guessed, "2024-07-01": {"windows": [], "name": "厂庆"}}
    assert _put(scene, "cn-work", definition, 1).status == 200
    scene.pass_minutes(1)
    done = scene.client("admin").post("/calendars/cn-work/import", {"years": [2024]}, version=2)
    assert done.status == 200, done.body
    days = done.json["definition"]["days"]
    assert days["2024-07-01"]["name"] == "厂庆"
    assert days["2024-02-04"]["windows"] == [["09:00", "12:00"], ["13:30", "18:00"]], "a make-up Sunday"
    assert days["2024-10-07"]["windows"] == []
    assert done.json["definition"]["provisional"] == [2027]
    years = {y["year"]: y for y in done.json["years"]}
    assert (years[2024]["state"], years[2024]["since"] > years[2025]["since"]) == ("official", True)
    stale = scene.client("admin").post("/calendars/cn-work/import", {"years": [2024]}, version=2)
    assert (stale.status, stale.json["version"]) == (409, 3)
    abroad = scene.client("admin").post("/calendars/always/import", {"years": [2026], "country": "DE"}, version=1)
    assert abroad.json["definition"]["days"]["2026-12-25"]["windows"] == []
    far = scene.client("admin").post("/calendars/always/import", {"years": [2030], "windows": [["08:00", "12:00"]]}, version=2)
    assert far.json["definition"]["provisional"] == [2030]
    refused = scene.client("admin").post("/calendars/always/import", {"years": [2026], "country": "XX"}, version=3)
    assert (refused.status, refused.json["code"], refused.json["field"]) == (422, "country_unknown", "country")
    assert scene.client("admin").post("/calendars/nothing/import", {"years": [2026]}, version=1).status == 404


def test_a_calendar_in_use_is_not_deleted_and_a_deleted_one_still_explains_the_past(scene: World) -> None:
    admin = scene.client("admin")
    used = admin.delete("/calendars/cn-work", version=1)
    assert (used.status, used.json["code"]) == (409, "calendar_used")
    assert {b["code"] for b in used.json["blockers"]} == {"calendar_is_default", "calendar_in_blueprint"}
    assert _put(scene, "night", {"weekly": {"mon": [["20:00", "24:00"]]}}, 0).status == 200
    assert admin.put("/calendar-uses/company/default", {"calendar": "night"}, version=0).status == 200
    held = admin.delete("/calendars/night", version=1)
    assert [b["code"] for b in held.json["blockers"]] == ["calendar_used_by"]
    assert "公司默认" in held.json["detail"]
    assert admin.put("/calendar-uses/company/default", {"calendar": None}, version=1).status == 200
    assert admin.delete("/calendars/night", version=7).status == 409
    assert admin.delete("/calendars/night").status == 428
    assert admin.delete("/calendars/night", version=1).status < 300
    assert admin.delete("/calendars/night", version=1).status == 404
    assert scene.client("agent").get("/calendars/night").status == 404
    assert [v["version"] for v in scene.client("agent").get("/calendars/night/versions").json["items"]] == [1]
    with system_work(scene.company.id, "test", NOW) as work:
        assert queries.lookup(work)("night") is queries.lookup(work)("night@1")
        assert queries.choose(work, policy="night").steps[0].outcome == "gone"
    assert _put(scene, "night", MORNING, 0).status == 200
    assert _one(scene, "night")["version"] == 2, "numbers go on, so that night@1 stays what it was"


@pytest.mark.parametrize("key", ["a@1", "夜班", "x" * 61, "a b"])
def test_a_key_that_can_not_be_written_is_refused(scene: World, key: str) -> None:
    refused = _put(scene, key, MORNING, 0)
    assert (refused.status, refused.json["code"]) == (422, "calendar_key_wrong")


@pytest.mark.parametrize("at", ["0.5", "1772413200", "1e9", "2026"])
def test_an_instant_is_not_a_number(scene: World, at: str) -> None:
    refused = scene.client("agent").get(f"/calendars/always/in-force?at={at}")
    assert (refused.status, refused.json["field"]) == (422, "at")
    assert scene.client("agent").get("/calendars/always/in-force?at=2026-03-02T09:00:00Z").status == 200
