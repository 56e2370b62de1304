"""Working calendars: several windows a day, zones, holidays and make-up workdays.

Windows are local wall time: an instant counts when the local clock shows a minute inside a window of its local date. So a
window in a DST gap shrinks, one in a fold covers both passes, and a date that a zone skipped has no working time. A shift over
midnight is two windows, until 24:00 and from 00:00 of the next day: so each day's holiday decides for its own hours, and nobody has
to know which day a night belongs to. Zone rules: IANA tz database through `zoneinfo`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Window = tuple[int, int]  # minutes of the local day, end exclusive, 1440 is midnight
DAY_MINUTES = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MESSAGES: dict[str, tuple[str, str]] = {
    "zone_unknown": ("没有时区「{found}」。", "There is no zone “{found}”."),
    "window_shape": ('时段应写作 ["09:00","18:00"]。', 'A window is written ["09:00", "18:00"].'),
    "window_order": (
        "时段 {found} 的结束不晚于开始；跨午夜的班次请写成两段：当天到 24:00，次日从 00:00。",
        "Window {found} ends before it begins; write a shift over midnight as two: until 24:00, and from 00:00 of the next day.",
    ),
    "window_overlap": ("时段 {found} 与前一时段重叠。", "Window {found} overlaps the one before."),
    "date_wrong": ("日期「{found}」无效。", "“{found}” is not a date."),
    "calendar_shape": ("{found} 的结构无效。", "{found} does not have the shape of a calendar's."),
    "never_open": ("日历中没有任何工作时间。", "The calendar has no working time at all."),
}


@dataclass(frozen=True, slots=True)
class Exception_:
    """A day that differs from its weekday: its windows (none: off) and its name."""

    windows: tuple[Window, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Year:
    """The working spans of one local year: starts and ends in seconds since the epoch, and the seconds before each."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int


YEARS = range(2, 9999)  # those whose days and their neighbours Python can say in any zone
NO_TIME = Year((), (), (), 0)


@dataclass(frozen=True)
class Compiled:
    """A calendar ready for arithmetic. Years are laid out when first asked for; they never change, so threads may share."""

    zone: ZoneInfo
    weekly: tuple[tuple[Window, ...], ...]
    days: Mapping[date, Exception_]
    provisional: frozenset[int] = frozenset()
    _years: dict[int, Year] = field(default_factory=dict, compare=False, repr=False)

    def windows(self, day: date) -> tuple[Window, ...]:
        """The windows of a local date."""
        found = self.days.get(day)
        return found.windows if found is not None else self.weekly[day.weekday()]

    def is_workday(self, day: date) -> bool:
        """Whether a local date has working time."""
        return bool(self.windows(day))

    def year(self, number: int) -> Year:
        """The spans of a local year."""
        found = self._years.get(number)
        if found is None:
            found = self._years[number] = _lay_out(self, number) if number in YEARS else NO_TIME
        return found

    def local_year(self, at: datetime) -> int:
        """The local year of an instant."""
        return at.astimezone(self.zone).year


def seconds(at: datetime) -> int:
    """Whole seconds since the epoch; parts of a second are dropped."""
    return (at - EPOCH) // timedelta(seconds=1)


def from_seconds(value: int) -> datetime:
    """Seconds since the epoch → aware UTC instant."""
    return EPOCH + timedelta(seconds=value)


def _offset(zone: ZoneInfo, at_seconds: int) -> int:
    offset = from_seconds(at_seconds).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _lay_out(calendar: Compiled, number: int) -> Year:
    starts: list[int] = []
    ends: list[int] = []
    day, last = date(number, 1, 1), date(number, 12, 31)
    while True:
        windows = calendar.windows(day)
        if windows:
            for start, end in _day_spans(calendar.zone, day, windows):
                if ends and ends[-1] == start:
                    ends[-1] = end
                else:
                    starts.append(start)
                    ends.append(end)
        if day == last:
            break
        day += timedelta(days=1)
    lengths = [e - s for s, e in zip(starts, ends, strict=True)]
    before = [0, *accumulate(lengths)]
    return Year(tuple(starts), tuple(ends), tuple(before[:-1]), before[-1])


def _day_spans(zone: ZoneInfo, day: date, windows: tuple[Window, ...]) -> list[tuple[int, int]]:
    """The UTC spans of a local date's windows."""
    naive = (day - date(1970, 1, 1)).days * 86_400
    offset = _offset(zone, naive - _offset(zone, naive))
    begin, finish = naive - offset, naive - offset + 86_400
    if _offset(zone, begin - 3_600) == offset == _offset(zone, finish + 3_600):
        return [(begin + a * 60, begin + b * 60) for a, b in windows]
    return _day_spans_by_minute(zone, day, windows, naive)


