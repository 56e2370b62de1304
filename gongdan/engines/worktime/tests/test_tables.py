"""Working time by its tables: arithmetic, stretches with reasons, clocks, definitions. The case file is language neutral."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gongdan.engines.worktime import arithmetic, holidays
from gongdan.engines.worktime.calendar import MESSAGES, compile_calendar, problems
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
