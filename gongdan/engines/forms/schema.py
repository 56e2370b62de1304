"""Form definitions: checked once, compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gongdan.engines.expressions import parser, syntax, trees
from gongdan.engines.expressions import types as expression_types
from gongdan.engines.expressions.compiler import Context, Program, compile_node
from gongdan.engines.forms.fields import CURRENCY, KINDS, NUMBER, Bad, decimal
from gongdan.engines.forms.patterns import compile_pattern
from gongdan.engines.forms.validation import Checked, validate

MESSAGES: dict[str, tuple[str, str]] = {
    "form_shape": ("表单定义应包含 fields 列表。", "A form definition has a list of fields."),
    "field_key": ("字段标识无效：{found}", "Not a field key: {found}"),
    "field_twice": ("字段「{found}」重复。", "Field “{found}” is there twice."),
    "kind_unknown": ("没有字段类型「{found}」。", "There is no field kind “{found}”."),
    "label_missing": ("字段「{found}」缺少中英文名称。", "Field “{found}” lacks its zh and en labels."),
    "options_missing": ("字段「{found}」缺少选项。", "Field “{found}” has no options."),
    "options_wrong": ("字段「{found}」的选项应各有文本值 value。", "Each option of “{found}” has a text as its value."),
    "setting_wrong": ("字段「{found}」的 {name} 无效。", "{name} of “{found}” is not valid."),
    "list_wrong": ("{found} 应为对象的列表。", "{found} is a list of objects."),
    "expression_wrong": (
        "字段「{found}」的表达式有误：{reason}",
        "An expression of “{found}” is wrong: {reason}",
    ),
    "formula_missing": ("公式字段「{found}」缺少公式。", "Formula field “{found}” has no formula."),
    "formula_cycle": ("公式循环引用：{found}", "Formulas refer to each other: {found}"),
    "pattern_wrong": ("字段「{found}」的格式规则无效。", "The pattern of “{found}” is not valid."),
    "section_field": ("分组引用了不存在的字段「{found}」。", "A section names the unknown field “{found}”."),
    "default_wrong": ("字段「{found}」的默认值无效。", "The default of “{found}” is not valid."),
}
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
CONDITIONS = ("show_if", "require_if", "read_only_if")
CONDITION, ANY = frozenset({"boolean", "any"}), frozenset[str]()
# base fields of an order that expressions of its form may read
BASE = {"title": "text", "priority": "number", "channel": "text", "state": "text"}
MAX_FIELDS = 2_000
MAX_LEVELS = 16
MAX_PROBLEMS = 100
WITH_OPTIONS = ("choice", "multi_choice", "tree")


@dataclass(frozen=True, slots=True)
class Rule:
    """A cross-field check: when `check` is not true, `message` is shown at `field`."""

    check: Program
    message: Mapping[str, str]
    field: str


@dataclass(frozen=True)
class Form:
    """A compiled form."""

    fields: Mapping[str, Mapping[str, Any]]
    conditions: Mapping[str, Mapping[str, Program]]
    formulas: tuple[tuple[str, Program], ...]
    rules: tuple[Rule, ...]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()

    def typed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Stored values as expressions want them: numbers that were kept as digits are numbers again, not texts."""
        return {k: Decimal(v) if k in self.numbers and isinstance(v, str) and NUMBER.fullmatch(v) else v for k, v in values.items()}

    def validate(
        self,
        values: Mapping[str, Any],
        context: Context,
        *,
        previous: Mapping[str, Any] | None = None,
        stage: str = "submit",
        base: Mapping[str, Any] | None = None,
    ) -> Checked:
        """Normalise and check `values`; see `validation.validate`."""
        return validate(self, values, context, previous=previous, stage=stage, base=base)


def _problem(path: str, code: str, **values: Any) -> dict[str, str]:
    zh, en = MESSAGES[code]
    return {"path": path, "code": code, "zh": zh.format_map(values), "en": en.format_map(values)}


def node_of(expression: Any) -> syntax.Node:
    """An expression as text or JSON tree → syntax tree."""
    return parser.parse(expression) if isinstance(expression, str) else trees.from_json(expression)


