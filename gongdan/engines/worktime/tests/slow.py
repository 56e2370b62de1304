"""R09: a slow reference for working time that shares nothing with the engine but the definition of a calendar.

It asks the local clock for every minute whether it is open, writes a 0 or 1 for each, and counts. Cases are drawn by chance; a
unit is a minute (many cases) or a second (fewer, over five days).
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from gongdan.engines.worktime import arithmetic
from gongdan.engines.worktime import calendar as engine_calendar
from gongdan.engines.worktime import clock as engine_clock
from gongdan.engines.worktime.calendar import DAYS, Compiled
from gongdan.engines.worktime.clock import Pause, Segment

SPAN_DAYS = 26
SECOND_DAYS = 5  # the horizon of cases counted by the second
# (zone, first local day): edges of daylight saving, half-hour shifts, skipped and leap days, year ends, make-up workdays
PLACES = [
    ("Asia/Shanghai", "2026-02-08"),
    ("Asia/Shanghai", "2025-09-24"),
    ("Asia/Shanghai", "1986-04-28"),
    ("Asia/Shanghai", "1988-04-14"),
    ("Asia/Shanghai", "1991-09-05"),
    ("Europe/Berlin", "2026-03-20"),
    ("Europe/Berlin", "2026-10-15"),
    ("America/New_York", "2026-03-01"),
    ("America/New_York", "2026-10-24"),
    ("Australia/Lord_Howe", "2026-03-27"),
    ("Australia/Lord_Howe", "2026-09-25"),
    ("Asia/Kathmandu", "2024-02-18"),
    ("Asia/Kathmandu", "1985-12-20"),
    ("Africa/Casablanca", "2026-02-07"),
    ("Africa/Casablanca", "2026-03-14"),
    ("Pacific/Apia", "2011-12-20"),
]
DAY = [["09:00", "18:00"]]
SHIFTS = [["09:00", "12:00"], ["13:30", "18:00"]]
NIGHT = [["00:00", "06:00"], ["22:00", "24:00"]]  # a night shift over midnight is two windows, see the test of tables
WINDOWS = [
    DAY,
    SHIFTS,
    [["00:00", "24:00"]],
    [["01:30", "03:15"], ["22:00", "24:00"]],
    [["08:00", "10:00"], ["10:00", "11:00"], ["19:45", "20:00"]],
    NIGHT,
]


@dataclass
class World:
    """A calendar over some weeks, which of its minutes are open, and how many were before each."""

    definition: dict[str, Any]
    begin: datetime
    open: bytes
    before: list[int]


@dataclass
class Case:
    """A clock: segments and pauses in units after `begin`; unit 60 (minutes) or 1 (seconds)."""

    worlds: list[World]  # of one zone and first day; a segment names one
    unit: int
    segments: list[tuple[int, int, int]]  # (from, world, target)
    pauses: list[tuple[int, int | None]]
    looks: list[int]  # instants at which elapsed time and spans are compared

    @property
    def horizon(self) -> int:
        return SPAN_DAYS * 1440 if self.unit == 60 else SECOND_DAYS * 86_400

    def at(self, position: int) -> datetime:
        return self.worlds[0].begin + timedelta(seconds=position * self.unit)


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
    found = look_at_every_minute(definition, begin)
    return World(definition, begin, found, [0, *accumulate(found)])


def look_at_every_minute(definition: dict[str, Any], begin: datetime) -> bytes:
    """One byte a minute: 1 when the local clock shows a minute inside a window of its local date."""
    found = bytearray()
    for day, weekday, shown in _clock_face(definition["zone"], begin):
        entry = definition["days"].get(day)
        windows = entry["windows"] if entry else definition["weekly"].get(weekday, [])
        found.append(any(a <= shown < b for a, b in windows))
    return bytes(found)


@lru_cache(maxsize=1)
def _clock_face(zone: str, begin: datetime) -> list[tuple[str, str, str]]:
    """What calendar and clock on a wall there show, minute by minute: (date, day of the week, time)."""
    found = []
    at, minute, local_zone = begin, timedelta(minutes=1), ZoneInfo(zone)
    for _ in range(SPAN_DAYS * 1440):
        local = at.astimezone(local_zone)
        found.append((local.date().isoformat(), DAYS[local.weekday()], f"{local.hour:02d}:{local.minute:02d}"))
        at += minute
    return found


@lru_cache(maxsize=1)
def worlds() -> list[list[World]]:
    """For every place, a calendar of each kind of windows."""
    rng = random.Random(9)
    return [[_world(zone, first, windows, rng, weekends=rng.random() < 0.3) for windows in WINDOWS] for zone, first in PLACES]


TARGETS = (1, 15, 60, 180, 240, 270, 450, 480, 540)  # those that end on a window's edge among them


def cases(seed: int, count: int, unit: int = 60) -> Iterator[Case]:
    """Random cases; the same seed draws the same ones."""
    rng = random.Random(seed)
    groups = worlds()
    scale = 60 // unit
    first = 14 * 1440 if unit == 60 else 2 * 86_400
    for _ in range(count):
        group = rng.choice(groups)
        kinds = len(group)
        start = rng.choice([rng.randrange(first), 60 * scale * rng.randrange(first // (60 * scale))])

        def target() -> int:
            return rng.choice([*(t * scale for t in TARGETS), rng.randrange(1, 3000 if unit == 60 else 60_000)])

        segments = [(start, rng.randrange(kinds), target())]
        while rng.random() < 0.35 and len(segments) < 4:
            segments.append((segments[-1][0] + rng.randrange(1, 3000 * scale), rng.randrange(kinds), target()))
        pauses: list[tuple[int, int | None]] = []
        for _ in range(rng.choice([0, 0, 1, 2, 3])):
            begin = start + rng.randrange(-200 * scale, 4000 * scale)
            lasting = rng.choice([30 * scale, 240 * scale, 1440 * scale, rng.randrange(1, 5000 * scale)])
            pauses.append((begin, None if rng.random() < 0.03 else begin + lasting))
        looks = [start + rng.randrange(1, 5000 * scale)]
        yield Case(group, unit, segments, pauses, looks)


def _raw(case: Case, world: int) -> bytes:
    opened = case.worlds[world].open
    return opened if case.unit == 60 else b"".join(b"\1" * 60 if o else bytes(60) for o in opened[: SECOND_DAYS * 1440])


def counted(case: Case) -> bytes:
    """One byte a unit: 1 when the clock counts it, by the calendar in force then, outside all pauses."""
    horizon = case.horizon
    found = bytearray(horizon)
    for index, (begin, world, _) in enumerate(case.segments):
        finish = case.segments[index + 1][0] if index + 1 < len(case.segments) else horizon
        if begin < horizon:
            found[begin : min(finish, horizon)] = _raw(case, world)[begin : min(finish, horizon)]
    for begin, end in case.pauses:
        low = min(max(begin, 0), horizon)
        high = max(low, min(horizon if end is None else end, horizon))
        found[low:high] = bytes(high - low)
    return bytes(found)


def expected(case: Case) -> tuple[int | None, list[int], bytes]:
    """(when the count reaches the last target or None beyond the horizon, the count at each look, what counted)."""
    mask = counted(case)
    counts = [0, *accumulate(mask)]
    target = case.segments[-1][2]
    due = bisect_left(counts, target) if counts[-1] >= target else None
    return due, [counts[min(look, case.horizon)] for look in case.looks], mask


class Engine:
    """The engine's answers to cases. Calendars are compiled afresh for each, so that a planted bug is at work in them."""

    def __init__(self) -> None:
        self._compiled: dict[int, Compiled] = {}  # by id: the worlds live as long as the process

    def calendar(self, world: World) -> Compiled:
        if id(world) not in self._compiled:
            self._compiled[id(world)] = engine_calendar.compile_calendar(world.definition)
        return self._compiled[id(world)]

    def clock(self, case: Case) -> engine_clock.Clock:
        segments = [Segment(case.at(m), self.calendar(case.worlds[w]), t * case.unit) for m, w, t in case.segments]
        pauses = [Pause(case.at(a), None if b is None else case.at(b), "customer") for a, b in case.pauses]
        return engine_clock.Clock(segments, pauses)

    def difference(self, case: Case) -> str | None:
        """What the engine says otherwise of the clock, in words; None when all agrees. The due instant, elapsed time, spans."""
        due, counts, mask = expected(case)
        clock = self.clock(case)
        try:
            said = clock.due_at()
        except arithmetic.NeverOpen:
            said = None
        position = None if said is None else (said - case.worlds[0].begin) / timedelta(seconds=case.unit)
        if due is None and position is not None and position < case.horizon:
            return f"due at {position}, not before {case.horizon}"
        if due is not None and position != due:
            return f"due at {position}, not {due}"
        for look, count in zip(case.looks, counts, strict=True):
            if look > case.horizon:
                continue
            until = case.at(look)
            if clock.elapsed(until) != count * case.unit:
                return f"elapsed {clock.elapsed(until)} at {look}, not {count * case.unit}"
            if _shown(clock.explain(until), case, look) != mask[:look]:
                return f"spans until {look}"
        return None


