"""Condition → parameterised SQL with the meaning of the closure: a comparison with NULL is false.

Columns are trusted fragments from code; every value travels as a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gongdan.engines.expressions import values
from gongdan.engines.expressions.functions import called
from gongdan.engines.expressions.syntax import (
    COMPARISONS,
    Binary,
    Call,
    ExpressionError,
    Field,
    ListOf,
    Literal,
    Node,
    check_bounds,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column an expression may name: its SQL and its type (text, number, boolean, date, instant)."""

    sql: str
    type: str


CASTS = {
    "number": "::numeric",
    "date": "::date",
    "instant": "::timestamptz",
    "boolean": "::boolean",
    "text": "::text",
}
READ: dict[str, Callable[[Any], object]] = {
    "number": values.number,
    "date": values.day,
    "instant": values.instant,
    "boolean": values.boolean,
}


def to_sql(node: Node, columns: Mapping[str, Column]) -> tuple[str, list[object]]:
    """(SQL condition with %s, parameters).

    Raises unknown_field, wrong_count, not_in_sql for what SQL cannot say, not_a_… for a constant its column cannot hold.
    """
    check_bounds(node)
    params: list[object] = []
    return _condition(node, columns, params), params


def _condition(node: Node, columns: Mapping[str, Column], params: list[object]) -> str:
    if isinstance(node, Literal) and isinstance(node.value, bool):
        return "true" if node.value else "false"
    if isinstance(node, Field):
        column = _column(node, columns)
        if column.type != "boolean":
            raise ExpressionError("not_in_sql", name=node.path)
        return f"coalesce({column.sql}, false)"
    if isinstance(node, Binary) and node.op in COMPARISONS:
        return _compare(node, columns, params)
    if isinstance(node, Call):
        return _call(node, columns, params)
    raise ExpressionError("not_in_sql", name=type(node).__name__)


def _column(node: Field, columns: Mapping[str, Column]) -> Column:
    found = columns.get(node.path)
    if found is None:
        raise ExpressionError("unknown_field", name=node.path)
    return found


def _compare(node: Binary, columns: Mapping[str, Column], params: list[object]) -> str:
    kind = next((_column(s, columns).type for s in (node.left, node.right) if isinstance(s, Field)), None)
    if kind is None:
        raise ExpressionError("not_in_sql", name=node.op)
    left = _operand(node.left, columns, params, kind)
    right = _operand(node.right, columns, params, kind)
    order = ' collate "C"' if kind == "text" else ""  # by code points, whatever the database sorts by
    return f"coalesce({left} {node.op} {right}{order}, false)"


def _operand(node: Node, columns: Mapping[str, Column], params: list[object], kind: str) -> str:
    if isinstance(node, Field):
        column = _column(node, columns)
        if column.type != kind:
            raise ExpressionError("not_in_sql", name=node.path)
        return f"nullif(lower({column.sql}), '')" if kind == "text" else column.sql
    if not isinstance(node, Literal):
        raise ExpressionError("not_in_sql", name=type(node).__name__)
    params.append(_parameter(node.value, kind))
    return f"lower(%s{CASTS['text']})" if kind == "text" else f"%s{CASTS[kind]}"


def _parameter(value: Any, kind: str) -> object:
    """A constant as its column holds it, or a refusal now instead of the database's later."""
    if value is None or value == "":
        return None
    if kind != "text":
        return READ[kind](value)
    if not isinstance(value, str):  # beside a text the closure compares numbers as numbers: another order, another equality
        raise ExpressionError("not_in_sql", name=values.text(value))
    return _storable(value)


def _storable(value: str) -> str:
    """A text the database can hold at all."""
    if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise ExpressionError("not_in_sql", name=ascii(value)[:40])
    return value


def _call(node: Call, columns: Mapping[str, Column], params: list[object]) -> str:
    called(node)
    if node.name in ("AND", "OR"):
        word = f" {node.name.lower()} "
        return "(" + word.join(_condition(a, columns, params) for a in node.args) + ")"
    if node.name == "NOT":
        return f"not {_condition(node.args[0], columns, params)}"
    if node.name == "ISBLANK" and isinstance(node.args[0], Field):
        column = _column(node.args[0], columns)
        empty = f" or {column.sql} = ''" if column.type == "text" else ""
        return f"({column.sql} is null{empty})"
    if node.name == "IN" and isinstance(node.args[0], Field):
        return _in(node, columns, params)
    if node.name in ("CONTAINS", "STARTSWITH", "ENDSWITH") and isinstance(node.args[0], Field):
        return _like(node, columns, params)
    raise ExpressionError("not_in_sql", name=node.name)


def _in(node: Call, columns: Mapping[str, Column], params: list[object]) -> str:
    column = _column(node.args[0], columns)  # type: ignore[arg-type] # the caller has checked it is a Field
    items = [i for a in node.args[1:] for i in (a.items if isinstance(a, ListOf) else (a,))]
    parts = [_operand(i, columns, params, column.type) for i in items]
    left = f"lower({column.sql})" if column.type == "text" else column.sql
    return f"coalesce({left} in ({', '.join(parts)}), false)" if parts else "false"


def _like(node: Call, columns: Mapping[str, Column], params: list[object]) -> str:
    column = _column(node.args[0], columns)  # type: ignore[arg-type] # the caller has checked it is a Field
    wanted = node.args[1]
    if column.type != "text" or not isinstance(wanted, Literal) or not isinstance(wanted.value, str) or not wanted.value:
        raise ExpressionError("not_in_sql", name=node.name)
    escaped = _storable(wanted.value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    shape = {"CONTAINS": f"%{escaped}%", "STARTSWITH": f"{escaped}%", "ENDSWITH": f"%{escaped}"}[node.name]
    params.append(shape)
    return f"coalesce({column.sql} ilike %s, false)"
