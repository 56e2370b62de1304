"""The field kinds: what each accepts, and the JSON it is stored as.

text long_text email url serial: str · number: int or str of digits kept exact · money: {"minor": int, "currency": str} · boolean ·
date "2026-03-02" · instant "…Z" · duration: minutes · choice: option value · multi_choice: list of values · tree: path of node
values · phone {"typed","e164"} · address {"region","detail","lng","lat","datum"} · files: file ids · reference: id ·
rating 1–5 · formula: computed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple
from uuid import UUID

import phonenumbers

MESSAGES: dict[str, tuple[str, str]] = {
    "required": ("请填写「{label}」。", "“{label}” is required."),
    "not_text": ("「{label}」应为文本。", "“{label}” must be text."),
    "too_long": ("「{label}」最多 {most} 个字符。", "“{label}” has at most {most} characters."),
    "not_number": ("「{label}」应为数字。", "“{label}” must be a number."),
    "too_small": ("「{label}」不能小于 {least}。", "“{label}” must be at least {least}."),
    "too_big": ("「{label}」不能大于 {most}。", "“{label}” must be at most {most}."),
    "not_boolean": ("「{label}」应为是或否。", "“{label}” must be yes or no."),
    "not_date": ("「{label}」应为日期，如 2026-03-02。", "“{label}” must be a date such as 2026-03-02."),
    "not_instant": ("「{label}」应为带时区的时间。", "“{label}” must be an instant with a zone."),
    "not_option": ("「{label}」没有选项「{found}」。", "“{label}” has no option “{found}”."),
    "not_phone": ("「{label}」不是有效的电话号码。", "“{label}” is not a phone number."),
    "not_email": ("「{label}」不是有效的邮箱。", "“{label}” is not an e-mail address."),
    "not_url": (
        "「{label}」应以 http:// 或 https:// 开头。",
        "“{label}” must begin with http:// or https://.",
    ),
    "not_money": ("「{label}」金额无效。", "“{label}” is not an amount of money."),
    "not_address": ("「{label}」地址无效。", "“{label}” is not an address."),
    "not_files": ("「{label}」附件无效。", "“{label}” holds something that is no file."),
    "too_many": ("「{label}」最多 {most} 项。", "“{label}” takes at most {most} items."),
    "not_reference": ("「{label}」引用无效。", "“{label}” does not point to a record."),
    "not_pattern": ("「{label}」格式不符。", "“{label}” is not in the expected form."),
    "unknown_field": ("表单中没有字段「{label}」。", "The form has no field “{label}”."),
    "rule_failed": ("{zh}", "{en}"),
    "formula_failed": ("「{label}」无法计算：{reason_zh}", "“{label}” cannot be computed: {reason_en}"),
}
TEXT_MOST, LONG_MOST, LIST_MOST, LEVELS_MOST = 500, 20_000, 200, 16
EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}\.[^\s@<>\".]{2,24}")
EXTENSION = re.compile("转|轉|分机|分機")  # what follows stays in the typed form
URL = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
MAX_MONEY = 10**15
CENT, EXACT = Decimal("0.01"), Context(prec=100)  # rounded once, from all digits
CURRENCY = re.compile("[A-Z]{3}")


class Bad(Exception):
    """A refused value: message code and its arguments."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def blank(value: Any) -> bool:
    """Whether a read value says nothing: a required field that holds it is still missing."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping) and "detail" in value:
        return not (value["region"] or value["detail"].strip() or "lng" in value)
    return value is None or value == []


class Kind(NamedTuple):
    """A field kind: its reader, the type it has in expressions, and the type of its indexed projection."""

    read: Callable[[Any, Mapping[str, Any]], Any]
    expression_type: str
    sql_type: str | None


def _text(raw: Any, most: int) -> str:
    if not isinstance(raw, str):
        raise Bad("not_text")
    if "\x00" in raw:
        raise Bad("not_text")
    if len(raw) > most:
        raise Bad("too_long", most=most)
    return raw


def _line(raw: Any, field: Mapping[str, Any]) -> str:
    text = _text(raw, min(int(field.get("max_length", TEXT_MOST)), LONG_MOST)).strip()
    pattern = field.get("_pattern")
    if pattern is not None and text and not pattern.fullmatch(text):
        raise Bad("not_pattern")
    return text


def _long(raw: Any, field: Mapping[str, Any]) -> str:
    return _text(raw, min(int(field.get("max_length", LONG_MOST)), LONG_MOST))


def decimal(raw: Any) -> Decimal:
    """A number as Decimal; full-width digits and thousands separators are welcome. Raises Bad("not_number")."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise Bad("not_number")
    if isinstance(raw, str):
        raw = unicodedata.normalize("NFKC", raw[:100]).replace(",", "").strip() if len(raw) <= 100 else ""
        if len(raw) > 60 or not NUMBER.fullmatch(raw):
            raise Bad("not_number")
    found = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    if not found.is_finite() or abs(found.adjusted()) > 28 or len(found.as_tuple().digits) > 60:
        raise Bad("not_number")
    return found


