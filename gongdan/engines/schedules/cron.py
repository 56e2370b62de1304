"""Cron expressions: minute hour day month weekday, and the names @hourly, @daily, @weekly, @monthly, @yearly.

Lists, ranges, steps, names; ranges of months and weekdays may wrap (sat-mon), weekday 7 is Sunday, L is the month's last day, 15W
the working day (Monday to Friday) nearest to the 15th within its month, fri#2 the second Friday. Day and weekday both given: either
is enough (POSIX), with `both` or with # both must hold. Wall times; the zone comes in `next_run`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gongdan.engines.schedules.wrong import Wrong
from gongdan.engines.schedules.zones import next_instant

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
NAMES = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *"}
LAST = 32  # the month's last day, in a range of days
FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
FAR_YEARS = 50  # an expression that names no day for so long never does (29 February on a Monday: 40 years)
Span = tuple[int, int, int]  # first, last, step


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[Span, ...]
    near: tuple[int, ...]  # 15W
    months: frozenset[int]
    weekdays: frozenset[int]  # Sunday is 0
    nth: frozenset[tuple[int, int]]  # (weekday, which)
    any_day: bool
    any_weekday: bool
    every_hour: bool
    both: bool


def parse(text: str, *, both: bool = False) -> Cron:
    """An expression → Cron. Raises Wrong, naming the field and the remedy."""
    fields = NAMES.get(text.strip().lower(), text).lower().split()
    if len(fields) != len(FIELDS):
        raise Wrong("cron", "cron_fields", found=len(fields))
    minute, hour, day, month, weekday = fields
    plain = [item for item in weekday.split(",") if "#" not in item]
    nth = frozenset(pair for item in weekday.split(",") if "#" in item for pair in _nth(item))
    near = tuple(_number(2, item.removesuffix("w"), item) for item in day.split(",") if item.endswith("w"))
    found = Cron(
        minutes=_numbers(0, minute),
        hours=_numbers(1, hour),
        days=tuple(_span(2, item) for item in day.split(",") if not item.endswith("w")),
        near=near,
        months=frozenset(_numbers(3, month)),
        weekdays=frozenset(n % 7 for item in plain if not nth or item != "*" for n in _expand(4, _span(4, item))),
        nth=nth,
        any_day=day == "*",
        any_weekday=weekday == "*",
        every_hour=hour.startswith("*"),
        both=both or bool(nth),
    )
    if next(times(found, datetime.combine(date(2000, 1, 1), time())), None) is None:
        raise Wrong("day", "cron_never")
    return found


def _numbers(field: int, text: str) -> tuple[int, ...]:
    return tuple(sorted({n for item in text.split(",") for n in _expand(field, _span(field, item))}))


def _span(field: int, item: str) -> Span:
    name, low, high = FIELDS[field]
    body, slash, step = item.partition("/")
    if slash and not (step.isascii() and step.isdigit() and int(step)):
        raise Wrong(name, "cron_step", found=item)
    first, dash, last = body.partition("-")
    if body == "*":
        span = (low, 6 if name == "weekday" else high)
    elif dash:
        span = (_number(field, first, item), _number(field, last, item))
    else:
        one = _number(field, first, item)
        span = (one, high if slash else one)
    if span[0] > span[1] and name not in ("month", "weekday"):
        raise Wrong(name, "cron_range", found=item)
    if name == "weekday" and span[0] == 7:
        span = (0, span[1] if dash else 0)
    return (*span, int(step) if slash else 1)


def _expand(field: int, span: Span) -> list[int]:
    """The numbers of a span. Months and weekdays go round: steps begin anew there, and Sunday has come as 7 already."""
    first, last, step = span
    _, low, high = FIELDS[field]
    if first <= last:
        return list(range(first, last + 1, step))
    return [*range(first, high + 1, step), *(n for n in range(low, last + 1, step) if n)]


def _number(field: int, text: str, item: str) -> int:
    name, low, high = FIELDS[field]
    names = {"month": MONTHS, "weekday": WEEKDAYS}.get(name, ())
    if text in names:
        return names.index(text) + low
    if name == "day" and text == "l":
        return LAST
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        more = f" / {names[0]}–{names[-1]}" if names else " / L / 15W" if name == "day" else ""
        raise Wrong(name, "cron_value", found=item, low=low, high=high, names=more)
    return int(text)


def _nth(item: str) -> list[tuple[int, int]]:
    days, _, which = item.partition("#")
    if which not in ("1", "2", "3", "4", "5"):
        raise Wrong("weekday", "cron_nth", found=item)
    return [(n % 7, int(which)) for n in _expand(4, _span(4, days))]


def matches(cron: Cron, day: date) -> bool:
    """Whether it runs on a date."""
    if day.month not in cron.months:
        return False
    weekday = day.isoweekday() % 7
    on_day = cron.any_day or _on_day(cron, day)
    on_weekday = weekday in cron.weekdays or (weekday, (day.day - 1) // 7 + 1) in cron.nth
    if cron.both or cron.any_day or cron.any_weekday:
        return on_day and on_weekday
    return on_day or on_weekday


def _on_day(cron: Cron, day: date) -> bool:
    last = monthrange(day.year, day.month)[1]
    for first, end, step in cron.days:
        begin = last if first == LAST else first
        if begin <= day.day <= (last if end == LAST else end) and (day.day - begin) % step == 0:
            return True
    return any(_nearest(day, min(number, last), last) == day.day for number in cron.near)


def _nearest(day: date, number: int, last: int) -> int:
    """The working day nearest to a day of the month, within the month."""
    weekday = day.replace(day=number).weekday()
    if weekday == 5:
        return number - 1 if number > 1 else number + 2
    if weekday == 6:
        return number + 1 if number < last else number - 2
    return number


def times(cron: Cron, start: datetime) -> Iterator[datetime]:
    """Wall times from `start` on (it included), in order; ends where nothing follows for fifty years."""
    day, quiet = start.date(), start.year + FAR_YEARS
    while day.year <= quiet and day < date.max:
        if matches(cron, day):
            quiet = day.year + FAR_YEARS
            for hour in cron.hours:
                for minute in cron.minutes:
                    at = datetime.combine(day, time(hour, minute))
                    if at >= start:
                        yield at
        if day.month in cron.months:
            day += timedelta(days=1)
        else:
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1) if day.year < date.max.year else date.max


def following(cron: Cron, after: datetime) -> datetime | None:
    """The first wall time later than `after`."""
    return next((at for at in times(cron, after) if at > after), None)


def preceding(cron: Cron, before: datetime, *, included: bool = False) -> datetime | None:
    """The last wall time earlier than `before` (or at it, when `included`)."""
    day = before.date()
    least = day.year - FAR_YEARS
    while day.year >= least and day > date.min:
        if matches(cron, day):
            for hour in reversed(cron.hours):
                for minute in reversed(cron.minutes):
                    at = datetime.combine(day, time(hour, minute))
                    if at < before or (included and at == before):
                        return at
        day -= timedelta(days=1)
    return None


def next_run(cron: Cron, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant (UTC) later than `after` at which it runs in a zone; see `zones` for skipped and repeated wall times.

    What runs every hour (hour *) runs in both passes of a repeated hour, what names its hours runs once.
    """
    return next_instant(lambda wall: times(cron, wall), after, zone, both=cron.every_hour)
