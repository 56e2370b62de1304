"""The public form of a blueprint: its fields as plain HTML controls, and back."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import QueryDict

from gongdan.blueprints.compiled import Compiled
from gongdan.kernel.errors import Invalid

# what HTML can do without a script; other kinds (tree, reference, formula …) stay with the staff
CONTROLS = {
    "text": "text", "serial": "text", "number": "decimal", "duration": "decimal", "email": "email", "url": "url", "phone": "tel",
    "date": "date", "address": "text", "long_text": "area", "boolean": "check", "choice": "choice", "rating": "choice",
    "multi_choice": "checks", "files": "files",
}  # fmt: skip
BASE = {"title": 300, "phone": 60, "name": 100, "address": 500, "description": 5_000, "email": 200}


class Control(NamedTuple):
    """A field as the page shows it."""

    key: str
    control: str
    label: str
    required: bool
    value: str
    chosen: frozenset[str]
    options: list[tuple[str, str]]
    bad: bool


class Complaint(NamedTuple):
    """What is wrong with one field, and the id of its control."""

    field: str
    text: str


def shown(compiled: Compiled) -> list[dict[str, Any]]:
    """The form fields the public form shows, in the form's order."""
    public = set(compiled.document.portal.fields)
    return [f for f in compiled.document.form.get("fields", []) if f["key"] in public and f["kind"] in CONTROLS]


def controls(compiled: Compiled, given: QueryDict, locale: str, bad: set[str]) -> list[Control]:
    """The controls of the form, filled with what was given."""
    return [
        Control(
            key=f["key"],
            control=CONTROLS[f["kind"]],
            label=f["label"][locale],
            required=f.get("required", False) is True,
            value=given.get(f"f.{f['key']}", ""),
            chosen=frozenset(given.getlist(f"f.{f['key']}")),
            options=_options(f, locale),
            bad=f"f.{f['key']}" in bad,
        )
        for f in shown(compiled)
    ]


def _options(field: dict[str, Any], locale: str) -> list[tuple[str, str]]:
    if field["kind"] == "rating":
        return [(str(n), str(n)) for n in range(1, 6)]
    return [(o["value"], o["label"][locale]) for o in field.get("options", [])]


def values(compiled: Compiled, given: QueryDict) -> dict[str, Any]:
    """The given values by field key, as the form engine takes them; what was left empty is left out."""
    found = {f["key"]: _value(given, f) for f in shown(compiled) if f["kind"] != "files"}
    return {k: v for k, v in found.items() if v not in ("", [])}


def _value(given: QueryDict, field: dict[str, Any]) -> Any:
    name = f"f.{field['key']}"
    if field["kind"] == "boolean":
        return given.get(name) == "on"
    if field["kind"] == "multi_choice":
        return given.getlist(name)
    return given.get(name, "").strip()


def photo_field(compiled: Compiled) -> str | None:
    """The form field that takes the photos, if the blueprint has one on its public form."""
    return next((f["key"] for f in shown(compiled) if f["kind"] == "files"), None)


def base(given: QueryDict, words: dict[str, str]) -> dict[str, str]:
    """The fields every report has: title and phone are needed. Raises Invalid for both at once."""
    found = {k: given.get(k, "").strip()[:most] for k, most in BASE.items()}
    missing = [k for k in ("title", "phone") if not found[k]]
    if missing:
        text = words["needed"]
        raise Invalid.many([{"field": k, "code": "required", "zh": text, "en": text, "label": words[k]} for k in missing])
    return found


def complaints(error: Invalid | Any, locale: str) -> list[Complaint]:
    """What to mend, field by field."""
    listed = error.extra.get("errors") or []
    if not listed:
        return [Complaint((error.field or "").replace("fields.", "f."), error.text(locale))]
    found = []
    for one in listed:
        field, text = str(one.get("field") or ""), one["en" if locale == "en" else "zh"]
        found.append(Complaint(field.replace("fields.", "f."), f"{one['label']}：{text}" if one.get("label") else text))
    return found
