"""The typed projection of indexed custom fields: what `orders_field` holds, so that a filter is an index look-up (ADR 0009)."""

from __future__ import annotations

from typing import Any

NUMBER_KINDS = frozenset({"number", "rating", "duration", "formula_number"})
INSTANT_KINDS = frozenset({"instant", "date"})


def project(kind: str, value: Any) -> tuple[str | None, str | None, str | None]:
    """A field's value as (text, number, instant) for the typed projection; one of them is set."""
    if kind == "money" and isinstance(value, dict):
        return None, str(value.get("minor", 0)), None
    if kind in INSTANT_KINDS and isinstance(value, str):
        return None, None, value
    if isinstance(value, bool):
        return ("true" if value else "false"), None, None
    if isinstance(value, int | float) or kind in NUMBER_KINDS or (kind == "formula" and _numeric(value)):
        return None, str(value), None
    if isinstance(value, list):
        return "/".join(str(v) for v in value)[:500], None, None
    return str(value)[:500], None, None


def _numeric(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def parts(kind: str, value: Any) -> list[str]:
    """What a field of several values is also found by: each option of a multiple choice, each node above a place in a tree."""
    if kind == "multi_choice" and isinstance(value, list):
        return [str(v)[:500] for v in value]
    if kind == "tree" and isinstance(value, list):
        return ["/".join(str(v) for v in value[: n + 1])[:500] for n in range(len(value))]
    return []


def part_key(key: str, part: str) -> str:
    """The name of a part's own row; no field's key holds an equals sign."""
    return f"{key}={part}"


def of(key: str, kind: str, value: Any) -> list[dict[str, str | None]]:
    """The rows of one field: {field, text_value, number_value, instant_value}; none for an empty one."""
    if value is None or value == "":
        return []
    text, number, instant = project(kind, value)
    whole = {"field": key, "text_value": text, "number_value": number, "instant_value": instant}
    return [whole, *({**whole, "field": part_key(key, p), "text_value": p} for p in parts(kind, value))]
