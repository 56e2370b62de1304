"""What a changed calendar would change: the working hours of a month and the deadlines of sample instants. Nothing is written."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from gongdan.calendars import actions
from gongdan.engines.worktime import arithmetic
from gongdan.engines.worktime.calendar import Compiled, compile_calendar
from gongdan.kernel.access import require
from gongdan.kernel.errors import Invalid, NotFound
from gongdan.kernel.work import Work


class PreviewDay(msgspec.Struct, frozen=True):
    """A local day: working seconds before and after (before null: there was no calendar), and what the day is called now."""

    date: date
    before_seconds: int | None
    after_seconds: int
    name: str
    changed: bool


class PreviewDeadline(msgspec.Struct, frozen=True):
    """When `minutes` of working time from `start` are over, before and after; null: never."""

    start: datetime
    minutes: int
    before: datetime | None
    after: datetime | None
    changed: bool


class CalendarPreviewOut(msgspec.Struct, frozen=True):
    """The month and the samples, before and after."""

    days: list[PreviewDay]
    before_seconds: int | None
    after_seconds: int
    deadlines: list[PreviewDeadline]


def preview(
    work: Work, key: str | None, definition: dict[str, Any], month: str, starts: list[datetime], minutes: list[int]
) -> CalendarPreviewOut:
    """`definition` against calendar `key` as it is now (null: against nothing). Raises Invalid, NotFound."""
    require(work.actor, "calendar.edit")
    actions.check(definition)
    after = compile_calendar(definition)
    before = _now(work, key) if key is not None else None
    days = [_day(day, before, after) for day in _days_of(month)]
    return CalendarPreviewOut(
        days=days,
        before_seconds=sum(d.before_seconds or 0 for d in days) if before is not None else None,
        after_seconds=sum(d.after_seconds for d in days),
        deadlines=[_deadline(s.astimezone(UTC), m, before, after) for s in starts for m in minutes],
    )


def _now(work: Work, key: str) -> Compiled:
    row = work.one("select definition from calendars_calendar where key = %s", [key])
    if row is None:
        raise NotFound("not_found", field="key")
    return compile_calendar(msgspec.json.decode(row[0]))


def _days_of(month: str) -> list[date]:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Invalid("month_wrong", field="month") from None
    return [first + timedelta(days=n) for n in range(monthrange(first.year, first.month)[1])]


def _worked(calendar: Compiled, day: date) -> int:
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=calendar.zone) for d in (day, day + timedelta(days=1)))
    return arithmetic.between(calendar, begin, end)


def _day(day: date, before: Compiled | None, after: Compiled) -> PreviewDay:
    was = _worked(before, day) if before is not None else None
    now = _worked(after, day)
    entry = after.days.get(day)
    changed = before is None or (before.windows(day), was) != (after.windows(day), now)
    return PreviewDay(day, was, now, entry.name if entry is not None else "", changed)


def _deadline(start: datetime, minutes: int, before: Compiled | None, after: Compiled) -> PreviewDeadline:
    was = _due(before, start, minutes) if before is not None else None
    now = _due(after, start, minutes)
    return PreviewDeadline(start, minutes, was, now, was != now)


def _due(calendar: Compiled, start: datetime, minutes: int) -> datetime | None:
    try:
        return arithmetic.add(calendar, start, minutes * 60)
    except arithmetic.NeverOpen:
        return None
