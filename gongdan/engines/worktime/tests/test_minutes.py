"""R09: the engine against a slow reference that looks at every minute (or second); and planted bugs that it must catch.

GONGDAN_R09_CASES sets the number of random clocks: 10 000 in the ordinary suite; for a release
`GONGDAN_R09_CASES=100000 python -m pytest gongdan/engines/worktime/tests/test_minutes.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongdan.engines.worktime import arithmetic
from gongdan.engines.worktime import calendar as engine_calendar
from gongdan.engines.worktime import clock as engine_clock
from gongdan.engines.worktime.calendar import Compiled
from gongdan.engines.worktime.clock import Clock
from gongdan.engines.worktime.tests.slow import Case, Engine, arithmetic_difference, cases, expected

CASES = int(os.environ.get("GONGDAN_R09_CASES", "10000"))
BY_SECOND = max(CASES // 100, 50)


def _said(case: Case, difference: str) -> tuple[Any, ...]:
    return case.worlds[0].definition["zone"], case.worlds[0].begin.date(), case.segments, case.pauses, difference


def test_clocks_agree_with_the_reference_by_the_minute() -> None:
    engine, wrong, beyond = Engine(), [], 0
    for case in cases(20260301, CASES):
        found = engine.difference(case)
        if found is not None:
            wrong.append(_said(case, found))
        beyond += case.segments[-1][0] > case.horizon
    assert wrong[:3] == []
    assert beyond == 0


def test_clocks_agree_with_the_reference_by_the_second() -> None:
    engine = Engine()
    wrong = [_said(c, found) for c in cases(86_400, BY_SECOND, unit=1) if (found := engine.difference(c)) is not None]
    assert wrong[:3] == []


def test_arithmetic_agrees_with_the_reference() -> None:
    engine = Engine()
    wrong = [_said(c, found) for c in cases(7, CASES) if (found := arithmetic_difference(engine, c)) is not None]
    assert wrong[:3] == []


def test_the_cases_are_what_they_should_be() -> None:
    """Most clocks run out inside the horizon; starts outside hours, pauses, changes of calendar and target are all among them."""
    drawn = list(cases(20260301, 600))
    assert sum(expected(c)[0] is not None for c in drawn) > 400
    assert sum(not c.worlds[c.segments[0][1]].open[c.segments[0][0]] for c in drawn) > 200
    assert sum(len(c.segments) > 1 and c.segments[0][1] != c.segments[1][1] for c in drawn) > 100
    assert sum(any(end is None for _, end in c.pauses) for c in drawn) > 5
    edges = 0
    for case in drawn:
        due = expected(case)[0]
        edges += due is not None and case.worlds[case.segments[-1][1]].open[due - 1 : due + 1] == b"\1\0"
    assert edges > 20, "deadlines on a window's edge"


def _make_up_days_ignored(patch: pytest.MonkeyPatch) -> None:
    """A peer's calendar knew days off only: a make-up Saturday stayed a Saturday."""

    def windows(self: Compiled, day: Any) -> Any:
        entry = self.days.get(day)
        return () if entry is not None and not entry.windows else self.weekly[day.weekday()]

    patch.setattr(Compiled, "windows", windows)


def _second_window_lost(patch: pytest.MonkeyPatch) -> None:
    real = Compiled.windows
    patch.setattr(Compiled, "windows", lambda self, day: real(self, day)[:1])


def _pause_counted_as_wall_time(patch: pytest.MonkeyPatch) -> None:
    """The deadline moved by the length of the pause, nights and weekends and all."""
    real = Clock.due_at

    def due_at(self: Clock) -> datetime | None:
        free = real(Clock(self.segments))
        closed = [p for p in self.pauses if p.end is not None and p.start >= self.segments[0].start]
        return None if free is None else free + sum((p.end - p.start for p in closed if p.end is not None), timedelta())

    patch.setattr(Clock, "due_at", due_at)


def _paused_time_lost_when_the_policy_changes(patch: pytest.MonkeyPatch) -> None:
    """Another priority made the deadline anew from the start, without what had been paused before."""
    real = Clock.__init__

    def forget(self: Clock, segments: Any, pauses: Any = ()) -> None:
        last = max(segments, key=lambda s: s.start).start
        real(self, segments, [p for p in pauses if p.start >= last])

    patch.setattr(Clock, "__init__", forget)


def _daylight_saving_ignored(patch: pytest.MonkeyPatch) -> None:
    """One offset for the whole year, that of its first day."""

    def offset(zone: ZoneInfo, at_seconds: int) -> int:
        year = datetime.fromtimestamp(at_seconds, UTC).year
        found = datetime(year, 1, 1, tzinfo=zone).utcoffset()
        return round(found.total_seconds()) if found is not None else 0

    patch.setattr(engine_calendar, "_offset", offset)


def _closing_moved_to_the_next_opening(patch: pytest.MonkeyPatch) -> None:
    """A budget used up exactly at closing time was due the next morning."""
    real = arithmetic.add
    patch.setattr(engine_clock, "add", lambda c, start, amount: arithmetic.next_open(c, real(c, start, amount)))


def _whole_past_by_the_new_calendar(patch: pytest.MonkeyPatch) -> None:
    """A calendar changed mid-way re-counted what had been counted already."""
    real = Clock.__init__

    def recount(self: Clock, segments: Any, pauses: Any = ()) -> None:
        calendar = max(segments, key=lambda s: s.start).calendar
        real(self, [engine_clock.Segment(s.start, calendar, s.target) for s in segments], pauses)

    patch.setattr(Clock, "__init__", recount)


BUGS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    bug.__name__.strip("_").replace("_", " "): bug
    for bug in (
        _make_up_days_ignored,
        _second_window_lost,
        _pause_counted_as_wall_time,
        _paused_time_lost_when_the_policy_changes,
        _daylight_saving_ignored,
        _closing_moved_to_the_next_opening,
        _whole_past_by_the_new_calendar,
    )
}


@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_are_caught(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same comparison sees each of them among the first of the same cases, none of which differs without it."""
    BUGS[bug](monkeypatch)
    engine = Engine()
    assert any(engine.difference(case) is not None for case in cases(20260301, min(200, CASES)))
