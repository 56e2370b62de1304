"""The global board: all states of all teams, how old the work is, what will be late, and where it gets stuck.

One scan of the open orders, from the index alone, counts everything but the steps; of those each is looked at up to the cap.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.boards.queries import STATES, counted
from gongdan.boards.schemas import Bucket, HeatCell, Overall, StateOut, StepOut, TeamName, Urgent
from gongdan.kernel.access import require
from gongdan.kernel.work import Work
from gongdan.orders import listing
from gongdan.orders.filters import DUE
from gongdan.orders.listing import COUNT_CAP, FAMILIES

RISK_HOURS = 4
AGES = (0, 4, 24, 72, 168)  # hours; the last bucket is open
USUAL_DAYS = 30
LEAST_USUAL = 60  # seconds: beside a step that is passed at once everything would be a hundred times as long
SAMPLE = 32  # a power of two
WAITED_FOR = ("task", "approval", "wait")
UNRESOLVED = {"family": "waiting,working"}
OWN = ("state", "family", "open", "sla", "due_before", "opened_from", "opened_to", "step")  # what this board asks itself
COUNTS = (
    "select o.state, o.team_id, min(o.family), "
    "case when o.family > 2 then -1 else width_bucket(o.opened_at, %s::timestamptz[]) end, "
    "case when o.family > 2 then '' when o.sla_state = 'breached' then 'breached' "
    "when o.sla_state in ('ok', 'near') and o.next_due_at < %s then 'risk' else '' end, count(*) "
    "from orders_order o where {} group by 1, 2, 4, 5"
)
URGENT = (
    "with p as materialized (select o.* from orders_order o where {0} order by {1}, o.id limit 12) "
    "select o.number, b.label, o.family, t.name, o.priority, o.waiting_on, o.sla_state, o.next_due_at from p o "
    "left join blueprints_state b on b.version_id = o.blueprint_version_id and b.key = o.state "
    "left join accounts_team t on t.id = o.team_id order by {1}, o.id"
)
# of each step the newest orders, exact to the cap
WAITING = (
    "select p.blueprint, p.node, w.n, w.seconds from unnest(%s::text[], %s::text[]) as p(blueprint, node), lateral ("
    f"select case when count(*) > {COUNT_CAP} then count(*) else count(distinct x.id) end as n, "
    "percentile_cont(0.5) within group (order by extract(epoch from %s - x.entered_at)) as seconds "
    "from (select o.id, k.entered_at from orders_token k join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id "
    "where k.state = 'open' and k.node = p.node and o.blueprint_key = p.blueprint and {} "
    f"order by k.order_id desc limit {COUNT_CAP + 1}) x) w where w.n > 0"
)
# the newest have waited least: beyond the cap the median is that of one in SAMPLE, chosen by a hash of the order
SAMPLED = (
    "select o.blueprint_key, k.node, percentile_cont(0.5) within group (order by extract(epoch from %s - k.entered_at)) "
    "from orders_token k join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id "
    f"where k.state = 'open' and k.node = any(%s) and uuid_hash(k.order_id) & {SAMPLE - 1} = 0 and {{}} group by 1, 2"
)
# what was passed in the last days, all of it up to the cap, beyond it the same sample
USUAL = (
    "select o.blueprint_key, k.node, percentile_cont(0.5) within group (order by extract(epoch from k.done_at - k.entered_at)) "
    "from orders_token k join orders_order o on o.tenant_id = k.tenant_id and o.id = k.order_id "
    f"where k.state = 'done' and k.done_at >= %s and (uuid_hash(k.order_id) & {SAMPLE - 1} = 0 or (select count(*) from (select 1 "
    f"from orders_token d where d.state = 'done' and d.done_at >= %s limit {COUNT_CAP + 1}) d) <= {COUNT_CAP}) and {{}} "
    "group by 1, 2"
)


def overall(work: Work, given: dict[str, str]) -> Overall:
    """Everything that is open, within the filters given."""
    require(work.actor, "board.view")
    given = {k: v for k, v in given.items() if k not in OWN}
    soon = work.at + timedelta(hours=RISK_HOURS)
    bounds = [work.at - timedelta(hours=h) for h in AGES[:0:-1]]
    opened = listing.scope(work, {**given, "open": "true"})
    todo = listing.scope(work, {**given, **UNRESOLVED})
    every = listing.scope(work, given)
    since = work.at - timedelta(days=USUAL_DAYS)
    steps = _waited_for(work)
    states, teams, counts, urgent, waiting, usual = work.batch(
        [
            (STATES, [given.get("blueprint", "")] * 2),
            ("select id, name from accounts_team order by key", []),
            (COUNTS.format(opened.sql), [bounds, soon, *opened.params]),
            (URGENT.format(todo.sql, DUE), todo.params),
            (WAITING.format(opened.sql), [[k for k, _ in steps], [n for _, n in steps], work.at, *opened.params]),
            (USUAL.format(every.sql), [since, since, *every.params]),
        ]
    )
    here = {r[1] for r in counts}
    return Overall(
        at=work.at,
        open=counted(sum(r[5] for r in counts), {**given, "open": "true"}),
        states=_states(states, counts),
        teams=[TeamName(t[0], t[1]) for t in teams if t[0] in here] + ([TeamName(None, "")] if None in here else []),
        heat=_heat(given, counts),
        ages=_ages(given, counts, bounds),
        risk_hours=RISK_HOURS,
        at_risk=_risk(given, counts, "risk", {"sla": "ok,near", "due_before": soon.isoformat()}),
        breached=_risk(given, counts, "breached", {"sla": "breached"}),
        steps=_steps(given, steps, _medians(work, opened, waiting), usual),
        urgent=[Urgent(r[0], _label(r[1]), FAMILIES[r[2] - 1], *r[3:]) for r in urgent],
    )


def _label(text: Any) -> Any:
    return msgspec.json.decode(text) if isinstance(text, str) else text


def _states(states: list[Any], counts: list[Any]) -> list[StateOut]:
    known = {s[0]: StateOut(s[0], _label(s[1]), s[2], s[4]) for s in states if s[2] != "closed"}
    place = {s[0]: (FAMILIES.index(s[2]), s[3]) for s in states}
    for state, _, family, *_rest in counts:
        if state not in known:
            known[state] = StateOut(state, {"zh": state, "en": state}, FAMILIES[family - 1], cancelled=False)
    return sorted(known.values(), key=lambda s: place.get(s.key, (9, 0)))


def _heat(given: dict[str, str], counts: list[Any]) -> list[HeatCell]:
    sums: dict[tuple[str, UUID | None], int] = {}
    for state, team_id, _family, _age, _risk_word, count in counts:
        sums[state, team_id] = sums.get((state, team_id), 0) + count
    return [
        HeatCell(state, team_id, counted(count, {**given, "open": "true", "state": state, "team_id": str(team_id or "none")}))
        for (state, team_id), count in sums.items()
    ]


def _ages(given: dict[str, str], counts: list[Any], bounds: list[Any]) -> list[Bucket]:
    found = []
    for number, hours in enumerate(AGES):
        bucket = len(AGES) - 1 - number
        until = AGES[number + 1] if number + 1 < len(AGES) else None
        wanted = {**given, **UNRESOLVED}
        if number:
            wanted["opened_to"] = bounds[bucket].isoformat()
        if until is not None:
            wanted["opened_from"] = bounds[bucket - 1].isoformat()
        found.append(Bucket(hours, until, counted(sum(r[5] for r in counts if r[3] == bucket), wanted)))
    return found


def _risk(given: dict[str, str], counts: list[Any], word: str, more: dict[str, str]) -> Any:
    return counted(sum(r[5] for r in counts if r[4] == word), {**given, **UNRESOLVED, **more})


def _waited_for(work: Work) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The blocks of published flows in which orders can wait, by blueprint and node."""
    versions = work.read("select key, published_id from blueprints_blueprint where published_id is not null order by key")
    flows = [(key, blueprint_queries.version(work, version_id).flow) for key, version_id in versions]
    return {(key, node.key): node.block for key, flow in flows if flow for node in flow.nodes if node.kind in WAITED_FOR}


