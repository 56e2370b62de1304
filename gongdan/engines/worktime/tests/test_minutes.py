"""R09: our clock against a slow oracle that looks at every minute; and five planted bugs that it must catch.

The oracle shares nothing with the engine but the definition of a calendar. GONGDAN_R09_CASES sets the number of cases.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongdan.engines.worktime import arithmetic
from gongdan.engines.worktime.calendar import DAYS, Compiled, compile_calendar
from gongdan.engines.worktime.clock import Clock, Pause, Segment

CASES = int(os.environ.get("GONGDAN_R09_CASES", "10000"))
SPAN_DAYS = 26
# (zone, first local day): edges of daylight saving, half-hour shifts, skipped and leap days, year ends, make-up workdays
PLACES = [
    ("Asia/Shanghai", "2026-02-08"),
    ("Asia/Shanghai", "2025-09-24"),
    ("Asia/Shanghai", "1986-04-28"),
    ("Asia/Shanghai", "1991-09-05"),
    ("Europe/Berlin", "2026-03-20"),
    ("Europe/Berlin", "2026-10-15"),
    ("America/New_York", "2026-03-01"),
    ("America/New_York", "2026-10-24"),
    ("Australia/Lord_Howe", "2026-03-27"),
    ("Australia/Lord_Howe", "2026-09-25"),
    ("Asia/Kathmandu", "2024-02-18"),
    ("Africa/Casablanca", "2026-02-07"),
    ("Pacific/Apia", "2011-12-20"),
]
WINDOWS = [
    [["09:00", "18:00"]],
    [["09:00", "12:00"], ["13:30", "18:00"]],
    [["00:00", "24:00"]],
    [["01:30", "03:15"], ["22:00", "24:00"]],
    [["08:00", "10:00"], ["10:00", "11:00"], ["19:45", "20:00"]],
]


@dataclass
class World:
    """A calendar over some weeks, and which of its minutes are open, found minute by minute."""

    definition: dict[str, Any]
    begin: datetime
    open: bytes


@dataclass
class Case:
    """A clock: start, targets by segment, pauses; all in minutes after `begin`."""

    worlds: list[World]  # calendars of the segments, same zone and days
    segments: list[tuple[int, int, int]]  # (from minute, world, target minutes)
    pauses: list[tuple[int, int | None]]


def _world(zone: str, first: str, windows: list[list[str]], rng: random.Random, *, weekends: bool) -> World:
    days: dict[str, Any] = {}
    day = datetime.fromisoformat(first)
    for offset in range(SPAN_DAYS):
        if rng.random() < 0.12:
            days[(day + timedelta(days=offset)).date().isoformat()] = {"windows": [], "name": "假日"}
        elif rng.random() < 0.12:
            days[(day + timedelta(days=offset)).date().isoformat()] = {"windows": windows, "name": "调休"}
    weekly = {d: windows for d in (DAYS if weekends else DAYS[:5])}
    definition = {"zone": zone, "weekly": weekly, "days": days}
    begin = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return World(definition, begin, _look_at_every_minute(definition, begin))


def _look_at_every_minute(definition: dict[str, Any], begin: datetime) -> bytes:
    zone = ZoneInfo(definition["zone"])
    minute = timedelta(minutes=1)
    found = bytearray()
    at = begin
    for _ in range(SPAN_DAYS * 1440):
        local = at.astimezone(zone)
        entry = definition["days"].get(local.date().isoformat())
        windows = entry["windows"] if entry else definition["weekly"].get(DAYS[local.weekday()], [])
        clock = f"{local.hour:02d}:{local.minute:02d}"
        found.append(any(a <= clock < b for a, b in windows))
        at += minute
    return bytes(found)


def _worlds(rng: random.Random) -> list[list[World]]:
    return [[_world(zone, first, windows, rng, weekends=rng.random() < 0.3) for windows in WINDOWS] for zone, first in PLACES]


def _case(rng: random.Random, groups: list[list[World]]) -> Case:
    worlds = rng.choice(groups)
    start = rng.choice([rng.randrange(0, 14 * 1440), 60 * rng.randrange(0, 14 * 24)])
    segments = [
        (
            start,
            rng.randrange(len(worlds)),
            rng.choice([1, 15, 60, 180, 240, 480, 540, rng.randrange(1, 3000)]),
        )
    ]
    if rng.random() < 0.3:
        segments.append((start + rng.randrange(1, 4000), rng.randrange(len(worlds)), rng.randrange(1, 3000)))
    pauses: list[tuple[int, int | None]] = []
    for _ in range(rng.choice([0, 0, 1, 2, 3])):
        begin = start + rng.randrange(-200, 5000)
        pauses.append((begin, begin + rng.choice([30, 240, 1440, rng.randrange(1, 6000)])))
    return Case(worlds, segments, pauses)


def oracle(case: Case) -> int | None:
    """The minute at which the accumulated minutes reach the last target, counted one by one; None beyond the horizon."""
    target = case.segments[-1][2]
    done = 0
    minute = case.segments[0][0]
    for index, (begin, world, _) in enumerate(case.segments):
        finish = case.segments[index + 1][0] if index + 1 < len(case.segments) else SPAN_DAYS * 1440
        opened = case.worlds[world].open
        for minute in range(begin, finish):
            if minute >= len(opened):
                return None
            if opened[minute] and not any(a <= minute < (b if b is not None else 10**9) for a, b in case.pauses):
                done += 1
                if done == target:
                    return minute + 1
    return None


def engine(case: Case) -> int | None:
    """Our clock's answer for the same case, as minutes after the beginning."""
    return _minute(case, _clock(case, compiled).due_at())


