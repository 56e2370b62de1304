"""The global board: all states of all teams, how old the work is, what will be late, and where it gets stuck.

One scan of the open orders, from the index alone, counts everything but the steps.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from gongdan.boards import steps
from gongdan.boards.queries import STATES, by_state, counted
from gongdan.boards.schemas import Bucket, HeatCell, Overall, StateOut, TeamName, Urgent
from gongdan.kernel.access import require
from gongdan.kernel.work import Work
from gongdan.orders import listing
from gongdan.orders.filters import DUE
from gongdan.orders.listing import FAMILIES

RISK_HOURS = 4
AGES = (0, 4, 24, 72, 168)  # hours; the last bucket is open
UNRESOLVED = {"family": "waiting,working"}
OWN = ("state", "family", "open", "sla", "due_before", "opened_from", "opened_to", "step", "passed")  # what this board asks itself
# (team, family, age, risk, orders): the age a bucket of AGES from the oldest on, -1 when nothing is left to do
RISK, BREACHED = 1, 2
COUNTS = (
    "o.team_id, min(o.family), case when o.family > 2 then -1 "
    + " ".join(f"when o.opened_at < %s then {n}" for n in range(len(AGES) - 1))
    + f" else {len(AGES) - 1} end, case when o.family > 2 then 0 when o.sla_state = 'breached' then {BREACHED} "
    f"when o.next_due_at < %s and o.sla_state in ('ok', 'near') then {RISK} else 0 end, count(*)"
)
URGENT = (
    "with p as materialized (select o.* from orders_order o where {0} order by {1}, o.id limit 12) "
    "select o.number, b.label, o.family, t.name, o.priority, o.waiting_on, o.sla_state, o.next_due_at from p o "
    "left join blueprints_state b on b.version_id = o.blueprint_version_id and b.key = o.state "
    "left join accounts_team t on t.id = o.team_id order by {1}, o.id"
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
    blocks = steps.waited_for(work)
    states, teams, counts, urgent, waiting, usual = work.batch(
        [
            (STATES, [given.get("blueprint", "")] * 2),
            ("select id, name from accounts_team order by key", []),
            by_state(work, {**given, "open": "true"}, COUNTS, "1, 3, 4", [*bounds, soon]),
            (URGENT.format(todo.sql, DUE), todo.params),
            steps.waiting(work, opened, blocks),
            steps.usual(work, every),
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
        at_risk=_risk(given, counts, RISK, {"sla": "ok,near", "due_before": soon.isoformat()}),
        breached=_risk(given, counts, BREACHED, {"sla": "breached"}),
        steps=steps.compared({**given, "open": "true", "step": "{}"}, steps.medians(work, opened, waiting), usual, blocks),
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
    for state, team_id, _family, _age, _risk, count in counts:
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


def _risk(given: dict[str, str], counts: list[Any], risk: int, more: dict[str, str]) -> Any:
    return counted(sum(r[5] for r in counts if r[4] == risk), {**given, **UNRESOLVED, **more})
