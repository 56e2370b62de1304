"""What msgspec says of input of a wrong shape, for people: which field, and what it should be, in Chinese and English. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from gongdan.kernel.messages import Words


class Fault(NamedTuple):
    """A place (dotted path, None for the whole) and what is wrong there."""

    field: str | None
    reason: Words


TYPES: dict[str, tuple[str, str]] = {
    "int": ("整数", "a whole number"),
    "float": ("数字", "a number"),
    "str": ("文字", "text"),
    "bool": ("true 或 false", "true or false"),
    "array": ("列表", "a list"),
    "object": ("对象", "an object"),
    "null": ("空值", "nothing"),
    "uuid": ("UUID", "a UUID"),
    "datetime": ("时间", "an instant"),
    "date": ("日期", "a date"),
}
INSTANT = "2026-03-02T09:00:00+08:00"


def _types(names: str) -> Words:
    known = [TYPES.get(n.strip(), (n.strip(), n.strip())) for n in names.split("|")]
    return Words("或".join(zh for zh, _ in known), " or ".join(en for _, en in known))


def _wrong_type(found: re.Match[str]) -> Words:
    wanted, got = _types(found[1]), _types(found[2])
    return Words(f"应为{wanted.zh}，收到{got.zh}", f"{wanted.en} is expected, {got.en} was given")


def _length(found: re.Match[str]) -> Words:
    many, sign, n = found[1] == "array", found[2], int(found[3])
    zh, en = ("项", "entries") if many else ("个字", "characters")
    if sign == ">=" and n == 1:
        return Words("不能为空", "may not be empty")
    if sign == ">=":
        return Words(f"至少 {n} {zh}", f"at least {n} {en}")
    if sign == "<=":
        return Words(f"最多 {n} {zh}", f"at most {n} {en}")
    return Words(f"应有 {n} {zh}", f"{n} {en} are expected")


def _bound(found: re.Match[str]) -> Words:
    sign = {">=": "≥", "<=": "≤"}.get(found[1], found[1])
    n = found[2].removesuffix(".0")
    return Words(f"应 {sign} {n}", f"must be {sign} {n}")


def _fixed(zh: str, en: str) -> Callable[[re.Match[str]], Words]:
    return lambda found: Words(zh.format(*found.groups()), en.format(*found.groups()))


READ: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Words]]] = [
    (re.compile(pattern), build)
    for pattern, build in [
        (r"Expected `(.+)`, got `(.+)`", _wrong_type),
        (r"Expected `(str|array)` of length (>=|<=|)\s*(\d+)", _length),
        (r"Expected `(?:int|float)` (>=|<=|>|<) (\S+)", _bound),
        (r"Expected `str` matching regex", _fixed("格式不正确", "does not have the right form")),
        (r"Expected `datetime` with a timezone", _fixed(f"时间需要带时区，如 {INSTANT}", f"needs a time zone, as in {INSTANT}")),
        (r"Invalid enum value (.+)", _fixed("不支持的值 {0}", "{0} is not one of the values")),
        (r"Invalid UUID", _fixed("应为 UUID", "must be a UUID")),
        (r"Invalid RFC3339 encoded datetime", _fixed(f"应为时间，如 {INSTANT}", f"must be an instant, as in {INSTANT}")),
        (r"Invalid RFC3339 encoded date", _fixed("应为日期，如 2026-03-02", "must be a date, as in 2026-03-02")),
        (r"Object missing required field", _fixed("必填", "is required")),
        (r"Object contains unknown field", _fixed("没有这个字段", "there is no such field")),
    ]
]
NAMED = re.compile(r"^Object (?:missing required|contains unknown) field `([^`]*)`")


def place(message: str) -> str | None:
    """The dotted path that a message ends with ("- at `$.a.b`"), and the field it names itself; None for the whole."""
    _, found, tail = message.rpartition(" - at `$")
    path = tail.rstrip("`").lstrip(".") if found else ""
    named = NAMED.match(message)
    return ".".join(p for p in (path, named[1] if named else "") if p) or None


def fault(message: str) -> Fault:
    """A msgspec.ValidationError's text → Fault. What is not known is passed on as it is."""
    said, _, _ = message.rpartition(" - at `$")
    said = said or message
    for pattern, build in READ:
        found = pattern.match(said)
        if found is not None:
            return Fault(place(message), build(found))
    return Fault(place(message), Words(said, said))


def detailed(message: str) -> Fault:
    """`fault` with its place said in the reason, for messages that do not name the field themselves."""
    field, reason = fault(message)
    return Fault(field, Words(f"「{field}」{reason.zh}", f"“{field}” {reason.en}") if field else reason)
