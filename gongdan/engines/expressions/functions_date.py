"""Functions on dates and instants. "Today" and "now" come from the context, in the person's zone."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gongdan.engines.expressions import values as v
from gongdan.engines.expressions.functions import define
from gongdan.engines.expressions.syntax import ExpressionError

if TYPE_CHECKING:
    from gongdan.engines.expressions.compiler import Context

MAX_DAYS = 400_000


def _days(n: Any) -> int:
    count = v.number(n)
    if count is None:
        return 0
    if abs(count) > MAX_DAYS:
        raise ExpressionError("number_range")
    return int(count)


def _shift(start: date, days: int) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        raise ExpressionError("number_range") from None


@define("TODAY", "今天", "Today", (0, 0), "date", context=True)
def _today(context: Context) -> date:
    return context.today


@define("NOW", "现在", "Now", (0, 0), "instant", context=True)
def _now(context: Context) -> datetime:
    return context.now


@define("DATE", "由年月日组成日期", "A date from year, month, day", (3, 3), "date", "number")
def _date(year: Any, month: Any, day: Any) -> date:
    y, m, d = (_days(x) for x in (year, month, day))
    months = y * 12 + m - 1
    if not 12 <= months < 9999 * 12:
        raise ExpressionError("number_range")
    return _shift(date(months // 12, months % 12 + 1, 1), d - 1)


def _part(context: Context, a: Any, name: str) -> Decimal | None:
    if a is None:
        return None
    found = v.moment(a)
    if isinstance(found, datetime):
        return Decimal(getattr(found.astimezone(ZoneInfo(context.zone)), name))
    return Decimal(getattr(found, name, 0))  # a date's hour is 0


@define("YEAR", "年", "The year", (1, 1), "number", context=True)
def _year(context: Context, a: Any) -> Decimal | None:
    return _part(context, a, "year")


@define("MONTH", "月", "The month", (1, 1), "number", context=True)
def _month(context: Context, a: Any) -> Decimal | None:
    return _part(context, a, "month")


@define("DAY", "日", "The day of the month", (1, 1), "number", context=True)
def _day(context: Context, a: Any) -> Decimal | None:
    return _part(context, a, "day")


@define("HOUR", "时", "The hour", (1, 1), "number", context=True)
def _hour(context: Context, a: Any) -> Decimal | None:
    return _part(context, a, "hour")


@define("WEEKDAY", "星期几（周一为 1）", "The day of the week, Monday is 1", (1, 1), "number", context=True)
def _weekday(context: Context, a: Any) -> Decimal | None:
    found = v.local_day(a, context.zone)
    return None if found is None else Decimal(found.isoweekday())


@define(
    "DATEADD",
    "日期加减：单位 d 天 w 周 m 月 y 年 h 时 n 分",
    "A date moved by days, weeks, months, years, hours, minutes",
    (3, 3),
    "any",
    context=True,
)
def _dateadd(context: Context, a: Any, n: Any, unit: Any) -> Any:
    if a is None or n is None:
        return None
    count, kind = _days(n), v.text(unit).lower()
    start = v.moment(a)
    if kind in ("h", "n"):
        at = start if isinstance(start, datetime) else datetime.combine(start, time(), ZoneInfo(context.zone))
        return at.astimezone(UTC) + timedelta(minutes=count * (60 if kind == "h" else 1))
    if kind not in ("d", "w", "m", "y"):
        raise ExpressionError("unexpected", found=kind)
    if not isinstance(start, datetime):
        return _days_later(start, count, kind)
    local = start.astimezone(ZoneInfo(context.zone))  # the same time of day as the person's clock shows it
    moved = datetime.combine(_days_later(local.date(), count, kind), local.time(), local.tzinfo)
    return moved.astimezone(UTC)


def _days_later(start: date, count: int, kind: str) -> date:
    if kind in ("d", "w"):
        return _shift(start, count * (7 if kind == "w" else 1))
    months = start.year * 12 + start.month - 1 + count * (12 if kind == "y" else 1)
    if not 12 <= months < 9999 * 12:
        raise ExpressionError("number_range")
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


@define("DATEDIF", "两日期之差：单位 d m y", "Whole days, months or years between two dates", (3, 3), "number", context=True)
def _datedif(context: Context, a: Any, b: Any, unit: Any) -> Decimal | None:
    start, end = v.local_day(a, context.zone), v.local_day(b, context.zone)
    if start is None or end is None:
        return None
    kind = v.text(unit).lower()
    if kind == "d":
        return Decimal((end - start).days)
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    if kind not in ("m", "y"):
        raise ExpressionError("unexpected", found=kind)
    return Decimal(months if kind == "m" else months // 12)


@define("DAYS", "相差天数", "Days from the second to the first", (2, 2), "number", context=True)
def _between(context: Context, end: Any, start: Any) -> Decimal | None:
    a, b = v.local_day(end, context.zone), v.local_day(start, context.zone)
    return None if a is None or b is None else Decimal((a - b).days)


@define("HOURS", "相差小时", "Hours from the second to the first", (2, 2), "number")
def _hours(end: Any, start: Any) -> Decimal | None:
    a, b = v.instant(end), v.instant(start)
    if a is None or b is None:
        return None
    return v.ARITHMETIC.divide(Decimal(int((a - b).total_seconds())), Decimal(3600))


@define("WORKDAY", "若干工作日之后", "The date so many working days later", (2, 2), "date", context=True)
def _workday(context: Context, a: Any, n: Any) -> date | None:
    start = v.local_day(a, context.zone)
    if start is None:
        return None
    if context.workdays is None:
        raise ExpressionError("no_calendar")
    count = _days(n)
    if abs(count) > 5_000:
        raise ExpressionError("number_range")
    step = 1 if count > 0 else -1
    while count:
        context.tick()
        start = _shift(start, step)
        if context.workdays.is_workday(start):
            count -= step
    return start


@define(
    "NETWORKDAYS",
    "工作日天数（含首尾）",
    "Working days between two dates, both included",
    (2, 2),
    "number",
    context=True,
)
def _networkdays(context: Context, a: Any, b: Any) -> Decimal | None:
    start, end = v.local_day(a, context.zone), v.local_day(b, context.zone)
    if start is None or end is None:
        return None
    if context.workdays is None:
        raise ExpressionError("no_calendar")
    sign = 1 if start <= end else -1
    low, high = min(start, end), max(start, end)
    if (high - low).days > 20_000:
        raise ExpressionError("number_range")
    count = 0
    for offset in range((high - low).days + 1):
        context.tick()
        count += context.workdays.is_workday(low + timedelta(days=offset))
    return Decimal(sign * count)