def _shown(spans: list[arithmetic.Span], case: Case, look: int) -> bytes | None:
    """Spans written out again unit by unit; None when they leave a gap or do not reach from start to end."""
    position = case.segments[0][0]
    found = bytearray(position)
    for span in spans:
        low, high = ((i - case.worlds[0].begin) // timedelta(seconds=case.unit) for i in (span.start, span.end))
        if low != position or span.counted != (span.reason == "counted"):
            return None
        found += (b"\1" if span.counted else b"\0") * (high - low)
        position = high
    return bytes(found) if position == max(look, case.segments[0][0]) else None


def arithmetic_difference(engine: Engine, case: Case) -> str | None:
    """The same for arithmetic on one calendar: add, subtract, between, is_open, next_open. Minutes only."""
    start, index, amount = case.segments[0]
    world, end = case.worlds[index], case.looks[0]
    calendar, before, at = engine.calendar(world), world.before, case.at
    if end >= case.horizon:
        return None
    worked = before[end] - before[start]
    if arithmetic.between(calendar, at(start), at(end)) != worked * 60:
        return f"between {start} and {end} is not {worked}"
    if arithmetic.is_open(calendar, at(start)) != bool(world.open[start]):
        return f"open at {start}"
    due = bisect_left(before, before[start] + amount)
    if due < len(before) and arithmetic.add(calendar, at(start), amount * 60) != at(due):
        return f"{amount} after {start} is not {due}"
    opening = world.open.find(1, start)
    if opening >= 0 and arithmetic.next_open(calendar, at(start)) != at(opening):
        return f"after {start} it opens at {opening}"
    if worked > amount:
        begun = world.open.find(1, bisect_left(before, before[end] - amount))
        if arithmetic.subtract(calendar, at(end), amount * 60) != at(begun):
            return f"{amount} before {end} is not {begun}"
    return None