def problems(definition: Any) -> list[dict[str, str]]:
    """What is wrong with a definition: [{path, code, zh, en}]; empty when it can be compiled.

    Everything, but of many wrong fields about the first hundred.
    """
    listed = definition.get("fields") if isinstance(definition, Mapping) else None
    if not isinstance(listed, list) or len(listed) > MAX_FIELDS or not all(isinstance(f, Mapping) for f in listed):
        return [_problem("fields", "form_shape")]
    found: list[dict[str, str]] = []
    types = {str(f.get("key")): KINDS[kind].expression_type for f in listed if (kind := str(f.get("kind"))) in KINDS}
    seen: set[str] = set()
    for index, one in enumerate(listed):
        found += _field_problems(one, f"fields[{index}]", seen, types)
        if len(found) >= MAX_PROBLEMS:
            return found
    keys = set(types)
    for index, section in enumerate(_objects(definition, "sections", found)):
        named = section.get("fields", [])
        named = named if isinstance(named, list) else [named]
        found += [_problem(f"sections[{index}]", "section_field", found=k) for k in named if str(k) not in keys]
    for index, rule in enumerate(_objects(definition, "rules", found)):
        if not isinstance(rule.get("message", {}), Mapping):
            found.append(_problem(f"rules[{index}].message", "label_missing", found=str(rule.get("field", ""))))
        found += _expression_problems(rule.get("check"), f"rules[{index}].check", str(rule.get("field", "")), types, CONDITION)
    return found or _cycles(listed)


def _objects(definition: Mapping[str, Any], name: str, found: list[dict[str, str]]) -> list[Mapping[str, Any]]:
    listed = definition.get(name) or []
    if isinstance(listed, list) and all(isinstance(one, Mapping) for one in listed):
        return listed
    found.append(_problem(name, "list_wrong", found=name))
    return []


def _field_problems(one: Mapping[str, Any], path: str, seen: set[str], types: Mapping[str, str]) -> list[dict[str, str]]:
    key = one.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        return [_problem(f"{path}.key", "field_key", found=key)]
    found: list[dict[str, str]] = []
    if key in seen:
        found.append(_problem(f"{path}.key", "field_twice", found=key))
    seen.add(key)
    kind = one.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return [*found, _problem(f"{path}.kind", "kind_unknown", found=kind)]
    label = one.get("label")
    if not isinstance(label, Mapping) or not label.get("zh") or not label.get("en"):
        found.append(_problem(f"{path}.label", "label_missing", found=key))
    if kind in WITH_OPTIONS and not one.get("options"):
        found.append(_problem(f"{path}.options", "options_missing", found=key))
    elif kind in WITH_OPTIONS and not _options_sound(one["options"], MAX_LEVELS):
        found.append(_problem(f"{path}.options", "options_wrong", found=key))
    if kind == "formula" and not one.get("formula"):
        found.append(_problem(f"{path}.formula", "formula_missing", found=key))
    found += [
        _problem(f"{path}.{name}", "setting_wrong", found=key, name=name)
        for name, sound in SETTINGS.items()
        if one.get(name) is not None and not sound(one[name])
    ]
    if one.get("pattern") is not None and not _pattern_sound(one["pattern"]):
        found.append(_problem(f"{path}.pattern", "pattern_wrong", found=key))
    if not found and not _default_sound(one):
        found.append(_problem(f"{path}.default", "default_wrong", found=key))
    for name in (*CONDITIONS, "formula"):
        if one.get(name) is not None:
            found += _expression_problems(one[name], f"{path}.{name}", key, types, ANY if name == "formula" else CONDITION)
    return found


def _is_number(value: Any) -> bool:
    try:
        decimal(value)
    except Bad:
        return False
    return True


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_currency(value: Any) -> bool:
    return isinstance(value, str) and CURRENCY.fullmatch(value) is not None


SETTINGS: dict[str, Callable[[Any], bool]] = {
    "min": _is_number,
    "max": _is_number,
    "max_length": _is_count,
    "max_items": _is_count,
    "currency": _is_currency,
}


def _options_sound(options: Any, levels: int) -> bool:
    return (
        levels > 0
        and isinstance(options, list)
        and all(isinstance(o, Mapping) and isinstance(o.get("value"), str) and o["value"] for o in options)
        and all(_options_sound(o["children"], levels - 1) for o in options if o.get("children"))
    )


def _pattern_sound(pattern: Any) -> bool:
    try:
        compile_pattern(pattern)
    except ValueError:
        return False
    return True


