"""What an order is about, as far as rules of other slices ask: its customer's tier, its place, its machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work
from gongdan.orders import statements as sql
from gongdan.orders.rows import OrderRow

COLUMNS = "c.tier, s.region, s.province, s.city, s.district, a.category, a.model, a.warranty_until"
JOINS = (
    "left join customers_customer c on c.id = {0} left join customers_site s on s.id = {1} left join assets_asset a on a.id = {2}"
)
READ = f"select {COLUMNS} from (values (1)) one " + JOINS.format("%s", "%s", "%s")
OPEN = f"select n.version_id, n.number, n.team_id, n.org_unit_id, {COLUMNS} from open_number(%s, %s) n " + JOINS.format(
    "%s", "%s", "%s"
)
HELD = "order_about"


class About(msgspec.Struct, frozen=True):
    """Facts about customer, place and machine; empty where the order names none."""

    tier: str | None = None
    region: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    product: str | None = None
    model: str | None = None
    warranty_until: date | None = None


NOTHING = About()


def opening(blueprint: str, team: str, customer_id: UUID | None, site_id: UUID | None, asset_id: UUID | None) -> Statement:
    """The statement that opens a number, with these facts in the same row when the new order names something to know."""
    if customer_id is None and site_id is None and asset_id is None:
        return sql.OPEN_NUMBER, [blueprint, team]
    return OPEN, [blueprint, team, customer_id, site_id, asset_id]


def keep(work: Work, order_id: UUID, opened: Sequence[Any]) -> None:
    """Remember for this work what `opening` found beside the number."""
    work.loaded[(HELD, order_id)] = About(*opened[4:]) if len(opened) > 4 else NOTHING


def about(work: Work, row: OrderRow) -> About:
    """The facts of an order; of a new one those that came with its number, else read now."""
    held = work.loaded.get((HELD, row.id))
    if isinstance(held, About):
        return held
    if row.customer_id is None and row.site_id is None and row.asset_id is None:
        return NOTHING
    found = work.one(READ, [row.customer_id, row.site_id, row.asset_id])
    return About(*found) if found else NOTHING