def _medians(work: Work, within: listing.Scope, waiting: list[Any]) -> list[Any]:
    """The rows of WAITING, the medians of long ones replaced by those of all their orders, as a sample tells them."""
    many = [node for _, node, count, _ in waiting if count > COUNT_CAP]
    if not many:
        return waiting
    rows = work.read(SAMPLED.format(within.sql), [work.at, many, *within.params])
    found = {(key, node): seconds for key, node, seconds in rows}
    return [(k, n, c, found.get((k, n), s) if c > COUNT_CAP else s) for k, n, c, s in waiting]


def _steps(
    given: dict[str, str], blocks: dict[tuple[str, str], Mapping[str, Any]], waiting: list[Any], usual: list[Any]
) -> list[StepOut]:
    """Steps in which orders wait, the one furthest beyond its usual time first."""
    known = {(r[0], r[1]): float(r[2]) for r in usual}
    found = []
    for key, node, count, seconds in waiting:
        before = known.get((key, node))
        found.append(
            StepOut(
                blueprint=key,
                step=node,
                label=blocks[key, node].get("label") or {"zh": node, "en": node},
                orders=counted(count, {**given, "open": "true", "blueprint": key, "step": node}),
                waiting_minutes=round(float(seconds) / 60, 1),
                usual_minutes=None if before is None else round(before / 60, 1),
                ratio=None if before is None or before < LEAST_USUAL else round(float(seconds) / before, 2),
            )
        )
    return sorted(found, key=lambda s: (-(s.ratio or 0), -s.waiting_minutes))
