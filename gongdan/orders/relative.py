"""Days that stay relative: "today", "today+1d", "week", "month-1mo", "now-4h" in filters, resolved when a list is read. Pure.

A saved view "due today" means every day's today, in the zone of whoever looks. `week` is this Monday 0:00, `month` the first of
this month. The sign may arrive as a space, because that is what an unescaped plus in an address is.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PATTERN = re.compile(r"(now|today|week|month)(?:([+\- ])(\d{1,4})(h|d|w|mo))?")
STEPS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment(text: str, at: datetime, zone: str) -> datetime | None:
    """The instant that `text` means at `at` for somebody in `zone`; None when it is not a relative one."""
    found = PATTERN.fullmatch(text)
    if found is None:
        return None
    base, sign, count, unit = found.groups()
    local = at.astimezone(ZoneInfo(zone))
    if base == "now":
        begin = local
    else:
        begin = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        begin -= timedelta(days=begin.weekday() if base == "week" else begin.day - 1 if base == "month" else 0)
    if count is None:
        return begin
    steps = -int(count) if sign == "-" else int(count)
    if unit == "mo":
        months = begin.year * 12 + begin.month - 1 + steps
        return begin.replace(year=months // 12, month=months % 12 + 1, day=min(begin.day, 28) if base == "now" else 1)
    if unit == "h":
        return (begin.astimezone(ZoneInfo("UTC")) + steps * STEPS[unit]).astimezone(ZoneInfo(zone))
    return begin + steps * STEPS[unit]


def day(text: str, at: datetime, zone: str) -> date | None:
    """The day that `text` means, for fields that hold days."""
    found = moment(text, at, zone)
    return None if found is None else found.date()


def settled(name: str, value: str, at: datetime, zone: str) -> str:
    """A filter's value with relative days replaced; others as they are."""
    if name.startswith("field."):
        low, dots, high = value.partition("..")
        if not dots:
            return value
        return "..".join(d.isoformat() if (d := day(end, at, zone)) else end for end in (low, high))
    if not name.endswith(("_from", "_to", "_before")):
        return value
    found = moment(value, at, zone)
    return value if found is None else found.isoformat()
