"""Which policy an order falls under, and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from gongdan.blueprints.document import Label
from gongdan.engines.expressions import compiler, parser, trees, types
from gongdan.engines.expressions.syntax import COMPARISONS, Binary, Call, ExpressionError, Field, ListOf, Literal, Node, fields
from gongdan.sla.plans import Plan

# what conditions may look at: type, and its name in both languages
FACTS: dict[str, tuple[str, str, str]] = {
    "tier": ("text", "等级", "tier"),
    "region": ("text", "区域", "region"),
    "province": ("text", "省份", "province"),
    "city": ("text", "城市", "city"),
    "district": ("text", "区县", "district"),
    "product": ("text", "产品", "product"),
    "model": ("text", "型号", "model"),
    "in_warranty": ("boolean", "在保", "in warranty"),
    "blueprint": ("text", "工单类型", "kind of order"),
    "priority": ("number", "优先级", "priority"),
    "channel": ("text", "渠道", "channel"),
    "title": ("text", "标题", "title"),
    "fields.*": ("any", "字段", "field"),
}
TYPES = {name: kind for name, (kind, _, _) in FACTS.items()}
OPERATORS = {"=": "=", "<>": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}
JOINED = {"AND": (" 且 ", " and "), "OR": (" 或 ", " or ")}
NO = {True: ("是", "yes"), False: ("否", "no")}
ALWAYS = Label("所有工单", "every order")


class Policy(NamedTuple):
    """A policy ready to be asked. `node`: its condition, None: every order."""

    id: UUID
    version: int
    name: Label
    node: Node | None
    program: compiler.Program | None
    plan: Plan


class Choice(msgspec.Struct, frozen=True):
    """The first policy that fits (None: the blueprint's own section), what was looked at, and which before it did not fit."""

    policy: Policy | None
    values: dict[str, Any]
    passed: list[Policy]


def read(condition: Any) -> Node | None:
    """A condition as text or tree → node; None for an empty one. Raises ExpressionError for what cannot be a condition on FACTS."""
    if condition in (None, "", {}):
        return None
    node = parser.parse(condition) if isinstance(condition, str) else trees.from_json(condition)
    found = types.check(node, TYPES)
    if found not in ("boolean", "any"):
        raise types.wrong("boolean", found)
    return node


def holds(policy: Policy, values: Mapping[str, Any], context: compiler.Context) -> bool:
    """Whether an order with these values falls under the policy; a condition that cannot be computed does not hold."""
    if policy.program is None:
        return True
    try:
        return policy.program.evaluate(values, context) is True
    except ExpressionError:
        return False


def choose(policies: Sequence[Policy], values: Mapping[str, Any], context: compiler.Context) -> Choice:
    """The first by rank whose condition holds."""
    passed: list[Policy] = []
    for policy in policies:
        if holds(policy, values, context):
            return Choice(policy, looked_at([*passed, policy], values), passed)
        passed.append(policy)
    return Choice(None, looked_at(passed, values), passed)


def looked_at(policies: Sequence[Policy], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the conditions of these policies name."""
    named = sorted({name for p in policies if p.node is not None for name in fields(p.node)})
    return {name: _plain(_value(values, name)) for name in named}


def _value(values: Mapping[str, Any], name: str) -> Any:
    found: Any = values
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def why(policy: Policy) -> Label:
    """The condition in words: "等级 = vip 且 区域 = 南山"."""
    return ALWAYS if policy.node is None else Label(words(policy.node, 0), words(policy.node, 1))


def why_not(policy: Policy, values: Mapping[str, Any], context: compiler.Context) -> Label:
    """The first part of a condition that does not hold, with what is there instead: "等级 = vip（这里是 normal）"."""
    if policy.node is None:
        return ALWAYS
    failing = next((n for n in _parts(policy.node) if not _true(n, values, context)), policy.node)
    there = [_value(values, name) for name in sorted(fields(failing))]
    zh, en = ("、".join(_said(v, i) for v in there) for i in (0, 1))
    return Label(f"{words(failing, 0)}（这里是{zh}）", f"{words(failing, 1)} (here: {en})")


def _parts(node: Node) -> list[Node]:
    return [p for a in node.args for p in _parts(a)] if isinstance(node, Call) and node.name == "AND" else [node]


def _true(node: Node, values: Mapping[str, Any], context: compiler.Context) -> bool:
    try:
        return compiler.compile_node(node).evaluate(values, context) is True
    except ExpressionError:
        return False


def _said(value: Any, language: int) -> str:
    if value in (None, ""):
        return ("空", "empty")[language]
    return NO[value][language] if isinstance(value, bool) else str(value)


def words(node: Node, language: int) -> str:
    """A condition in words; language 0: zh, 1: en. What has no simple words is shown as its formula."""
    if isinstance(node, Field):
        kind = FACTS.get(node.path)
        return kind[1 + language] if kind else node.path.removeprefix("fields.")
    if isinstance(node, Literal):
        return _number(node.value) if isinstance(node.value, Decimal) else _said(node.value, language)
    if isinstance(node, ListOf):
        return ("、", ", ")[language].join(words(i, language) for i in node.items)
    if isinstance(node, Binary) and node.op in COMPARISONS:
        return f"{words(node.left, language)} {OPERATORS[node.op]} {words(node.right, language)}"
    if isinstance(node, Call) and node.name in JOINED:
        return JOINED[node.name][language].join(_bracketed(a, node.name, language) for a in node.args)
    if isinstance(node, Call) and node.name == "NOT" and len(node.args) == 1:
        return ("非（{}）", "not ({})")[language].format(words(node.args[0], language))
    if isinstance(node, Call) and node.name == "IN":
        first, *rest = node.args
        return f"{words(first, language)} ∈ {'、'.join(words(r, language) for r in rest)}"
    return trees.to_text(node)


def _bracketed(node: Node, inside: str, language: int) -> str:
    text = words(node, language)
    return f"({text})" if isinstance(node, Call) and node.name in JOINED and node.name != inside else text


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")
