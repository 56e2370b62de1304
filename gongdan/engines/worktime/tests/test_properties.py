"""Working time by generated calendars: what holds whatever the windows, holidays and zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.engines.worktime import arithmetic
from gongdan.engines.worktime.calendar import DAYS, Compiled, compile_calendar, problems
from gongdan.engines.worktime.clock import Clock, Pause, Segment

ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])


def _windows(cuts: list[int]) -> list[list[str]]:
    """Sorted, distinct minutes → windows that do not overlap."""
    return [[f"{a // 60:02d}:{a % 60:02d}", f"{b // 60:02d}:{b % 60:02d}"] for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


WINDOWS = st.lists(st.integers(0, 1440), max_size=6, unique=True).map(sorted).map(_windows)
OPEN = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(sorted).map(_windows)
DATES = st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(date.isoformat)


@st.composite
def calendars(draw: st.DrawFn) -> Compiled:
    """One day of the week is open for certain."""
    weekly = {day: draw(WINDOWS) for day in DAYS} | {draw(st.sampled_from(DAYS)): draw(OPEN)}
    definition = {"zone": draw(ZONES), "weekly": weekly, "days": draw(st.dictionaries(DATES, WINDOWS, max_size=6))}
    assert problems(definition) == []
    return compile_calendar(definition)


INSTANTS = st.integers(0, 400 * 86_400).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
AMOUNTS = st.integers(0, 5 * 86_400)


@settings(max_examples=60, deadline=None)
@given(calendars(), INSTANTS, AMOUNTS)
def test_adding_and_taking_away_are_what_lies_between(calendar: Compiled, at: datetime, amount: int) -> None:
    due = arithmetic.add(calendar, at, amount)
    assert due >= at
    assert arithmetic.between(calendar, at, due) == amount
    if amount:
        assert arithmetic.between(calendar, at, due - timedelta(seconds=1)) == amount - 1
    begun = arithmetic.subtract(calendar, at, amount)
    assert begun <= at
    assert arithmetic.between(calendar, begun, at) == amount
    if amount:
        assert arithmetic.between(calendar, begun + timedelta(seconds=1), at) == amount - 1


@settings(max_examples=60, deadline=None)
@given(calendars(), st.lists(INSTANTS, min_size=3, max_size=3).map(sorted))
def test_stretches_add_up_and_leave_no_gap(calendar: Compiled, instants: list[datetime]) -> None:
    a, b, c = instants
    between = arithmetic.between
    assert between(calendar, a, b) + between(calendar, b, c) == between(calendar, a, c)
    found = arithmetic.spans(calendar, a, c)
    assert sum((s.end - s.start).total_seconds() for s in found if s.counted) == between(calendar, a, c)
    assert [s.start for s in found[:1]] + [s.end for s in found[-1:]] == ([a, c] if a < c else [])
    assert all(x.end == y.start for x, y in pairwise(found))


@settings(max_examples=60, deadline=None)
@given(
    calendars(),
    INSTANTS,
    st.integers(1, 86_400),
    st.lists(st.tuples(st.integers(-3_000, 9_000), st.integers(0, 4_000)), max_size=4),
)
def test_a_clock_is_due_when_its_target_has_passed(
    calendar: Compiled, at: datetime, target: int, raw: list[tuple[int, int]]
) -> None:
    pauses = [Pause(at + timedelta(minutes=a), at + timedelta(minutes=a + b), "customer") for a, b in raw]
    clock = Clock([Segment(at, calendar, target)], pauses)
    due = clock.due_at()
    assert due is not None
    assert clock.remaining(due) == 0
    assert clock.remaining(due - timedelta(seconds=1)) == 1
    assert clock.due_at() == Clock([Segment(at, calendar, target)], pauses[::-1]).due_at()


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 30), st.sampled_from(["", "09:00", "24:00", "x", "2026-03-02", "Asia/Shanghai"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["zone", "weekly", "days", "mon", "2026-03-02", "windows", "name", "provisional"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(["zone", "weekly", "days", "provisional"]), JSON, max_size=4))
def test_any_definition_is_compiled_or_refused(definition: dict[str, Any]) -> None:
    if not problems(definition):
        compile_calendar(definition).year(2026)
        return
    with pytest.raises(ValueError, match=r": \S"):
        compile_calendar(definition)
