"""Reads of assets, and the look-up that takes anything."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from gongdan.assets.schemas import AssetOut, AssetQuery, Hit
from gongdan.customers.queries import contacts_named, escaped, matching
from gongdan.kernel.access import can, require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work

SELECT = (
    "select a.id, a.name, a.model, a.serial, a.category, a.customer_id, c.name, a.site_id, a.installed_on, "
    "a.warranty_until, a.warranty_until >= %s, a.version from assets_asset a left join customers_customer c on c.id = a.customer_id"
)


def _like(text: str) -> str:
    return escaped(text) + "%"


def page(work: Work, query: AssetQuery) -> Page[AssetOut]:
    """Assets, newest first, one page."""
    require(work.actor, "asset.view")
    limit = clamp(query.limit)
    today = work.at.astimezone(ZoneInfo(work.actor.zone)).date()
    before = decode_cursor(query.cursor, UUID)[0] if query.cursor else UUID(int=(1 << 128) - 1)
    text = query.q.strip()
    rows = work.read(
        f"{SELECT} where a.id < %s and (%s::uuid is null or a.customer_id = %s) "
        "and (%s = '' or a.serial ilike %s or a.name ilike %s) order by a.id desc limit %s",
        [today, before, query.customer_id, query.customer_id, text, _like(text), _like(text), limit + 1],
    )
    found = [AssetOut(*r) for r in rows[:limit]]
    return Page(items=found, next=encode_cursor(found[-1].id) if len(rows) > limit else None)


def one(work: Work, asset_id: UUID) -> AssetOut:
    """An asset. Raises NotFound."""
    require(work.actor, "asset.view")
    today = work.at.astimezone(ZoneInfo(work.actor.zone)).date()
    row = work.one(f"{SELECT} where a.id = %s", [today, asset_id])
    if row is None:
        raise NotFound("not_found")
    return AssetOut(*row)


def of_customer(customer_id: UUID, today: date, most: int) -> Statement:
    """For read models over many slices: the statement that reads a customer's assets, one more than `most`; rows fit AssetOut."""
    return f"{SELECT} where a.customer_id = %s order by a.id desc limit %s", [today, customer_id, most + 1]


def lookup(work: Work, text: str) -> list[Hit]:
    """Customers, contacts and assets that fit what was typed; at most ten of each."""
    text = text.strip()
    if not text:
        return []
    found: list[Hit] = []
    if can(work.actor, "asset.view"):
        rows = work.read(
            "select a.id, a.name, coalesce(a.serial, ''), a.customer_id from assets_asset a "
            "where a.serial ilike %s order by a.serial limit 10",
            [_like(text)],
        )
        found += [Hit("asset", r[0], r[1], r[2], r[3]) for r in rows]
    if can(work.actor, "customer.view"):
        found += _people(work, text)
    return found


def _people(work: Work, text: str) -> list[Hit]:
    where, params = matching(work, text)
    rows: list[tuple[Any, ...]] = work.read(
        f"select c.id, c.name, c.phone_typed from customers_customer c where c.merged_into_id is null and {where} "
        "order by c.pinyin limit 10",
        params,
    )
    found = [Hit("customer", r[0], r[1], r[2], r[0]) for r in rows]
    contacts = contacts_named(work, text)
    if rows:
        contacts += work.read(
            "select k.id, k.name, k.phone_typed, k.customer_id from customers_contact k where k.customer_id = any(%s) "
            "order by k.id limit 10",
            [[r[0] for r in rows]],
        )
    return found + [Hit("contact", *k) for k in list(dict.fromkeys(contacts))[:10]]
