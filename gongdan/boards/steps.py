"""Steps of the flow and how long they take: where orders wait now, and what a period's passings say; beside what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gongdan.blueprints import queries as blueprint_queries
from gongdan.boards.kpis import DAYS, midnight, narrowed, span
from gongdan.boards.queries import counted
from gongdan.boards.schemas import PeriodQuery, StepOut
from gongdan.kernel.access import require
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work
from gongdan.orders import listing
from gongdan.orders.listing import COUNT_CAP

USUAL_DAYS = 30
LEAST_USUAL = 60  # seconds: beside a step that is passed at once everything would be a hundred times as long
WAITED_FOR = ("task", "approval", "wait")
SAMPLE = 32  # as the index of migration orders.0014 has it
SAMPLED_MOST = 1_000
# of each step the newest orders, exact to the cap
WAITING = (
    "select p.blueprint, p.node, w.n, w.seconds from unnest(%s::text[], %s::text[]) as p(blueprint, node), lateral ("
    f"select case when count(*) > {COUNT_CAP} then count(*) else count(distinct x.id) end as n, "
    "percentile_cont(0.5) within group (order by extract(epoch from %s - x.entered_at)) as seconds "
    "from (select o.id, k.entered_at from orders_token k join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id "
    "where k.state = 'open' and k.node = p.node and o.blueprint_key = p.blueprint and {} "
    f"order by k.order_id desc limit {COUNT_CAP + 1}) x) w where w.n > 0"
)
# the newest have waited least: beyond the cap the median is that of one in SAMPLE, of SAMPLED_MOST at most, by a hash of the order
SAMPLED = (
    "select p.blueprint, p.node, percentile_cont(0.5) within group (order by extract(epoch from %s - x.entered_at)) "
    "from unnest(%s::text[], %s::text[]) as p(blueprint, node), lateral (select k.entered_at from orders_token k "
    "join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id where k.state = 'open' and k.node = p.node "
    f"and o.blueprint_key = p.blueprint and uuid_hash(k.order_id) & {SAMPLE - 1} = 0 and {{}} "
    f"order by uuid_hash(k.order_id) limit {SAMPLED_MOST}) x group by 1, 2"
)
# what was passed in the last days, all of it up to the cap, beyond it the same sample
USUAL = (
    "select o.blueprint_key, k.node, percentile_cont(0.5) within group (order by extract(epoch from k.done_at - k.entered_at)) "
    "from orders_token k join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id "
    f"where k.state = 'done' and k.done_at >= %s and (uuid_hash(k.order_id) & {SAMPLE - 1} = 0 or (select count(*) from (select 1 "
    f"from orders_token d where d.state = 'done' and d.done_at >= %s limit {COUNT_CAP + 1}) d) <= {COUNT_CAP}) and {{}} "
    "group by 1, 2"
)
PASSED = (
    "select o.blueprint_key, k.node, count(distinct o.id), "
    "percentile_cont(0.5) within group (order by extract(epoch from k.done_at - k.entered_at)) "
    "from orders_token k join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id "
    "where k.state = 'done' and k.done_at >= %s and k.done_at < %s and {} group by 1, 2"
)
Blocks = Mapping[tuple[str, str], Mapping[str, Any]]


def period(work: Work, query: PeriodQuery) -> list[StepOut]:
    """The steps passed in a period, the one furthest beyond its usual time (of the 30 days before) first."""
    require(work.actor, "board.view")
    first, last = span(work, query.from_, query.to, DAYS)
    begin, end = midnight(work, first), midnight(work, last + timedelta(days=1))
    given = narrowed(query)
    every = listing.scope(work, given)
    now, before = work.batch([passed(every, begin, end), passed(every, begin - timedelta(days=USUAL_DAYS), begin)])
    return compared({**given, "passed": f"{{}}@{begin.isoformat()}..{end.isoformat()}"}, now, before, waited_for(work))


def waited_for(work: Work) -> Blocks:
    """The blocks of published flows in which orders can wait, by blueprint and node."""
    versions = work.read("select key, published_id from blueprints_blueprint where published_id is not null order by key")
    flows = [(key, blueprint_queries.version(work, version_id).flow) for key, version_id in versions]
    return {(key, node.key): node.block for key, flow in flows if flow for node in flow.nodes if node.kind in WAITED_FOR}


def waiting(work: Work, opened: listing.Scope, blocks: Blocks) -> Statement:
    """Of the open orders in scope: how many wait in each step, and since when (median, seconds)."""
    return WAITING.format(opened.sql), [[k for k, _ in blocks], [n for _, n in blocks], work.at, *opened.params]


def usual(work: Work, every: listing.Scope) -> Statement:
    """How long each step took the orders in scope that passed it lately (median, seconds)."""
    since = work.at - timedelta(days=USUAL_DAYS)
    return USUAL.format(every.sql), [since, since, *every.params]


def medians(work: Work, opened: listing.Scope, rows: list[Any]) -> list[Any]:
    """The rows of `waiting`, the medians of long ones replaced by those of all their orders, as a sample tells them."""
    many = [(key, node) for key, node, count, _ in rows if count > COUNT_CAP]
    if not many:
        return rows
    sampled = work.read(SAMPLED.format(opened.sql), [work.at, [k for k, _ in many], [n for _, n in many], *opened.params])
    found = {(key, node): seconds for key, node, seconds in sampled}
    return [(k, n, c, found.get((k, n), s) if c > COUNT_CAP else s) for k, n, c, s in rows]


def passed(every: listing.Scope, begin: datetime, end: datetime) -> Statement:
    """Of the orders in scope: how many went through each step between two instants, and how long it took them (median, seconds)."""
    return PASSED.format(every.sql), [begin, end, *every.params]


def compared(wanted: dict[str, str], rows: list[Any], before: list[Any], blocks: Blocks) -> list[StepOut]:
    """Rows of steps beside the usual ones. `wanted`: the filter of a step's orders, with {} for the step."""
    known = {(r[0], r[1]): float(r[-1]) for r in before}
    found = []
    for key, node, count, seconds in rows:
        block = blocks.get((key, node))
        if block is None:
            continue
        took = known.get((key, node))
        found.append(
            StepOut(
                blueprint=key,
                step=node,
                label=block.get("label") or {"zh": node, "en": node},
                orders=counted(count, {**{k: v.replace("{}", node) for k, v in wanted.items()}, "blueprint": key}),
                waiting_minutes=round(float(seconds) / 60, 1),
                usual_minutes=None if took is None else round(took / 60, 1),
                ratio=None if took is None or took < LEAST_USUAL else round(float(seconds) / took, 2),
            )
        )
    return sorted(found, key=lambda s: (-(s.ratio or 0), -s.waiting_minutes))
