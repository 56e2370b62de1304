"""The one function that creates an order; web, mail, import, API, portal and simulator all call it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.compiled import Compiled
from gongdan.customers import queries as customer_queries
from gongdan.files.queries import require_attachable
from gongdan.kernel import personal, phones
from gongdan.kernel.access import require
from gongdan.kernel.errors import Invalid, NotFound
from gongdan.kernel.events import emit
from gongdan.kernel.ids import made_at
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work
from gongdan.orders import about, flowing
from gongdan.orders.actions.loading import happened_at
from gongdan.orders.events import OrderAssigned, OrderCreated
from gongdan.orders.filters import NEWEST_ID, OLDEST_ID
from gongdan.orders.ledger import GENESIS
from gongdan.orders.rows import OpenOrder, OrderRow
from gongdan.orders.rules import form_context, receipt, stamp
from gongdan.orders.schemas import NewOrder, Receipt


def preload(params: dict[str, str], body: NewOrder) -> list[Statement]:
    """For the route: number and version in the round trip that authenticates."""
    return [about.opening(body.blueprint, body.team, body.customer_id, body.site_id, body.asset_id)]


_NOT_YET: dict[str, Any] = {
    **dict.fromkeys(("waiting_on", "hold_reason", "team_id", "assignee_id", "org_unit_id", "partner_id"), None),
    **dict.fromkeys(
        ("accepted_at", "started_at", "resolved_at", "closed_at", "archived_at", "merged_into_id", "next_due_at"), None
    ),
    "cancelled": False,
    "reopened": 0,
    "handovers": 0,
    "version": 1,
    "seq": 0,
    "head": GENESIS,
    "sla_state": "none",
}


def create(work: Work, new: NewOrder, *, created_by: UUID | None = None) -> Receipt:
    """Create an order on the published version of its blueprint.

    Raises Invalid (fields, references), NotFound (blueprint), NotAllowed. `created_by` defaults to the actor.
    """
    require(work.actor, "order.create")
    (numbers,) = work.loaded.pop("preload", None) or work.batch(preload({}, new))
    if not numbers:
        raise Invalid("unknown_reference", field="blueprint")
    version_id, number, team_id, org_unit_id = numbers[0][:4]
    if new.team and team_id is None:
        raise Invalid("unknown_reference", field="team")
    blueprint = blueprint_queries.version(work, version_id)
    occurred_at = happened_at(work, new.occurred_at)
    _check_id(work, new.id)
    _check_customer(work, new)
    values = _validated(work, blueprint, new)
    row = _row(work, new, version_id, number, blueprint, values, created_by)
    row.team_id, row.org_unit_id = team_id, org_unit_id
    about.keep(work, row.id, numbers[0])
    row.opened_at = row.state_at = occurred_at
    stamp(row, "create", 1, occurred_at)  # an imported order may begin solved or closed
    opened = OpenOrder(work, row, blueprint, [], new=True)
    work.loaded[("order", row.id)] = opened
    opened.record("created", _created_data(work, row, blueprint), occurred_at)
    flowing.start(opened, occurred_at)
    for name in ("tags", "files"):
        _children(work, row, new, name)
    emit(work, _fact(row, occurred_at))
    if row.assignee_id is not None or row.team_id is not None:
        emit(work, assigned_fact(work, row, None))
    return receipt(row, occurred_at)


def _check_id(work: Work, made: UUID | None) -> None:
    """A client's id is a UUIDv7 of about now: lists by creation rely on it. A phone may have been without network for weeks."""
    if made is None:
        return
    if made.version != 7 or not work.at - OLDEST_ID < made_at(made) < work.at + NEWEST_ID:
        raise Invalid("id_wrong", field="id")


def _check_customer(work: Work, new: NewOrder) -> None:
    """Contact and site are the customer's own: an engineer must not be sent to somebody else's address."""
    if new.customer_id is None or (new.contact_id is None and new.site_id is None):
        return
    contact_of, site_of = customer_queries.owners(work, new.contact_id, new.site_id)
    if contact_of not in (None, new.customer_id):
        raise Invalid("contact_elsewhere", field="contact_id")
    if site_of not in (None, new.customer_id):
        raise Invalid("site_elsewhere", field="site_id")


def _validated(work: Work, blueprint: Compiled, new: NewOrder) -> dict[str, Any]:
    state = new.state or blueprint.document.initial
    base = {"title": new.title, "priority": new.priority, "channel": new.channel, "state": state}
    result = blueprint.form.validate(new.fields, form_context(work.at, work.actor.zone), previous=None, base=base)
    if result.problems:
        raise Invalid.many([_under_fields(p) for p in result.problems])
    if "\x00" in "".join(v for v in base.values() if isinstance(v, str)) + new.description + new.address:
        raise Invalid("invalid_value", field="title", reason="NUL")
    return dict(result.values)


