"""Static types: text number boolean date instant list any. `check` finds mistakes when a formula is saved."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from gongdan.engines.expressions.functions import called, near
from gongdan.engines.expressions.syntax import (
    COMPARISONS,
    Binary,
    Call,
    ExpressionError,
    Field,
    ListOf,
    Literal,
    Node,
    Unary,
)

NAMES = {
    "text": ("文本", "text"),
    "number": ("数字", "a number"),
    "boolean": ("真假值", "true or false"),
    "date": ("日期", "a date"),
    "instant": ("时间", "an instant"),
    "list": ("列表", "a list"),
}
LOOSE = frozenset({"any", "null"})


def check(node: Node, fields: Mapping[str, str]) -> str:
    """The type of an expression over `fields` (key → type). Raises unknown_field, unknown_function, wrong_count, wrong_type."""
    if isinstance(node, Literal):
        return _constant(node)
    if isinstance(node, Field):
        return _field(node, fields)
    if isinstance(node, ListOf):
        for item in node.items:
            check(item, fields)
        return "list"
    if isinstance(node, Unary):
        _need(check(node.operand, fields), "number")
        return "number"
    if isinstance(node, Binary):
        return _binary(node, fields)
    return _call(node, fields)


def _constant(node: Literal) -> str:
    if node.value is None:
        return "null"
    if isinstance(node.value, bool):
        return "boolean"
    return "number" if isinstance(node.value, Decimal) else "text"


def _field(node: Field, fields: Mapping[str, str]) -> str:
    found = fields.get(node.path) or fields.get(node.path.partition(".")[0] + ".*")
    if found is None:
        raise ExpressionError("unknown_field", name=node.path, hint=near(node.path, fields))
    return found


def _binary(node: Binary, fields: Mapping[str, str]) -> str:
    left, right = check(node.left, fields), check(node.right, fields)
    if node.op in COMPARISONS:
        if "list" in (left, right) or ({left, right} == {"boolean", "number"}):
            raise wrong(left, right)
        return "boolean"
    if node.op == "&":
        return "text"
    _need(left, "number")
    _need(right, "number")
    return "number"


def _call(node: Call, fields: Mapping[str, str]) -> str:
    function = called(node)
    found = [check(a, fields) for a in node.args]
    if function.takes in ("number", "boolean"):
        for kind in found:
            _need(kind, function.takes)
    if node.name == "IF":
        _need(found[0], "boolean")
        kinds = set(found[1:]) - LOOSE
        return kinds.pop() if len(kinds) == 1 else "any"
    if node.name == "COALESCE":
        kinds = set(found) - LOOSE
        return kinds.pop() if len(kinds) == 1 else "any"
    return function.returns


def _need(found: str, wanted: str) -> None:
    if found in LOOSE or found == wanted:
        return
    if wanted == "number" and found == "text":
        return  # a text may hold digits; known only when it is computed
    raise wrong(wanted, found)


def wrong(wanted: str, found: str) -> ExpressionError:
    """The error wrong_type, in words."""
    words = [" / ".join(NAMES.get(n, (n, n))) for n in (wanted, found)]
    return ExpressionError("wrong_type", expected=words[0], found=words[1])
