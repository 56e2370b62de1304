"""Checking submitted values against a form.

Order: defaults for absent keys of a new record → each value read by its kind → formulas → what is read-only → what is shown →
what is required → rules. A hidden field's value is dropped with its problems: it is never stored, so a formula or report cannot
count what nobody saw. A read-only field keeps what it had, and formulas count with that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gongdan.engines.expressions.compiler import Context, Program
from gongdan.engines.expressions.syntax import ExpressionError
from gongdan.engines.expressions.values import text
from gongdan.engines.forms.fields import KINDS, MESSAGES, Bad, blank

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
    values, refused = _read(form, given, previous)
    seen: dict[str, Any] = {**(base or {}), **form.typed(values)}
    if previous is not None:
        _compute(form, values, seen, context, frozenset())
    kept = _keep_read_only(form, values, seen, context, previous)
    hidden, failed = _hide(form, values, seen, context, kept)
    problems = [p for p in refused if p["field"] not in hidden and p["field"] not in kept] + failed
    required = _required(form, seen, context, hidden)
    if stage == "submit":
        missing = [k for k in form.fields if k in required and blank(values.get(k))]
        bad = {p["field"] for p in problems}
        problems += [_problem(form, k, "required") for k in missing if k not in bad]
        problems += _rules(form, seen, context)
    return Checked(values, problems, hidden, frozenset(required))


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
            found = KINDS[field["kind"]].read(raw, field)
        except Bad as bad:
            problems.append(_problem(form, key, bad.code, **bad.values))
            continue
        if found != "":  # nothing but spaces says nothing
            values[key] = found
    return values, problems


def _compute(
    form: Form, values: dict[str, Any], seen: dict[str, Any], context: Context, without: frozenset[str]
) -> list[dict[str, Any]]:
    """All formulas but those `without`, into `values` and `seen`; returns those that failed as problems."""
    failed: list[dict[str, Any]] = []
    for key, program in form.formulas:
        if key in without:
            continue
        try:
            found = program.evaluate(seen, context)
        except ExpressionError as error:
            found = None
            reasons = {"reason_zh": error.text("zh"), "reason_en": error.text("en")}
            failed.append(_problem(form, key, "formula_failed", **reasons))
        if found is None or found == "":
            values.pop(key, None)
            seen.pop(key, None)
        else:
            values[key], seen[key] = _plain(found), found
    return failed


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < 2**53
        return int(value) if whole else text(value)
    return value if isinstance(value, bool | str) else text(value)


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
) -> frozenset[str]:
    """A field that is read-only now keeps what it had. Returns those."""
    kept: set[str] = set()
    if previous is None:
        return frozenset()
    before = form.typed(previous)
    for key, conditions in form.conditions.items():
        if "read_only_if" not in conditions:
            continue
        if _holds(conditions["read_only_if"], {**seen, **before}, context, on_error=False):
            kept.add(key)
            for target, source in ((values, previous), (seen, before)):
                target.pop(key, None)
                if source.get(key) is not None:
                    target[key] = source[key]
    return frozenset(kept)


def _hide(
    form: Form, values: dict[str, Any], seen: dict[str, Any], context: Context, kept: frozenset[str]
) -> tuple[frozenset[str], list[dict[str, Any]]]:
    """Hide until nothing changes: hiding one field may change a formula, hide the next, or show it again.

    Without fields that depend on each other's show_if in a ring that ends after a round per level. In a ring, what was hidden once
    stays hidden. Returns what is hidden, and the formulas that fail in the end.
    """
    whole = [(values, dict(values)), (seen, dict(seen))]
    hidden: frozenset[str] = frozenset()
    known = {hidden}
    ring = False
    while True:
        failed = _compute(form, values, seen, context, hidden | kept)
        found = frozenset(
            key
            for key, conditions in form.conditions.items()
            if "show_if" in conditions and not _holds(conditions["show_if"], seen, context, on_error=True)
        )
        found |= hidden if ring else frozenset()
        if found == hidden:
            return hidden, failed
        ring = ring or found in known or len(known) > len(form.conditions)
        known.add(found)
        for target, before in whole:
            target.update({key: before[key] for key in hidden - found if key in before})
            for key in found:
                target.pop(key, None)
        hidden = found


def _required(form: Form, seen: Mapping[str, Any], context: Context, hidden: frozenset[str]) -> set[str]:
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
