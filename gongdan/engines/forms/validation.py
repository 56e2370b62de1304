"""Checking submitted values against a form.

Order: defaults for absent keys of a new record → each value read by its kind → formulas → what is shown → what is required → rules.
A hidden field's value is dropped: it is never stored, so a formula or report cannot count what nobody saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gongdan.engines.expressions.compiler import Context, Program
from gongdan.engines.expressions.syntax import ExpressionError
from gongdan.engines.expressions.values import text
from gongdan.engines.forms.fields import KINDS, MESSAGES, Bad

if TYPE_CHECKING:
    from gongdan.engines.forms.schema import Form


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: normalised values (hidden ones dropped), problems by field, what is hidden and required."""

    values: dict[str, Any]
    problems: list[dict[str, Any]]
    hidden: frozenset[str]
    required: frozenset[str]


def validate(
    form: Form,
    given: Mapping[str, Any],
    context: Context,
    *,
    previous: Mapping[str, Any] | None = None,
    stage: str = "submit",
    base: Mapping[str, Any] | None = None,
) -> Checked:
    """Check `given` (whole form). `stage="draft"` forgives what is missing. `previous` keeps read-only values.

    Problems: [{"field", "code", "zh", "en", …arguments}].
    """
    values, problems = _read(form, given, previous)
    seen: dict[str, Any] = {**(base or {}), **values}
    _compute(form, values, seen, context, problems)
    _keep_read_only(form, values, seen, context, previous)
    hidden = _hidden(form, values, seen, context)
    if hidden:
        _compute(form, values, seen, context, problems)
    required = _required(form, seen, context, hidden)
    if stage == "submit":
        missing = [k for k in form.fields if k in required and values.get(k) in (None, "", [])]
        bad = {p["field"] for p in problems}
        problems += [_problem(form, k, "required") for k in missing if k not in bad]
        problems += _rules(form, seen, context)
    return Checked(values, problems, frozenset(hidden), frozenset(required))


def _problem(form: Form, key: str, code: str, **values: Any) -> dict[str, Any]:
    label = form.fields.get(key, {}).get("label", {"zh": key, "en": key})
    zh, en = MESSAGES[code]
    return {
        "field": key,
        "code": code,
        "zh": zh.format_map({"label": label["zh"], **values}),
        "en": en.format_map({"label": label["en"], **values}),
    }


def _read(form: Form, given: Mapping[str, Any], previous: Mapping[str, Any] | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    values: dict[str, Any] = {}
    problems: list[dict[str, Any]] = []
    if previous is None and form.defaults:
        given = {**form.defaults, **given}
    for key, raw in given.items():
        field = form.fields.get(key)
        if field is None:
            problems.append(_problem(form, key[:60], "unknown_field"))
            continue
        if raw is None or raw == "" or field["kind"] == "formula":
            continue
        try:
            values[key] = KINDS[field["kind"]].read(raw, field)
        except Bad as bad:
            problems.append(_problem(form, key, bad.code, **bad.values))
    return values, problems


def _compute(form: Form, values: dict[str, Any], seen: dict[str, Any], context: Context, problems: list[dict[str, Any]]) -> None:
    for key, program in form.formulas:
        try:
            found = _plain(program.evaluate(seen, context))
        except ExpressionError as error:
            found = None
            reasons = {"reason_zh": error.text("zh"), "reason_en": error.text("en")}
            entry = _problem(form, key, "formula_failed", **reasons)
            if entry not in problems:
                problems.append(entry)
        if found is None:
            values.pop(key, None)
            seen.pop(key, None)
        else:
            values[key] = seen[key] = found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < 2**53
        return int(value) if whole else text(value)
    if value is None or isinstance(value, bool | str | int):
        return value
    return text(value)


def _holds(program: Program, seen: Mapping[str, Any], context: Context, *, on_error: bool) -> bool:
    try:
        return program.evaluate(seen, context) is True
    except ExpressionError:
        return on_error


def _keep_read_only(
    form: Form,
    values: dict[str, Any],
    seen: dict[str, Any],
    context: Context,
    previous: Mapping[str, Any] | None,
) -> None:
    """A field that is read-only now keeps what it had."""
    for key, conditions in form.conditions.items():
        if previous is None or "read_only_if" not in conditions:
            continue
        if _holds(conditions["read_only_if"], {**seen, **previous}, context, on_error=False):
            for target in (values, seen):
                target.pop(key, None)
                if previous.get(key) is not None:
                    target[key] = previous[key]


def _hidden(form: Form, values: dict[str, Any], seen: dict[str, Any], context: Context) -> set[str]:
    """Hide until nothing changes: hiding one field may hide the next. At most one round per condition."""
    hidden: set[str] = set()
    for _ in range(len(form.conditions) + 1):
        more = {
            key
            for key, conditions in form.conditions.items()
            if key not in hidden and "show_if" in conditions and not _holds(conditions["show_if"], seen, context, on_error=True)
        }
        if not more:
            break
        hidden |= more
        for key in more:
            values.pop(key, None)
            seen.pop(key, None)
    return hidden


def _required(form: Form, seen: Mapping[str, Any], context: Context, hidden: set[str]) -> set[str]:
    required = {k for k, f in form.fields.items() if f.get("required") and k not in hidden}
    for key, conditions in form.conditions.items():
        if key not in hidden and "require_if" in conditions and _holds(conditions["require_if"], seen, context, on_error=False):
            required.add(key)
    return required


def _rules(form: Form, seen: Mapping[str, Any], context: Context) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for rule in form.rules:
        if not _holds(rule.check, seen, context, on_error=True):
            zh = rule.message.get("zh", "校验不通过")
            found.append({"field": rule.field, "code": "rule_failed", "zh": zh, "en": rule.message.get("en", zh)})
    return found