def _under_fields(problem: Any) -> dict[str, Any]:
    plain = problem if isinstance(problem, dict) else msgspec.to_builtins(problem)
    return {**plain, "field": f"fields.{plain.get('field')}"}


def _first_state(work: Work, new: NewOrder, blueprint: Compiled) -> str:
    """The state an order begins in; another than the blueprint's first needs a permission of its own (replay)."""
    state = new.state or blueprint.document.initial
    if state != blueprint.document.initial:
        require(work.actor, "order.move")
        if state not in blueprint.states:
            raise NotFound("not_found")
    return state


def _row(
    work: Work,
    new: NewOrder,
    version_id: UUID,
    number: str,
    blueprint: Compiled,
    values: dict[str, Any],
    created_by: UUID | None,
) -> OrderRow:
    state = _first_state(work, new, blueprint)
    phone = phones.parse(new.contact_phone)
    tenant = work.actor.tenant_id
    at = work.at
    return OrderRow(
        tenant_id=tenant,
        id=new.id or work.new_id(),
        number=number,
        blueprint_key=blueprint.document.key,
        blueprint_version_id=version_id,
        title=new.title,
        description=new.description,
        state=state,
        family=blueprint.families[state],
        priority=new.priority,
        channel=new.channel,
        customer_id=new.customer_id,
        contact_id=new.contact_id,
        site_id=new.site_id,
        asset_id=new.asset_id,
        contact_name=new.contact_name,
        contact_phone=phone.e164,
        contact_phone_typed=new.contact_phone,
        phone_index=personal.phone_index(tenant, phone.e164),
        phone_tail_index=personal.phone_tail_index(tenant, phone.e164),
        address=new.address,
        lng=new.lng,
        lat=new.lat,
        fields=values,
        created_by=created_by or (work.actor.id if work.actor.kind in ("person", "token") else None),
        external_key=new.external_key,
        opened_at=at,
        created_at=at,
        updated_at=at,
        state_at=at,
        **_NOT_YET,
    )


def _created_data(work: Work, row: OrderRow, blueprint: Compiled) -> dict[str, Any]:
    """What the ledger keeps of a new order: codes and ids; personal values only sealed under their subject's key."""
    open_fields = {k: v for k, v in row.fields.items() if k not in blueprint.personal}
    secret = {k: v for k, v in row.fields.items() if k in blueprint.personal}
    secret |= {k: v for k in ("contact_name", "contact_phone", "address") if (v := getattr(row, k))}
    data: dict[str, Any] = {
        "number": row.number,
        "blueprint": row.blueprint_key,
        "version": row.blueprint_version_id,
        "title": row.title,
        "state": row.state,
        "priority": row.priority,
        "channel": row.channel,
        "team_id": row.team_id,
        "customer_id": row.customer_id,
        "asset_id": row.asset_id,
        "fields": open_fields,
    }
    if secret:
        subject = row.contact_id or row.id
        data["sealed"] = personal.seal(work, subject, msgspec.json.encode(secret).decode(), new_subject=row.contact_id is None)
    return data


def _children(work: Work, row: OrderRow, new: NewOrder, name: str) -> None:
    if name == "tags" and new.tags:
        work.write(
            "insert into orders_tag (tenant_id, order_id, tag) select %s, %s, t from unnest(%s::text[]) as t "
            "on conflict do nothing",
            [row.tenant_id, row.id, list(dict.fromkeys(new.tags))],
        )
    if name == "files" and new.files:
        require_attachable(work, new.files)
        work.write(
            "insert into orders_attachment (tenant_id, id, order_id, file_id, kind, internal, added_by, at) "
            "select %s, f.id, %s, f.file_id, 'file', false, %s, %s from unnest(%s::uuid[], %s::uuid[]) as f(id, file_id)",
            [
                row.tenant_id,
                row.id,
                work.actor.id,
                work.at,
                [work.new_id() for _ in new.files],
                list(new.files),
            ],
        )


def _fact(row: OrderRow, occurred_at: Any) -> OrderCreated:
    return OrderCreated(
        order_id=row.id,
        blueprint_version_id=row.blueprint_version_id,
        state=row.state,
        priority=row.priority,
        team_id=row.team_id,
        assignee_id=row.assignee_id,
        customer_id=row.customer_id,
        channel=row.channel,
        occurred_at=occurred_at,
    )


def assigned_fact(work: Work, row: OrderRow, before: UUID | None) -> OrderAssigned:
    """The fact that says who has the order now."""
    return OrderAssigned(
        order_id=row.id,
        number=row.number,
        title=row.title,
        assignee_id=row.assignee_id,
        team_id=row.team_id,
        before_assignee_id=before,
        actor_id=work.actor.id,
        seq=row.seq,
    )
