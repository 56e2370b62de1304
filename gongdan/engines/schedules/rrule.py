"""Recurrence rules: DTSTART, RRULE, RDATE and EXDATE of RFC 5545, and BYEASTER (days from Easter Sunday) as python-dateutil has it.

Recurrences are wall times; a zone (DTSTART;TZID=…, else the caller's) turns them into instants, see `zones`. Seeking starts at the
period asked for, not at DTSTART, unless COUNT makes every occurrence count. A rule that names nothing for `FAR_YEARS` is over.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from heapq import merge
from itertools import product
from zoneinfo import ZoneInfo

from gongdan.engines.schedules.zones import next_instant

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FAR_YEARS = 120
MOST_STEPS = 60_000  # periods looked at without an occurrence: more, and there is none
UNITS = {"HOURLY": 3_600, "MINUTELY": 60, "SECONDLY": 1}


@dataclass(frozen=True, slots=True)
class Rule:
    """One RRULE with what it takes from its start filled in; an empty tuple does not limit."""

    freq: str
    start: datetime
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    nth: tuple[tuple[int, int], ...] = ()  # (weekday, which in its month or year)
    easter: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A start, its rules, dates added and dates left out; wall times. Zone: that of DTSTART, if it names one."""

    start: datetime
    zone: ZoneInfo | None
    rules: tuple[Rule, ...]
    added: tuple[datetime, ...]
    left_out: frozenset[datetime]


def on_day(rule: Rule, day: date) -> bool:
    """Whether a rule's limits let a date pass."""
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not {day.day, day.day - monthrange(day.year, day.month)[1] - 1} & set(rule.month_days):
        return False
    if (rule.weekdays or rule.nth) and day.weekday() not in rule.weekdays and not _is_nth(rule, day):
        return False
    if rule.year_days:
        number = day.timetuple().tm_yday
        if not {number, number - _length(day.year) - 1} & set(rule.year_days):
            return False
    if rule.weeks and not set(_week(day, rule.week_start)) & set(rule.weeks):
        return False
    return not rule.easter or (day - easter(day.year)).days in rule.easter


def _length(year: int) -> int:
    return 366 if monthrange(year, 2)[1] == 29 else 365


