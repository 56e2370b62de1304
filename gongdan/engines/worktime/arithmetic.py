"""Arithmetic on a compiled calendar. Instants are aware; results are UTC, to the second.

`add` gives the earliest instant at which the working time since `start` reaches the amount: a budget used up exactly at
closing time is due at closing time, a start outside the windows counts from the next opening, and so does no amount at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gongdan.engines.worktime.calendar import YEARS, Compiled, from_seconds, seconds, span_index

FAR_YEARS = 60  # a calendar without working time for so long never opens again


class NeverOpen(Exception):
    """The calendar has no more working time in that direction."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that counted or did not; reason: counted, night, break, weekend, or a holiday's name."""

    start: datetime
    end: datetime
    counted: bool
    reason: str


def add(calendar: Compiled, start: datetime, amount: int) -> datetime:
    """The instant `amount` working seconds after `start`. Raises NeverOpen, ValueError for a negative amount."""
    if amount < 0:
        raise ValueError("a negative amount: use subtract")
    if amount == 0:
        return next_open(calendar, start)
    at = seconds(start)
    number = calendar.local_year(start)
    for offset in range(FAR_YEARS):
        year = calendar.year(number + offset)
        done = _before(calendar, number + offset, at) if offset == 0 else 0
        left = year.total - done
        if amount <= left:
            return from_seconds(_nth_second(calendar, number + offset, done + amount))
        amount -= left
    raise NeverOpen


def _before(calendar: Compiled, number: int, at: int) -> int:
    """Working seconds of a year before the second `at`."""
    year = calendar.year(number)
    index = span_index(year, at)
    if index < 0:
        return 0
    return year.before[index] + min(at, year.ends[index]) - year.starts[index]


def _nth_second(calendar: Compiled, number: int, amount: int) -> int:
    """Where a year's accumulated working time first reaches `amount` (> 0)."""
    year = calendar.year(number)
    low, high = 0, len(year.before)
    while low < high:  # the last span with less than `amount` before it
        middle = (low + high) // 2
        if year.before[middle] < amount:
            low = middle + 1
        else:
            high = middle
    index = low - 1
    return year.starts[index] + amount - year.before[index]


def subtract(calendar: Compiled, end: datetime, amount: int) -> datetime:
    """The latest instant from which `amount` working seconds lead to `end`. Raises NeverOpen, ValueError."""
    if amount < 0:
        raise ValueError("a negative amount: use add")
    if amount == 0:
        return last_open(calendar, end)
    number = calendar.local_year(end)
    done = _before(calendar, number, seconds(end))
    for offset in range(FAR_YEARS):
        if amount <= done:
            return from_seconds(_nth_start(calendar, number - offset, done - amount))
        amount -= done
        done = calendar.year(number - offset - 1).total
    raise NeverOpen


def _nth_start(calendar: Compiled, number: int, amount: int) -> int:
    """The last second at which a year's accumulated working time is still `amount`: the opening, not the closing before it."""
    year = calendar.year(number)
    low, high = 0, len(year.before)
    while low < high:  # the last span with `amount` or less before it
        middle = (low + high) // 2
        if year.before[middle] <= amount:
            low = middle + 1
        else:
            high = middle
    index = low - 1
    return year.starts[index] + amount - year.before[index]


def between(calendar: Compiled, start: datetime, end: datetime) -> int:
    """Working seconds from `start` to `end`; 0 when `end` is earlier."""
    if end <= start:
        return 0
    first, last = calendar.local_year(start), calendar.local_year(end)
    total = sum(calendar.year(n).total for n in range(first, last))
    return total - _before(calendar, first, seconds(start)) + _before(calendar, last, seconds(end))


def is_open(calendar: Compiled, at: datetime) -> bool:
    """Whether the instant lies inside working time (opening included, closing not)."""
    year = calendar.year(calendar.local_year(at))
    moment = seconds(at)
    index = span_index(year, moment)
    return index >= 0 and moment < year.ends[index]


def next_open(calendar: Compiled, at: datetime) -> datetime:
    """The instant itself when open, else the next opening. Raises NeverOpen."""
    if is_open(calendar, at):
        return at.astimezone(UTC)
    number, moment = calendar.local_year(at), seconds(at)
    for offset in range(FAR_YEARS):
        year = calendar.year(number + offset)
        index = span_index(year, moment) + 1 if offset == 0 else 0
        if index < len(year.starts):
            return from_seconds(year.starts[index])
    raise NeverOpen


def last_open(calendar: Compiled, at: datetime) -> datetime:
    """The instant itself when open (or just closing), else the last closing before it. Raises NeverOpen."""
    number, moment = calendar.local_year(at), seconds(at)
    for offset in range(FAR_YEARS):
        year = calendar.year(number - offset)
        index = span_index(year, moment) if offset == 0 else len(year.starts) - 1
        if index >= 0:
            return from_seconds(min(moment, year.ends[index]))
    raise NeverOpen


def add_days(calendar: Compiled, start: datetime, days: int) -> datetime:
    """The same local time `days` working days later (earlier when negative); from the next opening (last closing) when shut."""
    at = next_open(calendar, start) if days >= 0 else last_open(calendar, start)
    local = at.astimezone(calendar.zone)
    step, left, day = (1 if days >= 0 else -1), abs(days), local.date()
    for _ in range(FAR_YEARS * 366):
        if left == 0:
            return datetime.combine(day, local.timetz().replace(tzinfo=None), calendar.zone).astimezone(UTC)
        if day.year not in YEARS:
            break
        day += timedelta(days=step)
        left -= calendar.is_workday(day)
    raise NeverOpen


def working_spans(calendar: Compiled, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working spans inside [start, end), in order."""
    low, high = seconds(start), seconds(end)
    for number in range(calendar.local_year(start), calendar.local_year(end) + 1):
        year = calendar.year(number)
        index = max(span_index(year, low), 0)
        while index < len(year.starts) and year.starts[index] < high:
            a, b = max(year.starts[index], low), min(year.ends[index], high)
            if a < b:
                yield from_seconds(a), from_seconds(b)
            index += 1


def spans(calendar: Compiled, start: datetime, end: datetime) -> list[Span]:
    """[start, end) cut into counted and uncounted stretches without a gap, each with its reason."""
    found: list[Span] = []
    position = from_seconds(seconds(start))
    until = from_seconds(seconds(end))
    for a, b in working_spans(calendar, start, end):
        if position < a:
            found += _closed(calendar, position, a)
        found.append(Span(a, b, True, "counted"))
        position = b
    if position < until:
        found += _closed(calendar, position, until)
    return found


def _closed(calendar: Compiled, start: datetime, end: datetime) -> list[Span]:
    """Time outside the windows, one stretch per reason."""
    found: list[Span] = []
    position = start
    while position < end:
        local = position.astimezone(calendar.zone)
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        stop = min(max(midnight.astimezone(UTC), position + timedelta(seconds=1)), end)
        reason = _reason(calendar, local)
        if found and found[-1].reason == reason:
            found[-1] = Span(found[-1].start, stop, False, reason)
        else:
            found.append(Span(position, stop, False, reason))
        position = stop
    return found


def _reason(calendar: Compiled, local: datetime) -> str:
    day = calendar.days.get(local.date())
    windows = calendar.windows(local.date())
    if not windows:
        return (day.name or "holiday") if day is not None else "weekend"
    minute = local.hour * 60 + local.minute
    return "break" if windows[0][1] <= minute < windows[-1][0] else "night"
