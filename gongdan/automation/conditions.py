"""What a rule's condition may read, how it is compiled, and why it held or not. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from gongdan.engines.expressions import compiler, syntax, trees, types
from gongdan.engines.expressions.compiler import Context, Program
from gongdan.engines.forms.schema import node_of
from gongdan.orders.rules import form_context

LONGEST = 200


class Value(NamedTuple):
    """A value that conditions can read. `moves`: changes by time alone. `past`: a dry run knows what it was."""

    type: str
    zh: str
    en: str
    moves: bool = False
    past: bool = True


FIELDS: dict[str, Value] = {
    "blueprint": Value("text", "工单模板", "Blueprint"),
    "title": Value("text", "标题", "Title"),
    "channel": Value("text", "来源", "Channel"),
    "state": Value("text", "状态", "State"),
    "family": Value("text", "状态类别（waiting/working/resolved/closed）", "State family (waiting, working, resolved, closed)"),
    "priority": Value("number", "优先级（1 最高）", "Priority (1 is highest)"),
    "waiting_on": Value("text", "挂起等待", "Waiting on"),
    "has_assignee": Value("boolean", "已有负责人", "Somebody has it"),
    "accepted": Value("boolean", "已受理", "Accepted"),
    "team": Value("text", "团队编码", "Team key"),
    "reopened": Value("number", "重开次数", "Times reopened"),
    "handovers": Value("number", "转派次数", "Hand-overs"),
    "tags": Value("list", "标签", "Tags"),
    "customer.tier": Value("text", "客户等级（vip/key/normal）", "Customer tier (vip, key, normal)", past=False),
    "customer.code": Value("text", "客户编码", "Customer code", past=False),
    "asset.category": Value("text", "设备类别", "Asset category", past=False),
    "asset.model": Value("text", "设备型号", "Asset model", past=False),
    "asset.under_warranty": Value("boolean", "设备在保", "Asset under warranty", moves=True, past=False),
    "sla_state": Value("text", "时限状态（ok/near/breached/paused/met/none）", "Deadline state", past=False),
    "due_in_minutes": Value("number", "距最近时限的分钟数", "Minutes to the next deadline", moves=True, past=False),
    "age_minutes": Value("number", "开单至今分钟数", "Minutes since opened", moves=True),
    "in_state_minutes": Value("number", "在当前状态的分钟数", "Minutes in this state", moves=True),
}
# functions that read the clock
CLOCK = frozenset({"NOW", "TODAY"})


class Problem(Exception):
    """A condition that cannot be saved; `code` is a message code with `values`, `position` an offset in text or a JSON path."""

    def __init__(self, code: str, position: int | str | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code, self.position, self.values = code, position, values


class Verdict(NamedTuple):
    """Whether a condition holds, and the values it read."""

    holds: bool
    values: dict[str, Any]


def known(custom: Mapping[str, str], fact: Mapping[str, str] | None = None) -> dict[str, str]:
    """Types of everything a condition may read: the order's values, custom fields (`fields.<key>`), the fact's (`fact.<name>`)."""
    found = {k: v.type for k, v in FIELDS.items()}
    found |= {f"fields.{k}": kind for k, kind in custom.items()}
    return found | {f"fact.{k}": kind for k, kind in (fact or {}).items()}


def check(condition: str | dict[str, Any], readable: Mapping[str, str], *, timeless: bool) -> str:
    """The condition as text. Raises Problem; with `timeless` also for values that change by time alone."""
    if condition == "":
        return ""
    try:
        node = node_of(condition)
        found = types.check(node, readable)
    except syntax.ExpressionError as error:
        if error.code == "unknown_field" and str(error.values.get("name", "")).startswith("fact."):
            raise Problem("rule_fact_fields", name=error.values["name"]) from None
        raise Problem("rule_condition_wrong", error.position, reason=(error.text("zh"), error.text("en"))) from None
    if found not in ("boolean", "any", "null"):
        raise Problem("rule_condition_type")
    if timeless:
        for name in sorted(moving(node)):
            raise Problem("rule_held_moves", name=name)
    return trees.to_text(node)


def moving(node: syntax.Node) -> set[str]:
    """What in a condition changes by time alone."""
    read = {f for f in syntax.fields(node) if f in FIELDS and FIELDS[f].moves}
    return read | {n.name for n in syntax.walk(node) if isinstance(n, syntax.Call) and n.name in CLOCK}


def forgotten(condition: str | dict[str, Any]) -> list[str]:
    """What a condition reads that nobody can know of the past: a dry run takes what is so now."""
    if condition == "":
        return []
    return sorted(f for f in syntax.fields(node_of(condition)) if f in FIELDS and not FIELDS[f].past)


class Condition:
    """A compiled condition."""

    def __init__(self, node: syntax.Node) -> None:
        self.node = node
        self.reads = sorted(syntax.fields(node))
        self.program = compiler.compile_node(node)
        whole = isinstance(node, syntax.Call) and node.name == "AND"
        parts = node.args if whole and isinstance(node, syntax.Call) else (node,)
        self.parts: list[tuple[str, Program]] = [(trees.to_text(p)[1:], compiler.compile_node(p)) for p in parts]

    def holds(self, values: Mapping[str, Any], context: Context) -> bool:
        """Whether it is true; one that cannot be computed does not hold."""
        return _true(self.program, values, context)

    def decide(self, values: Mapping[str, Any], context: Context) -> Verdict:
        """Whether it holds, with the values it read."""
        return Verdict(self.holds(values, context), self.read(values))

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values it reads, fit to be kept."""
        return {path: short(values.get(path)) for path in self.reads}

    def explain(self, values: Mapping[str, Any], context: Context) -> list[tuple[str, bool]]:
        """Each part that has to hold, as text, and whether it does."""
        return [(text, _true(program, values, context)) for text, program in self.parts]


def _true(program: Program, values: Mapping[str, Any], context: Context) -> bool:
    try:
        return program.evaluate(values, context) is True
    except syntax.ExpressionError:
        return False


def short(value: Any) -> Any:
    """A value as it is kept beside a run: plain, bounded."""
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, list | tuple):
        return [short(v) for v in value[:20]]
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


@lru_cache(maxsize=2_000)
def _compiled(text: bytes) -> Condition | None:
    condition = msgspec.json.decode(text)
    return None if condition == "" else Condition(node_of(condition))


def compiled(condition: str | dict[str, Any]) -> Condition | None:
    """The compiled condition, from the process's cache; None when it always holds."""
    return _compiled(msgspec.json.encode(condition))


def context(at: datetime, zone: str) -> Context:
    """What a condition knows of the time."""
    return form_context(at, zone)
