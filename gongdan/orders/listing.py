"""Lists, counts and boards: one visibility filter, paging by key, JSON built in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.document import FAMILY_NAMES
from gongdan.kernel.access import require, visible_sql
from gongdan.kernel.errors import Invalid
from gongdan.kernel.http.paging import clamp, decode_cursor, encode_cursor
from gongdan.kernel.pipeline import Row
from gongdan.kernel.work import ENCODER, Work
from gongdan.orders import relative
from gongdan.orders.filters import DUE, Condition, conditions, search_condition

COUNT_CAP = 10_000
FIELD_SQL = "coalesce(f.text_value, trim_scale(f.number_value)::text, to_char(f.instant_value at time zone 'UTC', 'YYYY-MM-DD'))"
FAMILY_SQL = "(array['waiting','working','resolved','closed'])[o.family]"
ROW_SQL = (
    "json_build_object('id', o.id, 'number', o.number, 'title', o.title, 'blueprint', o.blueprint_key, "
    "'state', o.state, 'state_label', b.label, "
    f"'family', {FAMILY_SQL}, 'cancelled', o.cancelled, 'waiting_on', o.waiting_on, 'priority', o.priority, "
    "'customer_id', o.customer_id, 'customer_name', coalesce(c.name, o.contact_name), 'site_address', o.address, "
    "'assignee_id', o.assignee_id, 'assignee_name', u.name, 'team_id', o.team_id, 'team_name', t.name, "
    "'next_due_at', o.next_due_at, 'sla_state', o.sla_state, "
    "'tags', array(select g.tag from orders_tag g where g.tenant_id = o.tenant_id and g.order_id = o.id order by g.tag), "
    "'channel', o.channel, 'created_at', o.created_at, 'updated_at', o.updated_at, 'version', o.version)"
)
JOINS = (
    "left join customers_customer c on c.tenant_id = o.tenant_id and c.id = o.customer_id "
    "left join blueprints_state b on b.version_id = o.blueprint_version_id and b.key = o.state "
    "left join accounts_user u on u.id = o.assignee_id left join accounts_team t on t.id = o.team_id"
)


WITH_FIELDS = (
    f"({ROW_SQL}::jsonb || jsonb_build_object('fields', "
    "(select jsonb_object_agg(k, o.fields -> k) from unnest(%s::text[]) k)))::text"
)


class Sort(NamedTuple):
    """How a list is ordered: SQL keys (expression, cast, direction) and how a cursor value is read."""

    keys: tuple[tuple[str, str], ...]
    kinds: tuple[type, ...]
    descending: bool


SORTS: dict[str, Sort] = {
    "-created": Sort((("o.id", "::uuid"),), (UUID,), descending=True),
    "created": Sort((("o.id", "::uuid"),), (UUID,), descending=False),
    "due": Sort(
        ((DUE, "::timestamptz"), ("o.id", "::uuid")),
        (datetime, UUID),
        descending=False,
    ),
    "-updated": Sort((("o.updated_at", "::timestamptz"), ("o.id", "::uuid")), (datetime, UUID), descending=True),
    "priority": Sort((("o.priority", "::smallint"), ("o.id", "::uuid")), (int, UUID), descending=False),
}


class Scope(NamedTuple):
    """A list's condition: visibility and filters together."""

    sql: str
    params: list[Any]


def scope(work: Work, filters: dict[str, str], extra: list[Condition] | None = None) -> Scope:
    """Visibility first, then every filter. The only place where a list of orders begins."""
    require(work.actor, "order.view")
    visible, params = visible_sql(work.actor, "order.view", "o")
    kinds = known_fields(work, [name[6:] for name in filters if name.startswith("field.")])
    settled = {name: relative.settled(name, value, work.at, work.actor.zone) for name, value in filters.items()}
    found = [*conditions(work.actor, settled, kinds), *(extra or [])]
    parts = ["o.merged_into_id is null", visible, *(c.sql for c in found)]
    return Scope(" and ".join(p for p in parts if p != "true"), params + [p for c in found for p in c.params])


def known_fields(work: Work, keys: list[str]) -> dict[str, str]:
    """The kinds of custom fields. One that no published blueprint has indexed is refused: it would match nothing, unexplained."""
    if not keys:
        return {}
    known = blueprint_queries.indexed_fields(work)
    unknown = set(keys) - set(known)
    if unknown:
        raise Invalid("filter_unknown", field=f"field.{min(unknown)}")
    return known


