"""Values of expressions and how they convert. Numbers are Decimal, exactly; empty is None; text "" counts as empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Context as DecimalContext
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gongdan.engines.expressions.syntax import ExpressionError

ARITHMETIC = DecimalContext(prec=28, Emax=999, Emin=-999)
MAX_EXPONENT = 60
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")


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
    if isinstance(value, Mapping) and isinstance(value.get("minor"), int):
        return ARITHMETIC.divide(Decimal(value["minor"]), Decimal(100))
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
        digits = value.strip().replace(",", "")
        if not NUMBER.fullmatch(digits):
            raise ExpressionError("not_a_number", found=value[:40])
        return limited(Decimal(digits))
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
        return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(text(v) for v in value[:1000])
    if isinstance(value, Mapping):  # a phone as it was typed, an address as one writes it
        return text(value.get("typed")) or "".join(text(v) for v in flat([value.get("region"), value.get("detail")]))
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
    """A value as date; an instant's date is that of its own offset. Raises not_a_date."""
    if value is None:
        return None
    found = moment(value)
    return found.date() if isinstance(found, datetime) else found


def local_day(value: Any, zone: str) -> date | None:
    """A value as date; an instant's date is that of `zone`. Raises not_a_date."""
    if value is None:
        return None
    found = moment(value)
    return found.astimezone(ZoneInfo(zone)).date() if isinstance(found, datetime) else found


def instant(value: Any) -> datetime | None:
    """A value as instant (UTC when no zone is given). Raises not_a_date."""
    if value is None or isinstance(value, datetime):
        return value
    found = moment(value)
    return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=UTC)


def moment(value: Any) -> date | datetime:
    """A value that is not empty as date, or as instant when it has a time of day. Raises not_a_date."""
    if isinstance(value, date):
        return value
    shown = value if isinstance(value, str) else ""
    try:
        if DATE.fullmatch(shown):
            return date.fromisoformat(shown)
        if INSTANT.fullmatch(shown):
            found = datetime.fromisoformat(shown)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError:
        pass
    raise ExpressionError("not_a_date", found=text(value)[:40])


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
    """-1, 0, 1; None when either is empty or a list. Texts ignore case; a text and a number compare as numbers.

    Texts are in the order of their code points.
    """
    if left is None or right is None or isinstance(left, list) or isinstance(right, list):
        return None
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.lower(), right.lower()
        return (a > b) - (a < b)
    if isinstance(left, bool) or isinstance(right, bool):
        a_true, b_true = boolean(left), boolean(right)
        return a_true - b_true
    if isinstance(left, datetime) or isinstance(right, datetime):
        return _sign(instant(left), instant(right))
    if isinstance(left, date) or isinstance(right, date):
        return _sign(day(left), day(right))
    return _sign(number(left), number(right))


def _sign(a: Any, b: Any) -> int | None:
    return None if a is None or b is None else (a > b) - (a < b)
