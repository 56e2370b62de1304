"""Working time by its tables: arithmetic, stretches with reasons, clocks, definitions. The case file is language neutral."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gongdan.engines.worktime import arithmetic, holidays
from gongdan.engines.worktime.calendar import DAYS, MESSAGES, Compiled, Year, compile_calendar, problems
from gongdan.engines.worktime.clock import Clock, Pause, Segment

DOCUMENT = json.loads((Path(__file__).parent / "cases" / "worktime.json").read_text(encoding="utf-8"))
CALENDARS = {name: compile_calendar(definition) for name, definition in DOCUMENT["calendars"].items()}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _name(case: dict[str, Any]) -> str:
    return str(case.get("name") or [case.get(n) for n in ("op", "calendar", "args", "start")])[:70]


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=_name)
def test_arithmetic(case: dict[str, Any]) -> None:
    args = [_at(a) if isinstance(a, str) else a for a in case["args"]]
    function = getattr(arithmetic, case["op"])
    if case["expect"] in ("never", "refused"):
        with pytest.raises(arithmetic.NeverOpen if case["expect"] == "never" else ValueError):
            function(CALENDARS[case["calendar"]], *args)
        return
    found = function(CALENDARS[case["calendar"]], *args)
    assert found == (_at(case["expect"]) if isinstance(case["expect"], str) else case["expect"])


@pytest.mark.parametrize("case", DOCUMENT["spans"], ids=_name)
def test_stretches(case: dict[str, Any]) -> None:
    start, end = _at(case["start"]), _at(case["end"])
    found = arithmetic.spans(CALENDARS[case["calendar"]], start, end)
    assert [(s.start, s.end, s.reason) for s in found] == [(_at(a), _at(b), r) for a, b, r in case["spans"]]
    assert all(s.counted == (s.reason == "counted") for s in found)
    assert all(a.end == b.start for a, b in pairwise(found))
    assert sum((s.end - s.start).total_seconds() for s in found if s.counted) == arithmetic.between(
        CALENDARS[case["calendar"]], start, end
    )


@pytest.mark.parametrize("case", DOCUMENT["clocks"], ids=_name)
def test_clocks(case: dict[str, Any]) -> None:
    segments = [Segment(_at(s["start"]), CALENDARS[s["calendar"]], s["target"]) for s in case["segments"]]
    pauses = [Pause(_at(p["start"]), _at(p["end"]) if p["end"] else None, p["reason"]) for p in case["pauses"]]
    clock = Clock(segments, pauses)
    assert clock.due_at() == (_at(case["due"]) if case["due"] else None)
    if "until" in case:
        until = _at(case["until"])
        assert clock.elapsed(until) == case["elapsed"]
        assert clock.remaining(until) == clock.target - case["elapsed"]
        found = clock.explain(until)
        assert sum((s.end - s.start).total_seconds() for s in found if s.counted) == case["elapsed"]
        if "spans" in case:
            assert [(s.start, s.end, s.counted, s.reason) for s in found] == [
                (_at(a), _at(b), c, r) for a, b, c, r in case["spans"]
            ]


def test_a_clock_needs_a_segment() -> None:
    with pytest.raises(ValueError, match="segment"):
        Clock([])


@pytest.mark.parametrize("case", DOCUMENT["definitions"], ids=lambda c: json.dumps(c["calendar"])[:60])
def test_definitions(case: dict[str, Any]) -> None:
    found = problems(case["calendar"])
    assert [[p["path"], p["code"]] for p in found] == case["problems"]
    assert all(p["zh"] and p["en"] for p in found)
    if found:
        with pytest.raises(ValueError, match=r": \S"):
            compile_calendar(case["calendar"])
    else:
        compile_calendar(case["calendar"])


def test_every_problem_is_in_the_table() -> None:
    assert {p[1] for c in DOCUMENT["definitions"] for p in c["problems"]} == set(MESSAGES)


def test_chinese_years_with_and_without_an_announcement() -> None:
    days, provisional = holidays.china(range(2025, 2027), [["09:00", "18:00"]])
    assert provisional == []
    assert days["2025-10-01"] == {"windows": [], "name": "国庆节"}
    assert days["2025-10-11"] == {"windows": [["09:00", "18:00"]], "name": "国庆节调休"}
    assert "2025-10-13" not in days
    days, provisional = holidays.china(range(2003, 2004), [])
    assert provisional == [2003]
    assert days["2003-01-01"]["windows"] == []
    assert holidays.statutory("DE", 2026)["2026-12-25"]["windows"] == []
    assert holidays._chinese("something new") == "something new"


def test_a_night_shift_over_midnight_is_two_windows_that_join() -> None:
    week = {day: [["00:00", "06:00"], ["22:00", "24:00"]] for day in DAYS}
    days = {"2026-03-04": {"windows": [["00:00", "06:00"]], "name": "晚上放假"}, "2026-03-05": {"windows": [["22:00", "24:00"]]}}
    night = compile_calendar({"zone": "Asia/Shanghai", "weekly": week, "days": days})
    start = _at("2026-03-02T21:00:00+08:00")
    assert arithmetic.add(night, start, 8 * 3600) == _at("2026-03-03T06:00:00+08:00"), "one night without a break"
    assert len(list(arithmetic.working_spans(night, start, _at("2026-03-03T12:00:00+08:00")))) == 1
    assert arithmetic.between(night, _at("2026-03-04T12:00:00+08:00"), _at("2026-03-05T12:00:00+08:00")) == 0


class Counting(tuple[int, ...]):
    """A tuple that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, index: Any) -> Any:
        Counting.looks += 1
        return super().__getitem__(index)


