"""Functions on texts. Positions count characters from 1, as in Excel; LEN("中文") is 2."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gongdan.engines.expressions import values as v
from gongdan.engines.expressions.functions import define
from gongdan.engines.expressions.syntax import ExpressionError

if TYPE_CHECKING:
    from gongdan.engines.expressions.compiler import Context

MAX_CHARS = 100_000
NUMBER_SHAPE = re.compile(r"[#0,]*(?:\.[#0]{0,15})?")
DATE_MARK = re.compile("yyyy|yy|mm?|dd?|hh?|ss?")


def _small(value: Any, default: int = 0) -> int:
    n = v.number(value)
    if n is None:
        return default
    if abs(n) > MAX_CHARS:
        raise ExpressionError("too_large")
    return int(n)


@define("LEN", "字符数", "How many characters", (1, 1), "number")
def _len(a: Any) -> Decimal:
    return Decimal(len(v.text(a)))


@define("LEFT", "左边若干字符", "Characters from the left", (1, 2), "text")
def _left(a: Any, n: Any = Decimal(1)) -> str:
    return v.text(a)[: max(_small(n), 0)]


@define("RIGHT", "右边若干字符", "Characters from the right", (1, 2), "text")
def _right(a: Any, n: Any = Decimal(1)) -> str:
    count = max(_small(n), 0)
    return v.text(a)[-count:] if count else ""


@define("MID", "中间若干字符", "Characters from a position", (3, 3), "text")
def _mid(a: Any, start: Any, n: Any) -> str:
    begin = max(_small(start), 1) - 1
    return v.text(a)[begin : begin + max(_small(n), 0)]


@define("TRIM", "去掉多余空格", "Without superfluous spaces", (1, 1), "text")
def _trim(a: Any) -> str:
    return " ".join(v.text(a).split())


@define("UPPER", "转大写", "In capitals", (1, 1), "text")
def _upper(a: Any) -> str:
    return v.text(a).upper()


@define("LOWER", "转小写", "In small letters", (1, 1), "text")
def _lower(a: Any) -> str:
    return v.text(a).lower()


@define("CONCAT", "连接文本", "Joined texts", (1, None), "text")
def concat(*args: Any) -> str:
    """All arguments as one text."""
    parts = [v.text(a) for a in v.flat(args)]
    if sum(map(len, parts)) > MAX_CHARS:
        raise ExpressionError("too_large")
    return "".join(parts)


@define("TEXTJOIN", "用分隔符连接非空文本", "Texts that are not empty, with something between", (3, None), "text")
def _textjoin(between: Any, skip: Any, *args: Any) -> str:
    parts = [v.text(a) for a in v.flat(args)]
    if v.boolean(skip):
        parts = [p for p in parts if p]
    joint = v.text(between)
    if sum(map(len, parts)) + len(joint) * len(parts) > MAX_CHARS:
        raise ExpressionError("too_large")
    return joint.join(parts)


@define("SUBSTITUTE", "替换文本", "With one text replaced by another", (3, 3), "text")
def _substitute(a: Any, old: Any, new: Any) -> str:
    source, before, after = v.text(a), v.text(old), v.text(new)
    if not before:
        return source
    if source.count(before) * len(after) + len(source) > MAX_CHARS:
        raise ExpressionError("too_large")
    return source.replace(before, after)


@define("FIND", "查找位置", "Where a text begins", (2, 3), "number")
def _find(wanted: Any, within: Any, start: Any = Decimal(1)) -> Decimal:
    at = v.text(within).find(v.text(wanted), max(_small(start), 1) - 1)
    if at < 0:
        raise ExpressionError("not_found")
    return Decimal(at + 1)


@define("CONTAINS", "是否包含", "Contains a text or an item", (2, 2), "boolean")
def _contains(a: Any, wanted: Any) -> bool:
    if a is None or wanted is None:
        return False
    if isinstance(a, list):
        return any(v.compare(item, wanted) == 0 for item in a)
    return v.text(wanted).casefold() in v.text(a).casefold()


@define("STARTSWITH", "是否以…开头", "Begins with", (2, 2), "boolean")
def _startswith(a: Any, wanted: Any) -> bool:
    if a is None or wanted is None:
        return False
    return v.text(a).casefold().startswith(v.text(wanted).casefold())


@define("ENDSWITH", "是否以…结尾", "Ends with", (2, 2), "boolean")
def _endswith(a: Any, wanted: Any) -> bool:
    if a is None or wanted is None:
        return False
    return v.text(a).casefold().endswith(v.text(wanted).casefold())


@define("REPT", "重复文本", "A text several times", (2, 2), "text")
def _rept(a: Any, n: Any) -> str:
    source, count = v.text(a), max(_small(n), 0)
    if len(source) * count > MAX_CHARS:
        raise ExpressionError("too_large")
    return source * count


@define("VALUE", "文本转数字", "A text as number", (1, 1), "number")
def _value(a: Any) -> Decimal | None:
    return v.number(a)


@define("TEXT", "按格式转文本", "A value in a format: 0.00 #,##0 0% yyyy-mm-dd hh:mm", (2, 2), "text", context=True)
def _text(context: Context, a: Any, pattern: Any) -> str:
    shape = v.text(pattern)
    if a is None:
        return ""
    if DATE_MARK.search(shape.lower()):
        return _date_text(context, a, shape.lower())
    n = v.number(a)
    if n is None:
        return ""
    share = shape.endswith("%")
    shape = shape.removesuffix("%")
    if not NUMBER_SHAPE.fullmatch(shape):
        raise ExpressionError("unexpected", found=shape[:40])
    whole, _, decimals = shape.partition(".")
    try:
        shown = v.ARITHMETIC.multiply(n, Decimal(100)) if share else n
        rounded = shown.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP, context=v.ARITHMETIC)
    except InvalidOperation:
        raise ExpressionError("number_range") from None
    digits, _, fraction = (f"{abs(rounded):,f}" if "," in whole else f"{abs(rounded):f}").partition(".")
    kept = len(decimals.rstrip("#"))  # a # shows a digit only when there is one
    fraction = fraction[:kept] + fraction[kept:].rstrip("0")
    padded = digits.zfill(whole.count("0"))
    return "-" * (rounded < 0) + padded + "." * bool(fraction) + fraction + "%" * share


def _date_text(context: Context, a: Any, shape: str) -> str:
    """One mark after another from the left; `mm` behind hours or before seconds is minutes, else the month."""
    found = v.moment(a)
    at = found.astimezone(ZoneInfo(context.zone)) if isinstance(found, datetime) else datetime.combine(found, time(), UTC)
    parts: list[str] = []
    here, after_hours = 0, False
    for mark in DATE_MARK.finditer(shape):
        word = mark.group()
        minutes = word[0] == "m" and (after_hours or shape[mark.end() :].startswith(":s"))
        number = {"y": at.year, "m": at.minute if minutes else at.month, "d": at.day, "h": at.hour, "s": at.second}[word[0]]
        number = number % 100 if word == "yy" else number
        parts += [shape[here : mark.start()], f"{number:0{len(word)}d}"]
        here, after_hours = mark.end(), word[0] == "h"
    return "".join([*parts, shape[here:]])
