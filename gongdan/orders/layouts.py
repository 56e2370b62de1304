"""The work list in other shapes over the same scope: groups with counts, days of a calendar, points on a map; and its vocabulary.

Each looks at no more than MOST matching orders, so that a filter which matches a million costs what one that matches MOST costs;
`capped` says that there are more, and the faces say it in words.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gongdan.kernel.access import require
from gongdan.kernel.errors import Invalid
from gongdan.kernel.work import Work
from gongdan.orders.filters import DUE
from gongdan.orders.listing import COUNT_CAP, JOINS, ROW_SQL, known_fields, scope
from gongdan.orders.schemas import (
    BothWords,
    OrderCluster,
    OrderDay,
    OrderDays,
    OrderGroup,
    OrderGroups,
    OrderMap,
    VocabularyField,
    VocabularyState,
    VocabularyStep,
)

MOST_GROUPS = 200
MOST_DAYS = 45
MOST_POINTS = 20_000
CELLS = 12  # the map is cut into CELLS × CELLS
NAMED = {
    "team_id": "select t.id::text, t.name from accounts_team t where t.id = any(%s::uuid[])",
    "assignee_id": "select u.id::text, u.name from accounts_user u where u.id = any(%s::uuid[])",
    "customer_id": "select c.id::text, c.name from customers_customer c where c.id = any(%s::uuid[])",
    "state": "select distinct on (s.key) s.key, s.label::text from blueprints_state s where s.key = any(%s) "
    "order by s.key, s.version_id desc",
}
ORDERED = {
    "priority": "o.priority",
    "state": "o.state",
    "team_id": "o.team_id",
    "assignee_id": "o.assignee_id",
    "customer_id": "o.customer_id",
}
VOCABULARY_STATES = (
    "select distinct on (s.value ->> 'key') s.value ->> 'key', (s.value -> 'label')::text, s.value ->> 'family', s.n "
    "from blueprints_blueprint b join blueprints_version v on v.id = b.published_id, "
    "jsonb_array_elements(v.document -> 'states') with ordinality as s(value, n) where not b.archived order by 1, b.key"
)
VOCABULARY_STEPS = (
    "select distinct on (s.value ->> 'key') s.value ->> 'key', (s.value -> 'label')::text "
    "from blueprints_blueprint b join blueprints_version v on v.id = b.published_id, jsonb_path_query(v.document -> 'flow', "
    '\'strict $.** ? (@.label.type() == "object" && (@.kind == "task" || @.kind == "approval" || @.kind == "wait"))\') s(value) '
    "where not b.archived order by 1, b.key"
)
VOCABULARY_FIELDS = (
    "select distinct on (f.value ->> 'key') f.value ->> 'key', f.value ->> 'kind', (f.value -> 'label')::text, "
    "(f.value -> 'options')::text, array_agg(b.key) over (partition by f.value ->> 'key'), "
    "coalesce((f.value ->> 'personal')::boolean, false) "
    "from blueprints_blueprint b join blueprints_version v on v.id = b.published_id, "
    "jsonb_array_elements(v.document -> 'form' -> 'fields') as f(value) "
    "where not b.archived and (f.value ->> 'indexed')::boolean order by 1, b.key"
)
FAMILY_ORDER = {"waiting": 1, "working": 2, "resolved": 3, "closed": 4}


def groups(work: Work, filters: dict[str, str], by: str) -> OrderGroups:
    """Counts by state, priority, team_id, assignee_id or customer_id, each with the filter that lists it; "" has none.

    Counted are the newest COUNT_CAP matching orders (`capped` when there are more), at most MOST_GROUPS groups, the biggest first.
    """
    column = ORDERED.get(by)
    if column is None:
        raise Invalid("filter_unknown", field=by)
    within = scope(work, filters)
    rows = work.read(
        f"select p.g::text, count(*) from (select {column} as g from orders_order o where {within.sql} "
        "order by o.id desc limit %s) p group by 1 order by 2 desc, 1",
        [*within.params, COUNT_CAP + 1],
    )
    total = sum(r[1] for r in rows)
    values = [r[0] for r in rows[:MOST_GROUPS] if r[0] is not None]
    names: dict[str, str] = dict(work.read(NAMED[by], [values])) if values and by in NAMED else {}
    found = [OrderGroup(v or "", _label(by, v, names), n, {by: v or "none"}) for v, n in rows[:MOST_GROUPS]]
    if by == "priority":
        found.sort(key=lambda g: g.value)
    return OrderGroups(found, total > COUNT_CAP, max(len(rows) - MOST_GROUPS, 0))


def _label(by: str, value: str | None, names: dict[str, str]) -> BothWords | None:
    if value is None:
        return None
    if by == "state":
        return msgspec.json.decode(names[value], type=BothWords) if value in names else BothWords(value, value)
    name = names.get(value, f"P{value}" if by == "priority" else value)
    return BothWords(name, name)


def calendar(work: Work, filters: dict[str, str], by: str, since: str, days: int, per_day: int) -> OrderDays:
    """Orders by day in the actor's zone, from `since` (2026-03-02) on: exact counts and the first `per_day` of each day.

    `by`: due (open deadline), created, or field.<key> of a date or instant. Raises Invalid.
    """
    try:
        first = date.fromisoformat(since)
    except ValueError:
        raise Invalid("invalid_value", field="from", reason="2026-03-02") from None
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("invalid_value", field="days", reason=f"1–{MOST_DAYS}")
    zone = ZoneInfo(work.actor.zone)
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)
    until = begin + timedelta(days=days)
    if by.startswith("field."):
        return _calendar_of_field(work, filters, by[6:], (first, days, per_day))
    if by == "created":
        given, column = {**filters, "created_from": begin.isoformat(), "created_to": until.isoformat()}, "o.created_at"
    elif by == "due":
        given, column = {**filters, "due_from": begin.isoformat(), "due_before": until.isoformat()}, DUE
    else:
        raise Invalid("filter_unknown", field=by)
    within = scope(work, given)
    found = f"select o.id, {column} as moment from orders_order o where {within.sql}"
    return _days(work, found, within.params, [begin + timedelta(days=n) for n in range(days)], per_day)


def _calendar_of_field(work: Work, filters: dict[str, str], key: str, span: tuple[date, int, int]) -> OrderDays:
    kinds = known_fields(work, [key])
    if kinds.get(key) not in ("date", "instant"):
        raise Invalid("filter_unknown", field=f"field.{key}")
    first, days, per_day = span
    zone = "UTC" if kinds[key] == "date" else work.actor.zone
    begin = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
    within = scope(work, filters)
    sql = (
        "select o.id, f.instant_value as moment from orders_field f "
        "join orders_order o on o.tenant_id = f.tenant_id and o.id = f.order_id "
        f"where f.field = %s and f.instant_value >= %s and f.instant_value < %s and {within.sql}"
    )
    until = begin + timedelta(days=days)
    return _days(work, sql, [key, begin, until, *within.params], [begin + timedelta(days=n) for n in range(days)], per_day)


def _days(work: Work, found: str, params: list[Any], midnights: list[datetime], per_day: int) -> OrderDays:
    """`found`: ids and moments of the orders, all of them from the first of the `midnights` on. Only those shown are read whole."""
    rows = work.read(
        f"with q as materialized (select * from ({found}) o order by o.moment, o.id limit %s), "
        "d as (select q.id, q.moment, width_bucket(q.moment, %s::timestamptz[]) as day from q), "
        "p as (select d.*, row_number() over (partition by d.day order by d.moment, d.id) as place, "
        "count(*) over (partition by d.day) as many from d) "
        f"select p.day, p.many, p.moment, {ROW_SQL}::text from p join orders_order o on o.id = p.id {JOINS} "
        "where p.place <= %s order by p.moment, p.id",
        [*params, COUNT_CAP + 1, midnights, max(1, min(per_day, 200))],
    )
    out: dict[int, OrderDay] = {}
    for day, many, moment, row in rows:
        kept = out.setdefault(day, OrderDay(midnights[day - 1].date().isoformat(), many, []))
        kept.items.append(msgspec.json.decode(row) | {"moment": moment})
    return OrderDays(list(out.values()), sum(d.count for d in out.values()) > COUNT_CAP)


def points(work: Work, filters: dict[str, str]) -> OrderMap:
    """Orders with coordinates inside `bbox` as clusters of a grid of CELLS × CELLS; a cluster of one is the order itself."""
    box = filters.get("bbox", "")
    within = scope(work, {**filters, "bbox": box or "-180,-90,180,90"})
    west, south, east, north = (float(v) for v in (box or "-180,-90,180,90").split(","))
    wide, high = (east - west if east > west else east - west + 360) / CELLS or 1, (north - south) / CELLS or 1
    rows = work.read(
        "with p as materialized (select o.id, o.lng, o.lat, o.sla_state = 'breached' and o.family < 3 as late from orders_order o "
        f"where {within.sql} limit %s), "
        "k as (select floor((case when p.lng < %s then p.lng + 360 else p.lng end - %s) / %s) as x, floor((p.lat - %s) / %s) as y, "
        "count(*) as n, avg(p.lng) as lng, avg(p.lat) as lat, count(*) filter (where p.late) as late, (array_agg(p.id))[1] as id "
        "from p group by 1, 2) "
        "select k.lng, k.lat, k.n, k.late, case when k.n = 1 then "
        f"(select {ROW_SQL}::text from orders_order o {JOINS} where o.id = k.id) end from k order by k.n desc",
        [*within.params, MOST_POINTS + 1, west, west, wide, south, high],
    )
    clusters = [OrderCluster(r[0], r[1], r[2], r[3], msgspec.json.decode(r[4]) if r[4] else None) for r in rows]
    return OrderMap(clusters, sum(c.count for c in clusters) > MOST_POINTS)


def vocabulary_states(work: Work) -> list[VocabularyState]:
    """The states of all published blueprints, in the order of the families."""
    require(work.actor, "order.view")
    rows = sorted(work.read(VOCABULARY_STATES), key=lambda r: (FAMILY_ORDER[r[2]], r[3]))
    return [VocabularyState(r[0], msgspec.json.decode(r[1], type=BothWords), r[2]) for r in rows]


def vocabulary_steps(work: Work) -> list[VocabularyStep]:
    """The steps of all published blueprints in which orders wait."""
    require(work.actor, "order.view")
    return [VocabularyStep(r[0], msgspec.json.decode(r[1], type=BothWords)) for r in work.read(VOCABULARY_STEPS)]


def vocabulary_fields(work: Work) -> list[VocabularyField]:
    """The custom fields that lists can filter by and show: those indexed in a published blueprint."""
    require(work.actor, "order.view")
    hidden = {n.removeprefix("order.fields.") for n, rule in work.actor.field_rules.items() if rule in ("hide", "mask")}
    return [
        VocabularyField(r[0], r[1], msgspec.json.decode(r[2], type=BothWords), msgspec.json.decode(r[3] or "[]"), r[4], r[5])
        for r in work.read(VOCABULARY_FIELDS)
        if r[0] not in hidden
    ]
