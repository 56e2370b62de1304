"""Steps of the flow and how long they take: where orders wait now, and what a period's passings say; beside what is usual."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gongdan.blueprints import queries as blueprint_queries
from gongdan.boards.kpis import DAYS, midnight, narrowed, span
from gongdan.boards.queries import counted
from gongdan.boards.schemas import PeriodQuery, StepOut
from gongdan.kernel.access import require
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work
from gongdan.orders import flowing, listing

USUAL_DAYS = 30
LEAST_USUAL = 60  # seconds: beside a step that is passed at once everything would be a hundred times as long
WAITED_FOR = ("task", "approval", "wait")
WAITING = (
    "select o.blueprint_key, k.node, count(distinct o.id), "
    "percentile_cont(0.5) within group (order by extract(epoch from %s - k.entered_at)) "
    "from orders_token k join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id "
    "where k.state = 'open' and {} group by 1, 2"
)
PASSED = (
    "select o.blueprint_key, k.node, count(distinct o.id), "
    "percentile_cont(0.5) within group (order by extract(epoch from k.done_at - k.entered_at)) "
    "from orders_token k join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id "
    "where k.state = 'done' and k.done_at >= %s and k.done_at < %s and {} group by 1, 2"
)
VERSIONS: Statement = ("select key, published_id from blueprints_blueprint where published_id is not null", [])


def period(work: Work, query: PeriodQuery) -> list[StepOut]:
    """The steps passed in a period, the one furthest beyond its usual time (of the 30 days before) first."""
    require(work.actor, "board.view")
    first, last = span(work, query.from_, query.to, DAYS)
    begin, end = midnight(work, first), midnight(work, last + timedelta(days=1))
    given = narrowed(query)
    every = listing.scope(work, given)
    now, usual, versions = work.batch(
        [passed(every, begin, end), passed(every, begin - timedelta(days=USUAL_DAYS), begin), VERSIONS]
    )
    return compared(work, {**given, "passed": f"{{}}@{begin.isoformat()}..{end.isoformat()}"}, now, usual, versions)


def waiting(work: Work, every: listing.Scope) -> Statement:
    """Of the orders in scope: how many wait in each step, and since when (median, seconds)."""
    return WAITING.format(every.sql), [work.at, *every.params]


def passed(every: listing.Scope, begin: datetime, end: datetime) -> Statement:
    """Of the orders in scope: how many went through each step between two instants, and how long it took them (median, seconds)."""
    return PASSED.format(every.sql), [begin, end, *every.params]


def compared(work: Work, wanted: dict[str, str], rows: list[Any], usual: list[Any], versions: list[Any]) -> list[StepOut]:
    """Rows of steps beside the usual ones. `wanted`: the filter of a step's orders, with {} for the step."""
    published = dict(versions)
    known = {(r[0], r[1]): float(r[3]) for r in usual}
    found = []
    for key, node, count, seconds in rows:
        version_id = published.get(key)
        block = flowing.node(blueprint_queries.version(work, version_id), node) if version_id else {}
        if block.get("kind") not in WAITED_FOR:
            continue
        before = known.get((key, node))
        found.append(
            StepOut(
                blueprint=key,
                step=node,
                label=block.get("label") or {"zh": node, "en": node},
                orders=counted(count, {**{k: v.replace("{}", node) for k, v in wanted.items()}, "blueprint": key}),
                waiting_minutes=round(float(seconds) / 60, 1),
                usual_minutes=None if before is None else round(before / 60, 1),
                ratio=None if before is None or before < LEAST_USUAL else round(float(seconds) / before, 2),
            )
        )
    return sorted(found, key=lambda s: (-(s.ratio or 0), -s.waiting_minutes))
