"""Editing values: a patch with a version, recorded field by field in the ledger."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel import personal, phones
from gongdan.kernel.errors import Invalid
from gongdan.kernel.events import emit
from gongdan.kernel.work import Work
from gongdan.orders.actions.loading import open_order
from gongdan.orders.events import OrderEdited
from gongdan.orders.rows import OpenOrder
from gongdan.orders.rules import form_context, receipt
from gongdan.orders.schemas import Edit, Receipt

SECRET = ("contact_name", "contact_phone", "address")


def edit(work: Work, order_id: UUID, version: int | None, change: Edit) -> Receipt:
    """Change values. Raises Conflict with both sides when somebody else was faster, Invalid for bad values."""
    given = {f: v for f in change.__struct_fields__ if (v := getattr(change, f)) is not msgspec.UNSET}
    opened = open_order(work, order_id, "order.edit", version, **given)
    row = opened.row
    fields = given.pop("fields", None)
    changed: dict[str, Any] = {}
    for name, value in given.items():
        before = row.contact_phone_typed if name == "contact_phone" else getattr(row, name)
        if before == value:
            continue
        changed[name] = [before, value]
        _set(opened, name, value)
    if fields:
        changed |= apply_fields(opened, fields)
    if not changed:
        return receipt(row, work.at)
    opened.record("edited", for_ledger(work, opened, changed), work.at)
    opened.reindex()
    keys = sorted(changed)
    emit(work, OrderEdited(order_id=row.id, keys=keys, priority=row.priority, occurred_at=work.at))
    return receipt(row, work.at)


def _set(opened: OpenOrder, name: str, value: Any) -> None:
    row = opened.row
    if name != "contact_phone":
        setattr(row, name, value)
        return
    phone = phones.parse(value)
    row.contact_phone, row.contact_phone_typed = phone.e164, value
    row.phone_index = personal.phone_index(row.tenant_id, phone.e164)
    row.phone_tail_index = personal.phone_tail_index(row.tenant_id, phone.e164)


def apply_fields(opened: OpenOrder, fields: dict[str, Any]) -> dict[str, list[Any]]:
    """Merge custom fields over the present ones and validate the whole form. Returns {fields.key: [before, after]}."""
    row = opened.row
    merged = {**row.fields, **fields}
    formulas = {f["key"] for f in opened.blueprint.document.form.get("fields", []) if f.get("kind") == "formula"}
    merged = {k: v for k, v in merged.items() if k not in formulas}
    context = form_context(opened.work.at, opened.work.actor.zone)
    base = {"title": row.title, "priority": row.priority, "channel": row.channel, "state": row.state}
    result = opened.blueprint.form.validate(merged, context, previous=row.fields, base=base)
    if result.problems:
        raise Invalid.many([{**p, "field": f"fields.{p.get('field')}"} for p in result.problems])
    after = dict(result.values)
    changed = {
        f"fields.{k}": [row.fields.get(k), after.get(k)]
        for k in sorted(set(row.fields) | set(after))
        if row.fields.get(k) != after.get(k)
    }
    row.fields = after
    if changed:
        opened.reindex()
    return changed


def for_ledger(work: Work, opened: OpenOrder, changed: dict[str, Any]) -> dict[str, Any]:
    """Personal values travel sealed; their names stay readable."""
    secret_names = {*SECRET, *(f"fields.{k}" for k in opened.blueprint.personal)}
    data: dict[str, Any] = {"changed": {k: v for k, v in changed.items() if k not in secret_names}}
    secret = {k: v for k, v in changed.items() if k in secret_names}
    if secret:
        subject = opened.row.contact_id or opened.row.id
        data["sealed_keys"] = sorted(secret)
        data["sealed"] = personal.seal(work, subject, msgspec.json.encode(secret).decode())
    return data