def page(work: Work, filters: dict[str, str], sort: str, cursor: str, limit: int | None, fields: Sequence[str] = ()) -> bytes:
    """One page of orders as JSON bytes: {"items": […], "next": cursor or null}. `fields`: indexed custom fields to show."""
    size = clamp(limit)
    order = SORTS.get(sort or "-created")
    if order is None:
        raise Invalid("sort_unknown", field="sort", sort=sort)
    within = scope(work, filters)
    known_fields(work, list(fields))
    where, params = within.sql, list(within.params)
    direction = "desc" if order.descending else "asc"
    if cursor:
        values = decode_cursor(cursor, *order.kinds)
        marks = ", ".join(f"%s{cast}" for _, cast in order.keys)
        compared = ", ".join(key for key, _ in order.keys)
        where += f" and ({compared}) {'<' if order.descending else '>'} ({marks})"
        params += values
    keys = ", ".join(f"{key} as k{n}" for n, (key, _) in enumerate(order.keys))
    by = ", ".join(f"{key} {direction}" for key, _ in order.keys)
    rows = work.read_last(
        f"with p as materialized (select o.*, {keys} from orders_order o where {where} order by {by} limit %s) "
        f"select {WITH_FIELDS if fields else f'{ROW_SQL}::text'}, {', '.join(f'o.k{n}' for n in range(len(order.keys)))} "
        f"from p o {JOINS} order by {', '.join(f'o.k{n} {direction}' for n in range(len(order.keys)))}",
        [*params, size + 1, *([list(fields)] if fields else [])],
    )
    return _page_bytes(rows, size)


def _page_bytes(rows: list[Row], size: int) -> bytes:
    following = None
    if len(rows) > size:
        keys = [k.isoformat() if isinstance(k, datetime) else k for k in rows[size - 1][1:]]
        following = encode_cursor(*keys)
    items = ",".join(row[0] for row in rows[:size])
    return f'{{"items":[{items}],"next":{ENCODER.encode(following).decode()}}}'.encode()


def count(work: Work, filters: dict[str, str]) -> tuple[int, bool]:
    """How many orders match, exact to COUNT_CAP: (count, capped)."""
    within = scope(work, filters)
    rows = work.read(
        f"select count(*) from (select 1 from orders_order o where {within.sql} limit %s) as capped",
        [*within.params, COUNT_CAP + 1],
    )
    n = int(rows[0][0])
    return min(n, COUNT_CAP), n > COUNT_CAP


def matching(work: Work, filters: dict[str, str], most: int, without: list[UUID]) -> tuple[list[UUID], bool]:
    """The ids of the newest `most` orders that match, but those of `without`: (ids, whether there are more)."""
    within = scope(work, filters)
    rows = work.read(
        f"select o.id from orders_order o where {within.sql} and o.id <> all(%s) order by o.id desc limit %s",
        [*within.params, without, most + 1],
    )
    return [r[0] for r in rows[:most]], len(rows) > most


def search(work: Work, text: str, limit: int | None = None) -> bytes:
    """Orders that match `text` (number, phone tail, words), newest first, as JSON bytes."""
    size = clamp(limit, 20)
    if not text.strip():
        return b'{"items":[],"next":null}'
    within = scope(work, {}, [search_condition(work.actor, text)])
    rows = work.read_last(
        f"with p as materialized (select o.* from orders_order o where {within.sql} order by o.id desc limit %s) "
        f"select {ROW_SQL}::text from p o {JOINS} order by o.id desc",
        [*within.params, size],
    )
    return f'{{"items":[{",".join(r[0] for r in rows)}],"next":null}}'.encode()


def figures(work: Work, filters: dict[str, str], by: str) -> list[tuple[str, int]]:
    """Counts by a column, in the actor's scope: [(value, count)], biggest first; "" stands for orders without a value.

    `by`: state, family, priority, team_id, assignee_id, channel, blueprint, sla, month (of opening, UTC+8 by
    tenant zone) or field.<key> of an indexed custom field.
    """
    within = scope(work, filters)
    if by.startswith("field."):
        known_fields(work, [by[6:]])
        rows = work.read(
            f"select {FIELD_SQL}, count(*) from orders_order o left join orders_field f on f.tenant_id = o.tenant_id and "
            f"f.order_id = o.id and f.field = %s where {within.sql} group by 1 order by 2 desc, 1",
            [by[6:], *within.params],
        )
        return [(r[0] or "", r[1]) for r in rows]
    column = GROUPS.get(by)
    if column is None:
        raise Invalid("filter_unknown", field=by)
    rows = work.read(
        f"select {column} as g, count(*) from orders_order o where {within.sql} group by 1 order by 2 desc, 1",
        within.params,
    )
    return [(str(r[0]) if r[0] is not None else "", r[1]) for r in rows]


GROUPS = {
    "state": "o.state",
    "family": FAMILY_SQL,
    "priority": "o.priority",
    "team_id": "o.team_id",
    "assignee_id": "o.assignee_id",
    "channel": "o.channel",
    "blueprint": "o.blueprint_key",
    "sla": "o.sla_state",
    "month": "to_char(o.opened_at at time zone (select zone from accounts_tenant), 'YYYY-MM')",
}
FAMILIES = list(FAMILY_NAMES.values())