@cache
def _counting(years: int, windows: int) -> Compiled:
    """A calendar whose days are all exceptions of their own, with `windows` windows each."""
    hours = [[f"{h:02d}:00", f"{h:02d}:30"] for h in range(windows)]
    first = date(2010, 1, 1)
    days = {(first + timedelta(days=n)).isoformat(): {"windows": hours, "name": f"{n}"} for n in range(years * 365)}
    calendar = compile_calendar({"zone": "UTC", "weekly": {"mon": [["00:00", "24:00"]]}, "days": days})
    for number in range(2010, 2041):
        year = calendar.year(number)
        calendar._years[number] = Year(Counting(year.starts), Counting(year.ends), Counting(year.before), year.total)
    return calendar


def _looks(calendar: Compiled, op: str, *args: Any) -> int:
    Counting.looks = 0
    getattr(arithmetic, op)(calendar, *args)
    return Counting.looks


@pytest.mark.parametrize("op", ["add", "subtract", "between", "is_open", "next_open", "last_open"])
def test_a_question_costs_the_logarithm_of_the_spans_however_many_years_are_listed(op: str) -> None:
    def cost(years: int, windows: int) -> int:
        calendar, found = _counting(years, windows), []
        for day in range(1, 360, 7):
            at = _at("2010-01-01T03:10:00+00:00") + timedelta(days=day)
            more: dict[str, list[Any]] = {"add": [36_000], "subtract": [36_000], "between": [at + timedelta(days=4)]}
            found.append(_looks(calendar, op, at, *more.get(op, [])))
        return max(found)

    one, thirty, dense = cost(1, 2), cost(30, 2), cost(30, 20)
    assert thirty == one, "what other years list is not looked at"
    assert dense <= one + 2 * math.ceil(math.log2(10)) + 2, "ten times the spans: four halvings more in each search"
    assert dense <= 2 * math.ceil(math.log2(365 * 20)) + 8


def test_crossing_years_costs_one_step_for_each() -> None:
    calendar = _counting(30, 2)
    start = _at("2010-06-01T00:00:00+00:00")
    near = _looks(calendar, "add", start, 36_000)
    assert _looks(calendar, "add", start, 28 * 365 * 3_600) <= near + 2 * math.ceil(math.log2(730))
    assert _looks(calendar, "between", start, start + timedelta(days=28 * 365)) <= near + 2 * math.ceil(math.log2(730))