def _day_spans_by_minute(zone: ZoneInfo, day: date, windows: tuple[Window, ...], naive: int) -> list[tuple[int, int]]:
    """A day with a change of offset: ask the local clock for every minute."""
    found: list[tuple[int, int]] = []
    for minute in range(-15 * 60, 39 * 60):
        at = naive + minute * 60
        local = from_seconds(at).astimezone(zone)
        shown = local.hour * 60 + local.minute
        if local.date() != day or not any(a <= shown < b for a, b in windows):
            continue
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 60)
        else:
            found.append((at, at + 60))
    return found


def span_index(year: Year, at: int) -> int:
    """The index of the last span that starts at or before `at`, or -1."""
    return bisect_right(year.starts, at) - 1


def _minutes(text: Any) -> int:
    hours, _, minutes = str(text).partition(":")
    found = int(hours) * 60 + int(minutes)
    if not 0 <= found <= DAY_MINUTES or not 0 <= int(minutes) < 60:
        raise ValueError(text)
    return found


def problems(definition: Mapping[str, Any]) -> list[dict[str, str]]:
    """Everything wrong with a definition: [{path, code, zh, en}]."""
    found: list[dict[str, str]] = []
    try:
        ZoneInfo(str(definition.get("zone", "Asia/Shanghai")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.append(_problem("zone", "zone_unknown", found=definition.get("zone")))
    weekly, days, provisional = (definition.get(name) or {} for name in ("weekly", "days", "provisional"))
    if provisional and not (isinstance(provisional, list) and all(isinstance(y, int) for y in provisional)):
        found.append(_problem("provisional", "calendar_shape", found="provisional"))
    if not isinstance(weekly, Mapping) or not isinstance(days, Mapping):
        return [*found, _problem("weekly", "calendar_shape", found="weekly / days")]
    lists = {f"weekly.{d}": weekly.get(d, []) for d in DAYS}
    for text, entry in days.items():
        try:
            date.fromisoformat(text)
        except (TypeError, ValueError):
            found.append(_problem(f"days.{text}", "date_wrong", found=text))
        lists[f"days.{text}"] = _listed(entry)
    for path, windows in lists.items():
        found += _window_problems(path, windows)
    if not found and not any(lists.values()):
        found.append(_problem("weekly", "never_open"))
    return found


def _problem(path: str, code: str, **values: Any) -> dict[str, str]:
    zh, en = MESSAGES[code]
    return {"path": path, "code": code, "zh": zh.format_map(values), "en": en.format_map(values)}


def _window_problems(path: str, windows: Any) -> list[dict[str, str]]:
    if not isinstance(windows, list):
        return [_problem(path, "window_shape")]
    found: list[dict[str, str]] = []
    previous = 0
    for window in windows:
        try:
            start, end = (_minutes(w) for w in window if isinstance(window, list | tuple))
        except (TypeError, ValueError):
            found.append(_problem(path, "window_shape"))
            continue
        if end <= start:
            found.append(_problem(path, "window_order", found=f"{window[0]}–{window[1]}"))
        elif start < previous:
            found.append(_problem(path, "window_overlap", found=f"{window[0]}–{window[1]}"))
        previous = end
    return found


def compile_calendar(definition: Mapping[str, Any]) -> Compiled:
    """{"zone", "weekly": {"mon": [["09:00","18:00"]], …}, "days": {"2026-01-01": {"windows": [], "name": "元旦"}},
    "provisional": [2027]} → Compiled. Raises ValueError with the first problem."""
    wrong = problems(definition)
    if wrong:
        raise ValueError(f"{wrong[0]['path']}: {wrong[0]['en']}")
    weekly = tuple(_windows((definition.get("weekly") or {}).get(d, [])) for d in DAYS)
    days: dict[date, Exception_] = {}
    for text, entry in (definition.get("days") or {}).items():
        name = entry.get("name", "") if isinstance(entry, Mapping) else ""
        days[date.fromisoformat(text)] = Exception_(_windows(_listed(entry)), str(name))
    zone = ZoneInfo(str(definition.get("zone", "Asia/Shanghai")))
    return Compiled(zone, weekly, days, frozenset(definition.get("provisional") or ()))


def _listed(entry: Any) -> Any:
    """The windows of a day: listed plainly, or beside a name."""
    return entry.get("windows", []) if isinstance(entry, Mapping) else entry


def _windows(raw: Any) -> tuple[Window, ...]:
    """Windows as minutes; those that touch become one."""
    found: list[Window] = []
    for a, b in ((_minutes(w[0]), _minutes(w[1])) for w in raw):
        if found and found[-1][1] == a:
            found[-1] = (found[-1][0], b)
        else:
            found.append((a, b))
    return tuple(found)
