"""Cases of others, as data: the Chinese calendar and two peers' business-time suites."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongdan.engines.worktime import arithmetic
from gongdan.engines.worktime.calendar import DAYS, Compiled, compile_calendar

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
SLA = DATA / "holidays_cn" / "sla_cases.json"
BIZ = DATA / "oracle_business_time" / "biz_cases.json"
DESK = DATA / "oracle_business_time" / "helpdesk_cases.json"
WEEKDAYS = DAYS[:5]


def _china(schedule: dict[str, Any], listed: list[dict[str, Any]]) -> Compiled:
    windows = schedule["windows"]
    rule = schedule["workdays"]
    weekly = {d: windows for d in (WEEKDAYS if rule == "CN workdays" else DAYS)}
    days: dict[str, Any] = {}
    if rule != "every day":
        for entry in listed:
            if entry["off"]:
                days[entry["date"]] = {"windows": [], "name": entry["name"]}
            elif rule == "CN workdays":
                days[entry["date"]] = {"windows": windows, "name": entry["name"]}
    return compile_calendar({"zone": "Asia/Shanghai", "weekly": weekly, "days": days})


@pytest.mark.skipif(not SLA.exists(), reason="../shared/data/holidays_cn is not here")
def test_sla_cases_of_the_chinese_calendar() -> None:
    document = json.loads(SLA.read_text())
    raw = json.loads((SLA.parent / "holidays_2020_2026.json").read_text())
    listed = raw if isinstance(raw, list) else raw.get("days", raw)
    calendars = {name: _china(s, listed) for name, s in document["schedules"].items()}
    zone = ZoneInfo(document["timezone"])
    wrong = []
    for case in document["cases"]:
        calendar = calendars[case["schedule"]]
        start = datetime.fromisoformat(case["start"]).replace(tzinfo=zone)
        until = datetime.fromisoformat(case["until"]).replace(tzinfo=zone)
        due = arithmetic.add(calendar, start, case["add_minutes"] * 60).astimezone(zone)
        minutes = arithmetic.between(calendar, start, until) // 60
        if due.strftime("%Y-%m-%dT%H:%M") != case["expected_due"] or minutes != case["expected_business_minutes_between"]:
            wrong.append((case, due, minutes))
    assert len(document["cases"]) == 130
    assert wrong == []


@pytest.mark.skipif(not SLA.exists(), reason="../shared/data/holidays_cn is not here")
def test_seeded_chinese_holidays_agree_with_the_announcements() -> None:
    from gongdan.engines.worktime.holidays import china

    raw = json.loads((SLA.parent / "holidays_2020_2026.json").read_text())
    listed = raw if isinstance(raw, list) else raw.get("days", raw)
    days, provisional = china(range(2020, 2027), [["09:00", "18:00"]])
    assert provisional == []
    wanted_off = {e["date"] for e in listed if e["off"]}
    wanted_work = {e["date"] for e in listed if not e["off"] and date.fromisoformat(e["date"]).weekday() >= 5}
    off = {d for d, e in days.items() if not e["windows"]}
    # weekends inside a holiday are listed by one source only; what matters is whether the day is off
    assert {d for d in off - wanted_off if date.fromisoformat(d).weekday() < 5} == set()
    assert {d for d in wanted_off - off if date.fromisoformat(d).weekday() < 5} == set()
    assert {d for d, e in days.items() if e["windows"]} == wanted_work


def _peer(calendar: dict[str, Any]) -> Compiled:
    days: dict[str, Any] = {}
    for day in calendar.get("holidays", []):
        days[day] = {"windows": [], "name": "holiday"}
    for day, windows in calendar.get("shifts", calendar.get("date_hours", calendar.get("overrides", {}))).items():
        days[day] = {"windows": windows}
    hours = calendar["hours"]
    for day, breaks in calendar.get("breaks", {}).items():
        windows = [list(w) for w in hours.get(DAYS[date.fromisoformat(day).weekday()], [])]
        for start, end in breaks:
            cut: list[list[str]] = []
            for a, b in windows:
                cut += [[a, b]] if end <= a or b <= start else [w for w in ([a, start], [end, b]) if w[0] < w[1]]
            windows = cut
        days[day] = {"windows": windows}
    return compile_calendar({"zone": calendar["tz"], "weekly": hours, "days": days})


@pytest.mark.skipif(not BIZ.exists(), reason="../shared/data/oracle_business_time is not here")
def test_business_time_cases_of_a_peer() -> None:
    document = json.loads(BIZ.read_text())
    calendars = {name: _peer(c) for name, c in document["calendars"].items()}
    wrong = [(c, found) for c in document["cases"] if (found := _run_biz(c, calendars)) is not None]
    assert wrong == []


UNITS = {"seconds": 1, "minutes": 60, "hours": 3600}


def _run_biz(case: dict[str, Any], calendars: dict[str, Compiled]) -> Any:
    """None when our answer is the expected one, else our answer."""
    calendar = calendars[case["calendar"]]
    op = case["op"]
    if op == "is_open":
        found: Any = arithmetic.is_open(calendar, datetime.fromisoformat(case["at"]))
    elif op == "business_seconds_between":
        found = arithmetic.between(calendar, datetime.fromisoformat(case["start"]), datetime.fromisoformat(case["end"]))
    else:
        start = datetime.fromisoformat(case["start"])
        amount = case["amount"] * UNITS.get(case["unit"], 1)
        moved = {
            "add_after": lambda: arithmetic.add(calendar, start, amount),
            "subtract_before": lambda: arithmetic.subtract(calendar, start, amount),
            "add_business_days_after": lambda: arithmetic.add_days(calendar, start, amount),
            "subtract_business_days_before": lambda: arithmetic.add_days(calendar, start, -amount),
        }[op]()
        found = moved.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return None if found == case["expected"] else found


@pytest.mark.skipif(not DESK.exists(), reason="../shared/data/oracle_business_time is not here")
def test_help_desk_cases_of_a_peer() -> None:
    document = json.loads(DESK.read_text())
    raw = document["calendar"]
    zone = ZoneInfo(raw["tz"])
    for case in document["cases"]:
        days: dict[str, Any] = {d: {"windows": []} for d in case["holidays"]}
        calendar = compile_calendar({"zone": raw["tz"], "weekly": raw["hours"], "days": days})
        start = datetime.fromisoformat(case["created_at"]).replace(tzinfo=zone)
        hours = document["priorities_hours"][case["priority"]]
        found = {
            "response_by": arithmetic.add(calendar, start, round(hours["response"] * 3600)),
            "resolution_by": arithmetic.add(calendar, start, round(hours["resolution"] * 3600)),
        }
        shown = {k: v.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S") for k, v in found.items()}
        assert shown == case["expected"], case["name"]
