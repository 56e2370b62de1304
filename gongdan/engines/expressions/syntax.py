"""The syntax tree all forms of an expression share, its bounds, and its errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MAX_TEXT = 10_000
MAX_DEPTH = 64
MAX_NODES = 2_000
MAX_NAME = 200
MAX_DIGITS = 60
DIGITS = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")

MESSAGES: dict[str, tuple[str, str]] = {
    "too_long": ("表达式超过 {most} 个字符。", "The expression is over {most} characters."),
    "too_deep": ("表达式嵌套超过 {most} 层，请拆分。", "Nested deeper than {most}; split it up."),
    "too_many_nodes": ("表达式超过 {most} 个元素，请拆分。", "More than {most} parts; split it up."),
    "unexpected": ("此处不应出现「{found}」。", "“{found}” is not expected here."),
    "unexpected_end": ("表达式不完整。", "The expression ends too early."),
    "text_not_closed": ("文本缺少右引号。", "The text lacks its closing quote."),
    "field_not_closed": ("字段引用缺少右括号。", "The field reference lacks its closing bracket."),
    "bad_number": ("数字「{found}」无效。", "“{found}” is not a number."),
    "bad_tree": ("条件结构无效：{found}", "The condition tree is not valid: {found}"),
    "unknown_operator": ("不支持运算符「{found}」。", "There is no operator “{found}”."),
    "unknown_function": ("没有函数「{name}」。{hint}", "There is no function “{name}”. {hint}"),
    "unknown_field": ("没有字段「{name}」。{hint}", "There is no field “{name}”. {hint}"),
    "wrong_count": ("函数 {name} 需要 {expected} 个参数。", "{name} takes {expected} arguments."),
    "wrong_type": ("需要{expected}，得到{found}。", "{expected} is needed, this is {found}."),
    "not_a_number": ("「{found}」不是数字。", "“{found}” is not a number."),
    "not_a_date": ("「{found}」不是日期。", "“{found}” is not a date."),
    "not_a_boolean": ("需要真或假。", "True or false is needed."),
    "division_by_zero": ("除数为零。", "Division by zero."),
    "number_range": ("数字超出范围。", "The number is out of range."),
    "too_many_steps": ("计算步骤过多。", "The calculation takes too many steps."),
    "too_large": ("结果过大。", "The result is too large."),
    "too_slow": ("计算超时。", "The calculation takes too long."),
    "no_calendar": ("没有可用的工作日历。", "No working calendar is at hand."),
    "not_found": ("没有匹配的结果。", "Nothing matches."),
    "not_in_sql": ("「{name}」不能用于筛选。", "“{name}” cannot be used in a filter."),
}


class ExpressionError(Exception):
    """An expression that cannot be read or computed; `position` is a character offset or a JSON path."""

    def __init__(self, code: str, position: int | str | None = None, **values: Any) -> None:
        self.code = code
        self.position = position
        self.values = {"hint": "", **values}
        super().__init__(self.text("en"))

    def text(self, locale: str) -> str:
        """The message in "zh" or "en"."""
        zh, en = MESSAGES[self.code]
        return (en if locale == "en" else zh).format_map(self.values).strip()


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: None, bool, Decimal or str."""

    value: None | bool | Decimal | str


@dataclass(frozen=True, slots=True)
class Field:
    """A value by its key; dots lead into related records."""

    path: str


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `x%`."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """`left op right`; op is one of + - * / ^ & = <> < <= > >=."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its upper-case name."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values, as in IN."""

    items: tuple[Node, ...]


Node = Literal | Field | Unary | Binary | Call | ListOf
COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
OPERATORS = COMPARISONS | {"+", "-", "*", "/", "^", "&"}


def constant(digits: str, position: int | str) -> Decimal:
    """The number of a constant: at most 60 digits, between 1e-60 and 1e31. Raises bad_number, number_range."""
    if not DIGITS.fullmatch(digits):
        raise ExpressionError("bad_number", position, found=digits[:30])
    number = Decimal(digits)
    if not number:
        return Decimal(0)
    if len(number.as_tuple().digits) > MAX_DIGITS or not -60 <= number.adjusted() <= 30:
        raise ExpressionError("number_range", position)
    return number


def negative(node: Node) -> Node:
    """Minus a node: a positive constant becomes the negative one."""
    if isinstance(node, Literal) and isinstance(node.value, Decimal) and node.value > 0:
        return Literal(node.value.copy_negate())  # exact; the operator rounds to 28 digits
    return Unary("-", node)


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node."""
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Call):
        return node.args
    if isinstance(node, ListOf):
        return node.items
    return ()


def walk(node: Node) -> Iterator[Node]:
    """All nodes, without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(children(current))


def fields(node: Node) -> set[str]:
    """All field paths an expression reads."""
    return {n.path for n in walk(node) if isinstance(n, Field)}


def check_bounds(node: Node) -> Node:
    """Refuse trees that are too deep or too large; returns the node."""
    count = 0
    stack: list[tuple[Node, int]] = [(node, 1)]
    while stack:
        current, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH:
            raise ExpressionError("too_deep", most=MAX_DEPTH)
        if count > MAX_NODES:
            raise ExpressionError("too_many_nodes", most=MAX_NODES)
        stack.extend((child, depth + 1) for child in children(current))
    return node