Make = Callable[[World], Compiled]
_made: dict[int, tuple[World, Compiled]] = {}  # the world is kept too: an id is only unique while its owner lives


def compiled(world: World) -> Compiled:
    key = id(world)
    if key not in _made:
        _made[key] = (world, compile_calendar(world.definition))
    return _made[key][1]


def _clock(case: Case, make: Make) -> Clock:
    begin = case.worlds[0].begin
    segments = [Segment(begin + timedelta(minutes=m), make(case.worlds[w]), t * 60) for m, w, t in case.segments]
    pauses = [
        Pause(begin + timedelta(minutes=a), None if b is None else begin + timedelta(minutes=b), "customer") for a, b in case.pauses
    ]
    return Clock(segments, pauses)


def _minute(case: Case, at: datetime | None) -> int | None:
    if at is None:
        return None
    found = round((at - case.worlds[0].begin).total_seconds() / 60)
    return found if found <= SPAN_DAYS * 1440 else None


@lru_cache(maxsize=4)
def cases(seed: int, count: int) -> list[Case]:
    rng = random.Random(seed)
    groups = _worlds(rng)
    return [_case(rng, groups) for _ in range(count)]


def test_ten_thousand_clocks_agree_with_the_oracle() -> None:
    wrong = []
    beyond = 0
    for case in cases(20260301, CASES):
        expected = oracle(case)
        if expected is None:
            beyond += 1
            continue
        found = engine(case)
        if found != expected:
            wrong.append((case.segments, case.pauses, case.worlds[0].definition["zone"], expected, found))
    assert wrong[:3] == []
    assert beyond < CASES * 0.25, "the horizon hides too many cases"


def test_explanations_sum_to_the_elapsed_time() -> None:
    for case in cases(7, 300):
        clock = _clock(case, compiled)
        until = case.worlds[0].begin + timedelta(minutes=case.segments[0][0] + 4000)
        spans = clock.explain(until)
        assert sum(round((s.end - s.start).total_seconds()) for s in spans if s.counted) == clock.elapsed(until)
        assert spans[0].start == case.worlds[0].begin + timedelta(minutes=case.segments[0][0])
        assert spans[-1].end == until
        assert all(a.end == b.start for a, b in pairwise(spans))


def _without_make_up(world: World) -> Compiled:
    kept = {d: e for d, e in world.definition["days"].items() if not e["windows"]}
    return compile_calendar({**world.definition, "days": kept})


def _without_second_window(world: World) -> Compiled:
    weekly = {d: w[:1] for d, w in world.definition["weekly"].items()}
    days = {d: {**e, "windows": e["windows"][:1]} for d, e in world.definition["days"].items()}
    return compile_calendar({**world.definition, "weekly": weekly, "days": days})


def _naive_zone(world: World) -> Compiled:
    hours = round((world.begin.replace(tzinfo=None) - _local(world)).total_seconds() / 3600)
    return compile_calendar({**world.definition, "zone": f"Etc/GMT{hours:+d}" if hours else "Etc/UTC"})


def _local(world: World) -> datetime:
    return world.begin.astimezone(ZoneInfo(world.definition["zone"])).replace(tzinfo=None)


def _pause_as_wall_time(case: Case) -> int | None:
    free = Case(case.worlds, case.segments[-1:], [])
    due = engine(free)
    return None if due is None else due + sum((b or 0) - a for a, b in case.pauses)


def _closing_edge(case: Case) -> int | None:
    due = _clock(case, compiled).due_at()
    calendar = compiled(case.worlds[case.segments[-1][1]])
    return None if due is None else _minute(case, arithmetic.next_open(calendar, due))


BUGS: dict[str, Callable[[Case], int | None]] = {
    "make-up workdays ignored": lambda c: _minute(c, _clock(c, _without_make_up).due_at()),
    "second window lost": lambda c: _minute(c, _clock(c, _without_second_window).due_at()),
    "pause counted as wall time, weekends and all": _pause_as_wall_time,
    "daylight saving ignored": lambda c: _minute(c, _clock(c, _naive_zone).due_at()),
    "budget used up at closing moved to the next opening": _closing_edge,
}


@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_are_caught(bug: str) -> None:
    caught = 0
    for case in cases(99, 150):
        expected = oracle(case)
        if expected is None:
            continue
        try:
            caught += BUGS[bug](case) != expected
        except (ValueError, arithmetic.NeverOpen):
            caught += 1
    assert caught > 0