def _range(value: Decimal, field: Mapping[str, Any]) -> None:
    if (least := field.get("min")) is not None and value < decimal(least):
        raise Bad("too_small", least=least)
    if (most := field.get("max")) is not None and value > decimal(most):
        raise Bad("too_big", most=most)


def _number(raw: Any, field: Mapping[str, Any]) -> int | str:
    found = decimal(raw)
    _range(found, field)
    return int(found) if found == found.to_integral_value() and abs(found) < 2**53 else format(found, "f")


def _duration(raw: Any, field: Mapping[str, Any]) -> int:
    found = decimal(raw)
    _range(found, {"min": 0, "max": 5_256_000, **field})
    return int(found)


def _rating(raw: Any, field: Mapping[str, Any]) -> int:
    found = decimal(raw)
    if found != found.to_integral_value():
        raise Bad("not_number")
    _range(found, {"min": 1, "max": 5, **field})
    return int(found)


def _money(raw: Any, field: Mapping[str, Any]) -> dict[str, Any]:
    currency = str(field.get("currency", "CNY"))
    if isinstance(raw, Mapping):
        minor = raw.get("minor")
        currency = str(raw.get("currency", currency))
        if isinstance(minor, bool) or not isinstance(minor, int):
            raise Bad("not_money")
    else:
        minor = int(decimal(raw).quantize(CENT, ROUND_HALF_UP, EXACT).scaleb(2, EXACT))
    if abs(minor) > MAX_MONEY or not CURRENCY.fullmatch(currency):
        raise Bad("not_money")
    _range(Decimal(minor) / 100, field)
    return {"minor": minor, "currency": currency}


def _boolean(raw: Any, _: Mapping[str, Any]) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in ("true", "false", "on", "off", "是", "否"):
        return raw.lower() in ("true", "on", "是")
    raise Bad("not_boolean")


def _date(raw: Any, _: Mapping[str, Any]) -> str:
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", _text(raw, 40)).replace("/", "-").strip()).isoformat()
    except ValueError:
        raise Bad("not_date") from None


def _instant(raw: Any, _: Mapping[str, Any]) -> str:
    try:
        at = datetime.fromisoformat(_text(raw, 40).strip())
    except ValueError:
        raise Bad("not_instant") from None
    if at.tzinfo is None:
        raise Bad("not_instant")
    try:
        return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise Bad("not_instant") from None


def _choice(raw: Any, field: Mapping[str, Any]) -> str:
    value = _text(raw, TEXT_MOST)
    if value not in field["_options"]:
        raise Bad("not_option", found=value[:40])
    return value


def _multi(raw: Any, field: Mapping[str, Any]) -> list[str]:
    if not isinstance(raw, list):
        raw = [raw]
    if len(raw) > LIST_MOST:
        raise Bad("too_many", most=LIST_MOST)
    return list(dict.fromkeys(_choice(v, field) for v in raw))


