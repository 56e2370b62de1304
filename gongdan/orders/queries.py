"""Reads of orders for upper slices."""

from __future__ import annotations

from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.compiled import Compiled
from gongdan.kernel.access import can
from gongdan.kernel.errors import NotFound
from gongdan.kernel.work import Work
from gongdan.orders import statements as sql
from gongdan.orders.rows import OrderRow, row_from

ONE = f"select {', '.join('o.' + c for c in sql.COLUMNS)} from orders_order o where o.id = %s"


class SeenOrder(msgspec.Struct, frozen=True):
    """An order the actor may see, with its blueprint."""

    row: OrderRow
    blueprint: Compiled


def placed_order(work: Work, order_id: UUID) -> SeenOrder:
    """An order by id. Raises NotFound when it is not there or not visible."""
    found = work.one(ONE, [order_id])
    if found is None:
        raise NotFound("not_found")
    row = row_from(found)
    if not can(work.actor, "order.view", row):
        raise NotFound("not_found")
    return SeenOrder(row, blueprint_queries.version(work, row.blueprint_version_id))


def by_external_key(work: Work, key: str) -> OrderRow | None:
    """The order imported under `key`, or None."""
    found = work.one(
        f"select {', '.join('o.' + c for c in sql.COLUMNS)} from orders_order o where o.external_key = %s",
        [key],
    )
    row = row_from(found) if found else None
    return row if row is not None and can(work.actor, "order.view", row) else None


def file_visible(work: Work, file_id: UUID) -> bool | None:
    """May the actor read a file because of the orders it hangs on? None: it hangs on none. Internal files need order.note."""
    rows = work.read(
        "select a.internal, o.assignee_id, o.created_by, o.team_id, o.org_unit_id, o.partner_id from orders_attachment a "
        "join orders_order o on o.tenant_id = a.tenant_id and o.id = a.order_id where a.file_id = %s "
        "union all select a.internal, o.assignee_id, o.created_by, o.team_id, o.org_unit_id, o.partner_id "
        "from orders_attachment a join orders_shown s on s.tenant_id = a.tenant_id and s.item_id = a.id and s.kind = 'attachment' "
        "join orders_order o on o.tenant_id = s.tenant_id and o.id = s.order_id where a.file_id = %s",
        [file_id, file_id],
    )
    if not rows:
        return None
    return any(
        can(work.actor, "order.view", placed := Placed(*r[1:])) and (not r[0] or can(work.actor, "order.note", placed))
        for r in rows
    )


class Placed(msgspec.Struct, frozen=True):
    """Where an order belongs."""

    assignee_id: UUID | None
    created_by: UUID | None
    team_id: UUID | None
    org_unit_id: UUID | None
    partner_id: UUID | None
