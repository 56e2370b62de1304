"""The values of orders that conditions read: one statement for many orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.document import FAMILY_NAMES
from gongdan.kernel.work import Work

READ = (
    "select o.id, o.number, o.title, o.blueprint_version_id, o.blueprint_key, o.channel, o.state, o.family, o.priority, "
    "o.waiting_on, o.assignee_id, o.accepted_at, t.key, o.reopened, o.handovers, "
    "array(select g.tag from orders_tag g where g.tenant_id = o.tenant_id and g.order_id = o.id order by g.tag), c.tier, c.code, "
    "a.category, a.model, a.warranty_until, o.sla_state, o.next_due_at, o.opened_at, o.state_at, o.fields, o.team_id, "
    "o.org_unit_id, o.merged_into_id from orders_order o left join accounts_team t on t.id = o.team_id "
    "left join customers_customer c on c.tenant_id = o.tenant_id and c.id = o.customer_id "
    "left join assets_asset a on a.tenant_id = o.tenant_id and a.id = o.asset_id where o.id = any(%s)"
)
LOCKED = READ + " for no key update of o"


class Seen(msgspec.Struct):
    """An order and its values, flat: "customer.tier", "fields.fault_type", …"""

    id: UUID
    number: str
    title: str
    assignee_id: UUID | None
    team_id: UUID | None
    org_unit_id: UUID | None
    opened_at: datetime
    state_at: datetime
    next_due_at: datetime | None
    warranty_until: Any
    version_id: UUID
    merged: bool
    values: dict[str, Any]


def read(work: Work, ids: list[UUID], *, lock: bool = False) -> dict[UUID, Seen]:
    """Orders by id with what is true of them now; with `lock`, nobody changes them until this work ends."""
    rows = work.read(LOCKED if lock else READ, [ids])
    return {r[0]: _seen(work, r) for r in rows}


def _seen(work: Work, r: Any) -> Seen:
    form = blueprint_queries.version(work, r[3])
    fields = form.form.typed(msgspec.json.decode(r[25]))
    values: dict[str, Any] = {f"fields.{k}": v for k, v in fields.items() if k not in form.personal}
    values |= {
        "blueprint": r[4],
        "title": r[2],
        "channel": r[5],
        "state": r[6],
        "family": FAMILY_NAMES[r[7]],
        "priority": r[8],
        "waiting_on": r[9],
        "has_assignee": r[10] is not None,
        "accepted": r[11] is not None,
        "team": r[12],
        "reopened": r[13],
        "handovers": r[14],
        "tags": list(r[15]),
        "customer.tier": r[16],
        "customer.code": r[17],
        "asset.category": r[18],
        "asset.model": r[19],
        "sla_state": r[21],
    }
    seen = Seen(r[0], r[1], r[2], r[10], r[26], r[27], r[23], r[24], r[22], r[20], r[3], r[28] is not None, values)
    return timed(seen, work.at, work.actor.zone)


def timed(seen: Seen, at: datetime, zone: str) -> Seen:
    """Set the values that change by time alone to what they are at `at`."""
    values = seen.values
    values["age_minutes"] = _minutes(at, seen.opened_at)
    values["in_state_minutes"] = _minutes(at, seen.state_at)
    values["due_in_minutes"] = None if seen.next_due_at is None else _minutes(seen.next_due_at, at)
    until = seen.warranty_until
    values["asset.under_warranty"] = None if until is None else until >= at.astimezone(ZoneInfo(zone)).date()
    return seen


def _minutes(later: datetime, earlier: datetime) -> int:
    return int((later - earlier).total_seconds() // 60)
