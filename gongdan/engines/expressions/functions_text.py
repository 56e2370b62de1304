"""Functions on texts. Positions count characters from 1, as in Excel; LEN("中文") is 2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gongdan.engines.expressions import values as v
from gongdan.engines.expressions.functions import define
from gongdan.engines.expressions.syntax import ExpressionError

MAX_CHARS = 1_000_000


def _small(value: Any, default: int = 0) -> int:
    n = v.number(value)
    if n is None:
        return default
    if abs(n) > MAX_CHARS:
        raise ExpressionError("too_large")
    return int(n)


def _bounded(text: str) -> str:
    if len(text) > MAX_CHARS:
        raise ExpressionError("too_large")
    return text


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


@define("TEXT", "按格式转文本", "A value in a format: 0.00 #,##0 0% yyyy-mm-dd hh:mm", (2, 2), "text")
def _text(a: Any, pattern: Any) -> str:
    shape = v.text(pattern)
    if a is None:
        return ""
    if any(c in shape.lower() for c in "ymdh"):
        return _date_text(a, shape)
    n = v.number(a)
    if n is None:
        return ""
    share = shape.endswith("%")
    shape = shape.rstrip("%")
    if share:
        n *= 100
    _, _, decimals = shape.partition(".")
    if len(decimals) > 15:
        raise ExpressionError("number_range")
    rounded = n.quantize(Decimal(1).scaleb(-len(decimals)), rounding="ROUND_HALF_UP")
    return f"{rounded:,f}" + "%" * share if "," in shape else f"{rounded:f}" + "%" * share


def _date_text(a: Any, shape: str) -> str:
    at = v.instant(a)
    if at is None:
        return ""
    lowered = shape.lower().replace("hh:mm", f"{at.hour:02d}:{at.minute:02d}")
    for mark, shown in (
        ("yyyy", f"{at.year:04d}"),
        ("yy", f"{at.year % 100:02d}"),
        ("mm", f"{at.month:02d}"),
        ("dd", f"{at.day:02d}"),
        ("hh", f"{at.hour:02d}"),
        ("ss", f"{at.second:02d}"),
    ):
        lowered = lowered.replace(mark, shown)
    return lowered.replace("m", str(at.month)).replace("d", str(at.day))
