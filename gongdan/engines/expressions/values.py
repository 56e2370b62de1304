"""Values of expressions and how they convert. Numbers are Decimal, exactly; empty is None; text "" counts as empty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Context as DecimalContext
from decimal import Decimal, InvalidOperation
from typing import Any

from gongdan.engines.expressions.syntax import ExpressionError

ARITHMETIC = DecimalContext(prec=28, Emax=999, Emin=-999)
MAX_EXPONENT = 60
EXCEL_EPOCH = date(1899, 12, 30)


def incoming(value: Any) -> Any:
    """A field's raw value → an expression value."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict) and "minor" in value:
        return Decimal(int(value["minor"])) / 100
    if isinstance(value, list | tuple):
        return [incoming(v) for v in value]
    return value


def number(value: Any) -> Decimal | None:
    """A value as number; text is read as one. Raises not_a_number."""
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        raise ExpressionError("not_a_number", found=str(value))
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            found = Decimal(value.strip().replace(",", ""))
        except InvalidOperation:
            raise ExpressionError("not_a_number", found=value[:40]) from None
        return limited(found)
    if isinstance(value, timedelta):
        return Decimal(str(value.total_seconds()))
    raise ExpressionError("not_a_number", found=type(value).__name__)


def limited(value: Decimal) -> Decimal:
    """Refuse numbers that are not finite or out of a sensible range."""
    if not value.is_finite() or (value and abs(value.adjusted()) > MAX_EXPONENT):
        raise ExpressionError("number_range")
    return value


def text(value: Any) -> str:
    """A value as text; empty is ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        plain = value.normalize(ARITHMETIC)
        return format(plain, "f") if -30 < plain.adjusted() < 30 else str(plain)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(text(v) for v in value[:1000])
    return str(value)


def boolean(value: Any) -> bool:
    """A value as condition: empty is false, numbers are true unless zero. Raises not_a_boolean for texts."""
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return value != 0
    if isinstance(value, str) and value.upper() in ("TRUE", "FALSE"):
        return value.upper() == "TRUE"
    raise ExpressionError("not_a_boolean")


def day(value: Any) -> date | None:
    """A value as date. Raises not_a_date."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            raise ExpressionError("not_a_date", found=value[:40]) from None
    raise ExpressionError("not_a_date", found=text(value)[:40])


def instant(value: Any) -> datetime | None:
    """A value as instant (UTC when no zone is given). Raises not_a_date."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise ExpressionError("not_a_date", found=text(value)[:40]) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def flat(values: Iterable[Any]) -> list[Any]:
    """Arguments with lists opened, as SUM and its kin want them."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, list):
            found.extend(flat(value))
        else:
            found.append(value)
    return found


def compare(left: Any, right: Any) -> int | None:
    """-1, 0, 1; None when either is empty. Texts ignore case; numbers and texts compare as numbers when they can."""
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.casefold(), right.casefold()
        return (a > b) - (a < b)
    if isinstance(left, bool) or isinstance(right, bool):
        a_true, b_true = boolean(left), boolean(right)
        return a_true - b_true
    if isinstance(left, datetime) or isinstance(right, datetime):
        first, second = instant(left), instant(right)
        return None if first is None or second is None else (first > second) - (first < second)
    if isinstance(left, date) or isinstance(right, date):
        one, two = day(left), day(right)
        return None if one is None or two is None else (one > two) - (one < two)
    if isinstance(left, list) or isinstance(right, list):
        return None
    x, y = number(left), number(right)
    return None if x is None or y is None else (x > y) - (x < y)