def _is_nth(rule: Rule, day: date) -> bool:
    """Counted in the month, or in the year when a yearly rule names no months."""
    if rule.freq == "YEARLY" and not rule.months:
        index, size = day.timetuple().tm_yday, _length(day.year)
    else:
        index, size = day.day, monthrange(day.year, day.month)[1]
    return any(day.weekday() == weekday and n in ((index - 1) // 7 + 1, -((size - index) // 7 + 1)) for weekday, n in rule.nth)


@lru_cache(maxsize=1_000)
def _week_one(year: int, week_start: int) -> date:
    """The first day of a year's week 1: the first with four days of the year."""
    fourth = date(year, 1, 4)
    return fourth - timedelta(days=(fourth.weekday() - week_start) % 7)


def _week(day: date, week_start: int) -> tuple[int, int]:
    """The number of a day's week in its own year of weeks, from the front and from the back."""
    year = day.year
    if day < _week_one(year, week_start):
        year -= 1
    elif day >= _week_one(year + 1, week_start):
        year += 1
    first, after = _week_one(year, week_start), _week_one(year + 1, week_start)
    return (day - first).days // 7 + 1, (day - after).days // 7


@lru_cache(maxsize=1_000)
def easter(year: int) -> date:
    """Easter Sunday, Gregorian (the anonymous algorithm; Meeus, Astronomical Algorithms, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def _add_months(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _monday(rule: Rule, day: date) -> date:
    return day - timedelta(days=(day.weekday() - rule.week_start) % 7)


def _period(rule: Rule, number: int) -> list[date]:
    """The days of the period `number` intervals after the start's, before limits."""
    first = rule.start.date()
    step = number * rule.interval
    if rule.freq == "YEARLY":
        begin = date(first.year + step, 1, 1)
        size = _length(begin.year)
    elif rule.freq == "MONTHLY":
        begin = _add_months(first, step)
        size = monthrange(begin.year, begin.month)[1]
    elif rule.freq == "WEEKLY":
        begin, size = _monday(rule, first) + timedelta(weeks=step), 7
    else:
        begin, size = first + timedelta(days=step), 1
    return [begin + timedelta(days=n) for n in range(size)]


def _number_of(rule: Rule, at: datetime) -> int:
    """The period in which a wall time not before the start lies, or the one before."""
    first, day = rule.start.date(), at.date()
    passed = {
        "YEARLY": day.year - first.year,
        "MONTHLY": (day.year - first.year) * 12 + day.month - first.month,
        "WEEKLY": (day - _monday(rule, first)).days // 7,
    }.get(rule.freq, (day - first).days)
    return max(passed // rule.interval, 0)


def _positioned(rule: Rule, found: list[datetime]) -> list[datetime]:
    if not rule.positions:
        return found
    size = len(found)
    chosen = {n - 1 if n > 0 else size + n for n in rule.positions}
    return [found[index] for index in sorted(chosen) if 0 <= index < size]


def _by_days(rule: Rule, since: datetime) -> Iterator[datetime]:
    """Occurrences of a rule of days or longer, by periods."""
    clock = [time(*parts) for parts in product(rule.hours, rule.minutes, rule.seconds)]
    number = _number_of(rule, since)
    far = max(rule.start, since).year + FAR_YEARS
    while True:
        try:
            days = _period(rule, number)
        except (ValueError, OverflowError):  # the calendar of Python ends
            return
        if days[0].year > far:
            return
        found = _positioned(rule, [datetime.combine(day, at) for day in days if on_day(rule, day) for at in clock])
        number += 1
        far = days[0].year + FAR_YEARS if found else far
        yield from found


def _by_units(rule: Rule, since: datetime) -> Iterator[datetime]:
    """Occurrences of an hourly, minutely or secondly rule, by steps from its start; days and hours that fail are jumped over."""
    unit = UNITS[rule.freq] * rule.interval
    begin = rule.start - timedelta(seconds=(rule.start.minute * 60 + rule.start.second) % UNITS[rule.freq])
    number = max(int((since - begin).total_seconds()) // unit, 0)
    quiet, last = 0, max(rule.start, since).year + FAR_YEARS
    while quiet < MOST_STEPS:
        try:
            at = begin + timedelta(seconds=number * unit)
            skip = _skip(rule, at)
        except OverflowError:
            return
        if at.year > last:
            return
        if skip is not None:
            number, quiet = max(-(int((begin - skip).total_seconds()) // unit), number + 1), quiet + 1
            continue
        minutes = rule.minutes if rule.freq == "HOURLY" else (at.minute,)
        seconds = rule.seconds if rule.freq != "SECONDLY" else (at.second,)
        found = _positioned(rule, [at.replace(minute=m, second=s) for m in minutes for s in seconds])
        number, quiet = number + 1, 0 if found else quiet + 1
        last = at.year + FAR_YEARS if found else last
        yield from found


def _skip(rule: Rule, at: datetime) -> datetime | None:
    """When an instant fails the limits: the earliest wall time that may pass them again."""
    if not on_day(rule, at.date()):
        return datetime.combine(at.date(), time()) + timedelta(days=1)
    if rule.hours and at.hour not in rule.hours:
        return at.replace(minute=0, second=0) + timedelta(hours=1)
    if rule.freq != "HOURLY" and rule.minutes and at.minute not in rule.minutes:
        return at.replace(second=0) + timedelta(minutes=1)
    if rule.freq == "SECONDLY" and rule.seconds and at.second not in rule.seconds:
        return at + timedelta(seconds=1)
    return None


def _occurrences(rule: Rule, since: datetime) -> Iterator[datetime]:
    """A rule's wall times from `since` on (it included), in order."""
    seek = rule.start if rule.count is not None else max(rule.start, since)
    counted = 0
    walk: Callable[[Rule, datetime], Iterator[datetime]] = _by_units if rule.freq in UNITS else _by_days
    for at in walk(rule, seek):
        if at < rule.start:
            continue
        if rule.until is not None and at > rule.until:
            return
        counted += 1
        if at >= since:
            yield at
        if counted == rule.count:
            return


def times(recurrence: Recurrence, since: datetime) -> Iterator[datetime]:
    """Wall times from `since` on (it included), in order, each once."""
    previous: datetime | None = None
    added = [at for at in recurrence.added if at >= since]
    for at in merge(added, *(_occurrences(rule, since) for rule in recurrence.rules)):
        if at != previous and at not in recurrence.left_out:
            yield at
        previous = at


def next_at(recurrence: Recurrence, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant (UTC) later than `after`; `zone` holds when DTSTART names none. Skipped and repeated times: see `zones`."""
    return next_instant(lambda wall: times(recurrence, wall), after, recurrence.zone or zone)