def _default_sound(one: Mapping[str, Any]) -> bool:
    if one.get("default") in (None, "") or one["kind"] == "formula":
        return True
    try:
        KINDS[one["kind"]].read(one["default"], _prepared(one))
    except Bad:
        return False
    return True


def _prepared(one: Mapping[str, Any]) -> dict[str, Any]:
    """A field with what its reader needs."""
    found = {name: value for name, value in one.items() if value is not None}
    if one["kind"] in ("choice", "multi_choice"):
        found["_options"] = frozenset(o["value"] for o in one["options"])
    if one["kind"] == "tree":
        found["_paths"] = frozenset(_paths(one["options"]))
    if one.get("pattern") is not None:
        found["_pattern"] = compile_pattern(one["pattern"])
    return found


def _expression_problems(
    expression: Any, path: str, key: str, types: Mapping[str, str], wanted: frozenset[str]
) -> list[dict[str, str]]:
    try:
        node = node_of(expression)
        compile_node(node)
        found = expression_types.check(node, {**BASE, **types})
        if wanted and found not in wanted:  # "is true" is asked of conditions: 1 or "yes" would never hold
            raise expression_types.wrong("boolean", found)
    except syntax.ExpressionError as error:
        zh, en = MESSAGES["expression_wrong"]
        return [
            {
                "path": path,
                "code": "expression_wrong",
                "zh": zh.format(found=key, reason=error.text("zh")),
                "en": en.format(found=key, reason=error.text("en")),
            }
        ]
    return []


def _cycles(listed: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    try:
        _ordered(listed)
    except _Cycle as cycle:
        return [_problem("fields", "formula_cycle", found=" → ".join(cycle.keys))]
    return []


class _Cycle(Exception):
    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        super().__init__(str(keys))


def _ordered(listed: list[Mapping[str, Any]]) -> list[str]:
    """Formula keys so that each comes after those it reads. Iterative, so that long chains are fine."""
    reads = {f["key"]: syntax.fields(node_of(f["formula"])) for f in listed if f.get("kind") == "formula"}
    done: dict[str, int] = {}
    order: list[str] = []
    for start in reads:
        stack = [(start, False)]
        while stack:
            key, leaving = stack.pop()
            if leaving:
                done[key] = 2
                order.append(key)
                continue
            if done.get(key) == 2:
                continue
            done[key] = 1
            stack.append((key, True))
            for other in sorted(reads[key]):
                if other in reads and done.get(other) == 1:
                    raise _Cycle([key, other])
                if other in reads and done.get(other) != 2:
                    stack.append((other, False))
    return order


def compile_form(definition: Mapping[str, Any]) -> Form:
    """A definition → Form. Raises ValueError with the first problem when the definition is unsound."""
    wrong = problems(definition)
    if wrong:
        raise ValueError(f"{wrong[0]['path']}: {wrong[0]['en']}")
    fields: dict[str, dict[str, Any]] = {}
    conditions: dict[str, dict[str, Program]] = {}
    for one in definition["fields"]:
        fields[one["key"]] = _prepared(one)
        found = {c: compile_node(node_of(one[c])) for c in CONDITIONS if one.get(c) is not None}
        if found:
            conditions[one["key"]] = found
    by_key = {f["key"]: f for f in definition["fields"]}
    formulas = tuple((k, compile_node(node_of(by_key[k]["formula"]))) for k in _ordered(definition["fields"]))
    rules = tuple(
        Rule(compile_node(node_of(r["check"])), r.get("message", {}), str(r.get("field", "")))
        for r in definition.get("rules") or []
    )
    defaults = {f["key"]: f["default"] for f in definition["fields"] if f.get("default") is not None}
    return Form(fields, conditions, formulas, rules, defaults, _numbers(fields, formulas))


def _numbers(fields: Mapping[str, Mapping[str, Any]], formulas: tuple[tuple[str, Program], ...]) -> frozenset[str]:
    """Keys whose values are numbers: by their kind, or because their formula always gives one."""
    types = {**BASE, **{k: KINDS[f["kind"]].expression_type for k, f in fields.items()}}
    for key, program in formulas:  # each after those it reads
        types[key] = expression_types.check(program.node, types)
    return frozenset(k for k in fields if types[k] == "number")


def _paths(options: list[Mapping[str, Any]], before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for option in options:
        path = (*before, option["value"])
        found.append(path)
        found += _paths(option.get("children") or [], path)
    return found
