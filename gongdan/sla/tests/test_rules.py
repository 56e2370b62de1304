"""Clocks as tables of cases, and against a clock that counts every minute by hand."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from gongdan.blueprints.document import Label
from gongdan.calendars.actions import ALWAYS, SHIFTS
from gongdan.engines.worktime import holidays
from gongdan.engines.worktime.calendar import DAYS, Compiled, compile_calendar
from gongdan.sla import rules
from gongdan.sla.plans import Plan, PlanTarget
from gongdan.sla.rules import ClockRow

ZONE = ZoneInfo("Asia/Shanghai")
CASES = json.loads((Path(__file__).parent / "cases" / "clocks.json").read_text(encoding="utf-8"))
ORDER = UUID(int=1)


def _calendars() -> dict[str, Compiled]:
    days, provisional = holidays.china(range(2025, 2028), SHIFTS)
    work = {"zone": "Asia/Shanghai", "weekly": dict.fromkeys(DAYS[:5], SHIFTS), "days": days, "provisional": provisional}
    always = {"zone": "Asia/Shanghai", "weekly": dict.fromkeys(DAYS, ALWAYS), "days": {}}
    return {"cn-work": compile_calendar(work), "always": compile_calendar(always)}


CALENDARS = _calendars()
calendar_of = CALENDARS.__getitem__


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def _shown(at: datetime | None) -> str | None:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if at else None


def _target(minutes: int) -> PlanTarget:
    return PlanTarget(key="resolve", label=Label("解决", "Resolution"), minutes=dict.fromkeys(("1", "2", "3", "4"), minutes))


def _policy(calendar: str, minutes: int) -> Plan:
    return Plan(calendar=calendar, targets=[_target(minutes)])


def _step(row: ClockRow, calendar: str, at: datetime, verb: str, argument: Any = None) -> bool:
    if verb == "pause":
        return rules.pause(row, argument, at)
    if verb == "retarget":
        return rules.retarget(row, _policy(calendar, argument), _target(argument), 3, at, calendar_of)
    return bool({"resume": rules.resume, "stop": rules.stop, "restart": rules.restart}[verb](row, at, calendar_of))


def _play(case: dict[str, Any]) -> ClockRow:
    calendar = case.get("calendar", "cn-work")
    row = rules.start(ORDER, _target(case["minutes"]), _policy(calendar, case["minutes"]), 3, _at(case["start"]), calendar_of)
    for when, verb, *rest in case["steps"]:
        argument, refused = [*rest, None, None][:2]
        assert _step(row, calendar, _at(when), verb, argument) is (refused != "refused"), (when, verb)
    return row


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_case(case: dict[str, Any]) -> None:
    row = _play(case)
    until = row.stopped_at or _at(case["look"])
    clock = rules.computed(row, calendar_of)
    assert (row.state, _shown(row.due_at), clock.elapsed(until)) == (case["state"], case["due"], case["elapsed"] * 60)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_the_explanation_sums_exactly_to_the_elapsed_time(case: dict[str, Any]) -> None:
    row = _play(case)
    until = row.stopped_at or _at(case["look"])
    clock = rules.computed(row, calendar_of)
    spans = clock.explain(until)
    assert sum((s.end - s.start).total_seconds() for s in spans if s.counted) == case["elapsed"] * 60
    assert [s.start for s in spans[1:]] == [s.end for s in spans[:-1]], "no gap, no overlap"
    assert (spans[0].start, spans[-1].end) == (row.started_at, until)


def test_pauses_are_named_in_the_explanation_and_nights_keep_their_own_name() -> None:
    case = next(c for c in CASES if c["name"].startswith("a pause over night"))
    spans = rules.computed(_play(case), calendar_of).explain(_at(case["look"]))
    assert [(_shown(s.start), s.counted, s.reason) for s in spans] == [
        ("2026-03-02 16:00", True, "counted"),
        ("2026-03-02 17:00", False, "customer"),
        ("2026-03-02 18:00", False, "night"),
        ("2026-03-03 09:00", False, "customer"),
        ("2026-03-03 09:30", True, "counted"),
    ]


def test_the_holiday_is_named() -> None:
    case = next(c for c in CASES if c["name"].startswith("Spring Festival"))
    spans = rules.computed(_play(case), calendar_of).explain(_at(case["look"]))
    assert any(str(s.reason) == "holiday" or "春节" in str(s.reason) for s in spans), [str(s.reason) for s in spans]


def _by_hand(row: ClockRow, until: datetime) -> int:
    """Every minute looked at: open at the local clock, and no pause over it."""
    found, at = 0, row.started_at
    while at < until:
        local = at.astimezone(ZONE)
        minute = local.hour * 60 + local.minute
        inside = any(a <= minute < b for a, b in CALENDARS["cn-work"].windows(local.date()))
        if inside and not any(start <= at < (end or until) for start, end, _ in row.pauses):
            found += 1
        at += timedelta(minutes=1)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_any_life_of_a_clock_agrees_with_counting_by_hand(seed: int) -> None:
    rng = random.Random(seed)
    at = datetime(2026, 2, 10, 1, 0, tzinfo=UTC) + timedelta(minutes=rng.randrange(3000))
    row = rules.start(ORDER, _target(960), _policy("cn-work", 960), 3, at, calendar_of)
    for _ in range(rng.randrange(1, 9)):
        at += timedelta(minutes=rng.randrange(1, 1500))
        verb = rng.choice(["pause", "resume", "stop", "restart", "retarget"])
        _step(row, "cn-work", at, verb, {"pause": "customer", "retarget": rng.choice([120, 480, 2000])}.get(verb))
    at = row.stopped_at or at + timedelta(minutes=rng.randrange(1, 900))
    clock = rules.computed(row, calendar_of)
    assert clock.elapsed(at) == _by_hand(row, at) * 60
    if row.due_at is not None:
        target = row.segments[-1].seconds
        assert clock.elapsed(row.due_at) == target or clock.elapsed(at) >= target


def test_what_a_list_shows() -> None:
    start = _at("2026-03-02 09:00")

    def clock(minutes: int, *steps: Any) -> ClockRow:
        return _play({"start": "2026-03-02 09:00", "minutes": minutes, "steps": list(steps), "calendar": "always"})

    long, short = clock(600), clock(100)
    assert rules.summary([long, short], start, closed=False) == (short.due_at, "ok")
    assert rules.summary([short], start + timedelta(minutes=74), closed=False)[1] == "ok"
    assert rules.summary([short], start + timedelta(minutes=75), closed=False)[1] == "near", "a quarter is left"
    assert rules.summary([short], start + timedelta(minutes=100), closed=False) == (short.due_at, "breached")
    paused = clock(100, ["2026-03-02 09:10", "pause", "customer"])
    assert rules.summary([paused], start, closed=False) == (None, "paused")
    met = clock(100, ["2026-03-02 09:10", "stop"])
    missed = clock(100, ["2026-03-02 12:10", "stop"])
    assert rules.summary([met], start, closed=True) == (None, "met")
    assert rules.summary([met, missed], start, closed=True) == (None, "breached")
    assert rules.summary([met, long], start, closed=False) == (long.due_at, "ok"), "what still runs is what counts"
    assert rules.summary([], start, closed=True) == (None, "none")


def test_the_calendar_of_the_cases_is_the_official_one() -> None:
    """Control: without the holiday table two cases would give other figures."""
    assert CALENDARS["cn-work"].is_workday(date(2026, 2, 14))
    assert not CALENDARS["cn-work"].is_workday(date(2026, 2, 16))
    bare = compile_calendar({"zone": "Asia/Shanghai", "weekly": dict.fromkeys(DAYS[:5], SHIFTS), "days": {}})
    case = next(c for c in CASES if c["name"].startswith("Spring Festival"))
    row = rules.start(ORDER, _target(540), _policy("cn-work", 540), 3, _at(case["start"]), lambda _: bare)
    assert _shown(row.due_at) != case["due"]
