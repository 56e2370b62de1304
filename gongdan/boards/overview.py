"""客户 360: a customer and everything about them on one page, in one round trip after authentication."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from gongdan.assets import queries as asset_queries
from gongdan.assets.rules import verdict
from gongdan.customers import queries as customer_queries
from gongdan.customers.schemas import ContactOut, SiteOut
from gongdan.kernel.access import can, require
from gongdan.kernel.pipeline import Row, Statement
from gongdan.kernel.work import Work
from gongdan.orders import listing
from gongdan.orders.filters import DUE
from gongdan.orders.listing import JOINS, ROW_SQL, Scope

ASSETS_MOST, OPEN_MOST, CLOSED_MOST = 100, 20, 5
ORDERS_MOST = 10_000  # the newest orders that figures are made of
LATELY = 50  # orders touched last, whose last public word is the last contact
YEAR = timedelta(days=365)
MINE = (
    "with mine as materialized (select o.tenant_id, o.id, o.number, o.family, o.opened_at, o.updated_at from orders_order o "
    f"where {{}} order by o.id desc limit {ORDERS_MOST}), "
)
FIGURES = MINE + (
    "rated as materialized (select s.score from mine m join surveys_survey s on s.tenant_id = m.tenant_id and s.order_id = m.id "
    "where s.score is not null) "
    "select count(*) filter (where family = 1), count(*) filter (where family = 2), count(*) filter (where family = 3), "
    "count(*) filter (where family = 4), count(*) filter (where opened_at > %s), "
    "(select avg(score)::float8 from rated), (select count(*) from rated) from mine"
)
CONTACT = MINE + (
    f"lately as materialized (select * from mine order by updated_at desc limit {LATELY}) "
    "(select c.occurred_at, m.id, m.number, c.author_kind, c.author_name from lately m, "
    "lateral (select k.occurred_at, k.author_kind, k.author_name from orders_comment k where k.tenant_id = m.tenant_id "
    "and k.order_id = m.id and not k.internal order by k.id desc limit 1) c "
    "union all select m.opened_at, m.id, m.number, 'opened', '' from lately m) order by 1 desc limit 1"
)


class AssetSeen(msgspec.Struct, frozen=True):
    """A customer's asset with its warranty in words."""

    id: UUID
    name: str
    model: str
    serial: str | None
    category: str
    site_id: UUID | None
    installed_on: date | None
    warranty_until: date | None
    in_warranty: bool | None
    verdict: dict[str, str]


class Satisfaction(msgspec.Struct, frozen=True):
    """The mean of `n` ratings, 1 to 5."""

    mean: float
    n: int


class Contacted(msgspec.Struct, frozen=True):
    """When we last heard of each other, on which order, and who spoke."""

    at: datetime
    order_id: UUID
    number: str
    zh: str
    en: str


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A customer, 360°. Only orders the reader may see count; figures are made of the newest 10 000."""

    id: UUID
    code: str | None
    name: str
    tier: str | None
    phone: str
    notes: str
    version: int
    contacts: list[ContactOut]
    sites: list[SiteOut]
    assets: list[AssetSeen]
    assets_more: bool
    open: list[dict[str, Any]]
    closed: list[dict[str, Any]]
    counts: dict[str, int]
    orders_12_months: int
    satisfaction: Satisfaction | None
    last_contact: Contacted | None


def of_customer(work: Work, customer_id: UUID) -> Overview:
    """Everything about a customer that the actor may see. Raises NotFound, NotAllowed."""
    require(work.actor, "customer.view")
    today = work.at.astimezone(ZoneInfo(work.actor.zone)).date()
    sees_orders, sees_assets = can(work.actor, "order.view"), can(work.actor, "asset.view")
    asked = customer_queries.statements(customer_id)
    asked += [asset_queries.of_customer(customer_id, today, ASSETS_MOST)] if sees_assets else []
    asked += _orders(work, customer_id) if sees_orders else []
    rows = work.batch(asked)
    customer = customer_queries.shown(work, rows[:3])
    assets = rows[3] if sees_assets else []
    running, ended, figures, contact = rows[-4:] if sees_orders else ([], [], [(0, 0, 0, 0, 0, None, 0)], [])
    waiting, working, resolved, closed, year, mean, n = figures[0]
    rated = n and can(work.actor, "survey.view")
    return Overview(
        id=customer.id,
        code=customer.code,
        name=customer.name,
        tier=customer.tier,
        phone=customer.phone,
        notes=customer.notes,
        version=customer.version,
        contacts=customer.contacts,
        sites=customer.sites,
        assets=[_asset(a, today) for a in assets[:ASSETS_MOST]],
        assets_more=len(assets) > ASSETS_MOST,
        open=[msgspec.json.decode(r[0]) for r in running],
        closed=[msgspec.json.decode(r[0]) for r in ended],
        counts={"waiting": waiting, "working": working, "resolved": resolved, "closed": closed},
        orders_12_months=year,
        satisfaction=Satisfaction(round(mean, 2), n) if rated else None,
        last_contact=_contacted(contact[0]) if contact else None,
    )


def _orders(work: Work, customer_id: UUID) -> list[Statement]:
    """What is read of the customer's orders: open ones, the last closed, figures, the last contact."""
    mine = {"customer_id": str(customer_id)}
    everything = listing.scope(work, mine)
    return [
        _rows(listing.scope(work, {**mine, "open": "true"}), f"o.priority, {DUE}, o.id", OPEN_MOST),
        _rows(listing.scope(work, {**mine, "open": "false"}), "o.closed_at desc nulls last, o.id desc", CLOSED_MOST),
        (FIGURES.format(everything.sql), [*everything.params, work.at - YEAR]),
        (CONTACT.format(everything.sql), everything.params),
    ]


def _rows(within: Scope, by: str, most: int) -> Statement:
    sql = (
        f"with p as materialized (select o.* from orders_order o where {within.sql} order by {by} limit {most:d}) "
        f"select {ROW_SQL}::text from p o {JOINS} order by {by}"
    )
    return sql, within.params


def _asset(row: Row, today: date) -> AssetSeen:
    id_, name, model, serial, category, _, _, site_id, installed_on, until, covered, _ = row
    return AssetSeen(id_, name, model, serial, category, site_id, installed_on, until, covered, verdict(until, today))


def _contacted(row: Row) -> Contacted:
    at, order_id, number, kind, name = row
    if kind == "opened":
        zh, en = "新建工单", "a new order"
    elif kind == "link":
        zh, en = "客户留言", "the customer wrote"
    else:
        zh, en = f"{name} 回复", f"{name} replied"
    return Contacted(at, order_id, number, zh, en)