def _tree(raw: Any, field: Mapping[str, Any]) -> list[str]:
    if raw == []:
        return []
    path = raw.split("/") if isinstance(raw, str) else raw
    if not isinstance(path, list) or not all(isinstance(p, str) for p in path):
        raise Bad("not_option", found=str(raw)[:40])
    if tuple(path) not in field["_paths"]:
        raise Bad("not_option", found="/".join(path)[:40])
    return path


def _phone(raw: Any, _: Mapping[str, Any]) -> dict[str, str]:
    typed = _text(raw.get("typed", "") if isinstance(raw, Mapping) else raw, 60).strip()
    text = EXTENSION.split(unicodedata.normalize("NFKC", typed))[0]
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        raise Bad("not_phone") from None
    if not phonenumbers.is_possible_number(number):
        raise Bad("not_phone")
    return {"typed": typed, "e164": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}


def _email(raw: Any, _: Mapping[str, Any]) -> str:
    text = _text(raw, 254).strip()
    if not EMAIL.fullmatch(text):
        raise Bad("not_email")
    return text


def _url(raw: Any, _: Mapping[str, Any]) -> str:
    text = _text(raw, 2_000).strip()
    if not URL.fullmatch(text):
        raise Bad("not_url")
    return text


def _address(raw: Any, _: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(raw, str):
        raw = {"detail": raw}
    if not isinstance(raw, Mapping) or set(raw) - {"region", "detail", "lng", "lat", "datum"}:
        raise Bad("not_address")
    found: dict[str, Any] = {
        "region": raw.get("region", []),
        "detail": _text(raw.get("detail", ""), TEXT_MOST),
    }
    if not isinstance(found["region"], list) or len(found["region"]) > LEVELS_MOST or not all(map(_is_level, found["region"])):
        raise Bad("not_address")
    if raw.get("lng") is not None or raw.get("lat") is not None:
        try:
            lng, lat = decimal(raw.get("lng")), decimal(raw.get("lat"))
        except Bad:
            raise Bad("not_address") from None
        datum = raw.get("datum", "gcj02")
        if not (-180 <= lng <= 180 and -90 <= lat <= 90) or datum not in ("wgs84", "gcj02"):
            raise Bad("not_address")
        found |= {"lng": format(lng, "f"), "lat": format(lat, "f"), "datum": datum}
    return found


def _is_level(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 60 and "\x00" not in value


def _uuid(raw: Any, code: str) -> str:
    try:
        return str(UUID(_text(raw, 40)))
    except ValueError:
        raise Bad(code) from None


def _files(raw: Any, field: Mapping[str, Any]) -> list[str]:
    most = int(field.get("max_items", 50))
    if not isinstance(raw, list):
        raise Bad("not_files")
    if len(raw) > most:
        raise Bad("too_many", most=most)
    return [_uuid(v, "not_files") for v in raw]


def _reference(raw: Any, _: Mapping[str, Any]) -> str:
    return _uuid(raw, "not_reference")


KINDS: dict[str, Kind] = {
    "text": Kind(_line, "text", "text"),
    "long_text": Kind(_long, "text", None),
    "number": Kind(_number, "number", "number"),
    "money": Kind(_money, "number", "number"),
    "boolean": Kind(_boolean, "boolean", "boolean"),
    "date": Kind(_date, "date", "instant"),
    "instant": Kind(_instant, "instant", "instant"),
    "duration": Kind(_duration, "number", "number"),
    "choice": Kind(_choice, "text", "text"),
    "multi_choice": Kind(_multi, "list", "text"),
    "tree": Kind(_tree, "list", "text"),
    "phone": Kind(_phone, "any", None),
    "email": Kind(_email, "text", "text"),
    "url": Kind(_url, "text", None),
    "address": Kind(_address, "any", None),
    "files": Kind(_files, "list", None),
    "reference": Kind(_reference, "text", "text"),
    "rating": Kind(_rating, "number", "number"),
    "serial": Kind(_line, "text", "text"),
    "formula": Kind(lambda raw, _: raw, "any", "number"),
}
