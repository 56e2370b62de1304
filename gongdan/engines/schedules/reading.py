"""Reading recurrence rules from the text of RFC 5545."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gongdan.engines.schedules.rrule import FREQUENCIES, UNITS, WEEKDAYS, Recurrence, Rule
from gongdan.engines.schedules.wrong import Wrong

# part: (field of Rule, least, most, whether negative numbers count from the end)
NUMBERS: dict[str, tuple[str, int, int, bool]] = {
    "BYMONTH": ("months", 1, 12, False),
    "BYMONTHDAY": ("month_days", 1, 31, True),
    "BYYEARDAY": ("year_days", 1, 366, True),
    "BYWEEKNO": ("weeks", 1, 53, True),
    "BYEASTER": ("easter", 0, 366, True),
    "BYHOUR": ("hours", 0, 23, False),
    "BYMINUTE": ("minutes", 0, 59, False),
    "BYSECOND": ("seconds", 0, 59, False),
    "BYSETPOS": ("positions", 1, 366, True),
}
TIME = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *NUMBERS}


def parse(text: str) -> Recurrence:
    """Lines DTSTART[;TZID=zone]:…, RRULE:…, RDATE:…, EXDATE:… → Recurrence. Raises Wrong, naming the part and the remedy."""
    lines: dict[str, list[tuple[str, str]]] = {"DTSTART": [], "RRULE": [], "RDATE": [], "EXDATE": []}
    for line in text.split():
        head, colon, value = line.partition(":")
        name, _, options = head.upper().partition(";")
        if not colon or name not in lines:
            raise Wrong("rule", "rule_line", found=line[:40])
        lines[name].append((head[len(name) + 1 :] if options else "", value))
    if len(lines["DTSTART"]) != 1:
        raise Wrong("DTSTART", "rule_start")
    ((options, value),) = lines["DTSTART"]
    zone = _zone(options)
    if value.endswith("Z"):
        zone = ZoneInfo("UTC")
    start = _time("DTSTART", value, zone)
    rules = tuple(_rule(value, start, zone) for _, value in lines["RRULE"])
    added = sorted(_time("RDATE", part, zone) for _, value in lines["RDATE"] for part in value.split(","))
    if not rules:
        added = sorted({start, *added})
    left_out = frozenset(_time("EXDATE", part, zone) for _, value in lines["EXDATE"] for part in value.split(","))
    return Recurrence(start, zone, rules, tuple(added), left_out)


def _zone(options: str) -> ZoneInfo | None:
    for option in options.split(";"):
        name, _, value = option.partition("=")
        if name.upper() == "TZID":
            try:
                return ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise Wrong("DTSTART", "rule_zone", found=value) from None
    return None


def _time(part: str, text: str, zone: ZoneInfo | None) -> datetime:
    """A wall time; one in UTC is told in the zone."""
    try:
        found = datetime.fromisoformat(text.removesuffix("Z")) if TIME.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise Wrong(part, "rule_time", found=text)
    if text.endswith("Z") and zone is not None:
        return found.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return found


def _rule(text: str, start: datetime, zone: ZoneInfo | None) -> Rule:
    parts: dict[str, str] = {}
    for pair in text.split(";"):
        name, equals, value = pair.upper().partition("=")
        if name not in KNOWN or not equals:
            raise Wrong("RRULE", "rule_part", found=pair)
        if name in parts:
            raise Wrong(name, "rule_twice", found=name)
        parts[name] = value
    freq = parts.get("FREQ", "")
    if freq not in FREQUENCIES:
        raise Wrong("FREQ", "rule_freq")
    if "COUNT" in parts and "UNTIL" in parts:
        raise Wrong("COUNT", "rule_both")
    values: dict[str, Any] = {field: _listed(name, parts[name]) for name, (field, *_) in NUMBERS.items() if name in parts}
    values["weekdays"], values["nth"] = _weekdays(parts, freq)
    for name in ("INTERVAL", "COUNT"):
        if name in parts:
            values[name.lower()] = _whole(name, parts[name], 1, 100_000)
    if "UNTIL" in parts:
        values["until"] = _time("UNTIL", parts["UNTIL"], zone)
    if "WKST" in parts:
        values["week_start"] = _weekday("WKST", parts["WKST"])
    return _filled(Rule(freq, start, **values))


def _listed(name: str, text: str) -> tuple[int, ...]:
    _, least, most, backwards = NUMBERS[name]
    found = {_whole(name, part, -most if backwards else least, most) for part in text.split(",")}
    if backwards and least and 0 in found:
        raise Wrong(name, "rule_value", found=text, low=1, high=most)
    return tuple(sorted(found))


def _whole(name: str, text: str, least: int, most: int) -> int:
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit() and len(digits) < 8 and least <= int(text) <= most):
        raise Wrong(name, "rule_value", found=text, low=least, high=most)
    return int(text)


def _weekday(name: str, text: str) -> int:
    if text not in WEEKDAYS:
        raise Wrong(name, "rule_weekday", found=text)
    return WEEKDAYS.index(text)


def _weekdays(parts: dict[str, str], freq: str) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    plain: set[int] = set()
    nth: set[tuple[int, int]] = set()
    for text in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        weekday = _weekday("BYDAY", text[-2:])
        if not text[:-2]:
            plain.add(weekday)
            continue
        if freq not in ("YEARLY", "MONTHLY") or "BYWEEKNO" in parts:
            raise Wrong("BYDAY", "rule_nth", found=text)
        which = _whole("BYDAY", text[:-2], -53, 53)
        if which == 0:
            raise Wrong("BYDAY", "rule_weekday", found=text)
        nth.add((weekday, which))
    return tuple(sorted(plain)), tuple(sorted(nth))


def _filled(rule: Rule) -> Rule:
    """What a rule does not say it takes from its start (RFC 5545 §3.3.10)."""
    start = rule.start
    more: dict[str, Any] = {}
    if not (rule.weeks or rule.year_days or rule.month_days or rule.weekdays or rule.nth or rule.easter):
        if rule.freq == "YEARLY" and not rule.months:
            more["months"] = (start.month,)
        if rule.freq in ("YEARLY", "MONTHLY"):
            more["month_days"] = (start.day,)
        if rule.freq == "WEEKLY":
            more["weekdays"] = (start.weekday(),)
    if rule.freq not in UNITS and not rule.hours:
        more["hours"] = (start.hour,)
    if rule.freq not in ("MINUTELY", "SECONDLY") and not rule.minutes:
        more["minutes"] = (start.minute,)
    if rule.freq != "SECONDLY" and not rule.seconds:
        more["seconds"] = (start.second,)
    return replace(rule, **more)
