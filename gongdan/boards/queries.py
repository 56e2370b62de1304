"""Homes, legal moves, limits: counts that equal the lists behind them, because both come from one scope."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.boards.schemas import Card, Counted, KindMoves, LegalMove, Limits
from gongdan.kernel.access import relations, require
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work
from gongdan.orders import listing
from gongdan.orders.rules import LABELS, NEEDS, RESUME_FIRST

NO_TEAM = UUID(int=0)
STATES = (
    "select distinct on (s.value ->> 'key') s.value ->> 'key', s.value -> 'label', s.value ->> 'family', s.n, "
    "coalesce((s.value ->> 'cancelled')::boolean, false) "
    "from blueprints_blueprint b join blueprints_version v on v.id = b.published_id, "
    "jsonb_array_elements(v.document -> 'states') with ordinality as s(value, n) "
    "where not b.archived and (%s = '' or b.key = any(string_to_array(%s, ','))) order by s.value ->> 'key', b.key"
)
# filters whose columns lie in the indexes of ADR 0024: without others a board can be counted from one of them
IN_INDEX = {"blueprint", "team_id", "priority", "family", "open"}
BY_STATE = (
    "select v.key, c.* from (select distinct s.key from blueprints_state s) v, "
    "lateral (select {} from orders_order o where o.state = v.key and {} group by {}) c"
)
LIMITS = "select limits, version from boards_limit where team_id = %s"
CARDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "mine": ("我的待办", "Mine", {"assignee_id": "me", "family": "waiting,working"}),
    "unassigned": ("待派单", "Unassigned", {"assignee_id": "none", "family": "waiting"}),
    "breached": ("超期", "Overdue", {"sla": "breached", "family": "waiting,working"}),
    "near": ("即将超期", "Due soon", {"sla": "near"}),
    "customer": ("等客户", "Waiting on customer", {"waiting_on": "customer", "open": "true"}),
    "parts": ("等备件", "Waiting on parts", {"waiting_on": "parts", "open": "true"}),
    "follow_up": ("待回访", "Follow-up", {"state": "follow_up"}),
    "resolved": ("已解决待关闭", "Resolved", {"family": "resolved"}),
    "working": ("处理中", "In progress", {"family": "working"}),
    "waiting": ("待处理", "Waiting", {"family": "waiting"}),
}
HOMES: dict[str, list[str]] = {
    "agent": ["mine", "unassigned", "breached", "customer", "follow_up", "resolved"],
    "dispatcher": ["unassigned", "breached", "near", "parts", "waiting", "working"],
    "engineer": ["mine", "waiting", "working", "customer", "parts"],
    "manager": ["breached", "near", "waiting", "working", "resolved", "unassigned"],
    "partner": ["mine", "working"],
    "admin": ["waiting", "working", "breached", "resolved"],
}


def home(work: Work) -> list[Card]:
    """The figures of the actor's role."""
    require(work.actor, "order.view")
    role = next((r for r in HOMES if r in work.actor.roles), "agent")
    found = []
    for key in HOMES[role]:
        zh, en, filters = CARDS[key]
        count, capped = listing.count(work, filters)
        found.append(Card(key, {"zh": zh, "en": en}, count, capped, filters))
    return found


def from_index(work: Work, wanted: dict[str, str]) -> bool:
    """Whether an index alone can say which orders these are."""
    return set(wanted) <= IN_INDEX and "all" in relations(work.actor, "order.view")


def by_state(work: Work, wanted: dict[str, str], columns: str, groups: str, params: list[Any]) -> Statement:
    """Rows of (state, columns) for each group of a state's orders. `groups`: places of the columns that make a group, from 1 on.

    From an index each state is a range of its own: one column less to tell groups apart by, the dearest, of half a million rows.
    """
    within = listing.scope(work, wanted)
    if from_index(work, wanted):
        return BY_STATE.format(columns, within.sql, groups), [*params, *within.params]
    moved = ", ".join(["1", *(str(int(place) + 1) for place in groups.split(", "))])
    return f"select o.state, {columns} from orders_order o where {within.sql} group by {moved}", [*params, *within.params]


def counted(count: int, filters: dict[str, str]) -> Counted:
    """A count as the list states it: exact to the cap."""
    return Counted(min(count, listing.COUNT_CAP), count > listing.COUNT_CAP, {k: v for k, v in filters.items() if v})


def limits(work: Work, team_id: UUID | None) -> Limits:
    """The limits of a team's board; None: of the board of all teams."""
    require(work.actor, "board.view")
    return read_limits(work.read(LIMITS, [team_id or NO_TEAM]))


def read_limits(rows: list[tuple[Any, ...]]) -> Limits:
    """What a row of `LIMITS` says."""
    return Limits(msgspec.json.decode(rows[0][0]), rows[0][1]) if rows else Limits({}, 0)


def moves(work: Work) -> list[KindMoves]:
    """For each published kind of order, what may be said in which state and where it leads."""
    require(work.actor, "board.view")
    rows = work.read(
        "select key, published_id from blueprints_blueprint where not archived and published_id is not null order by key"
    )
    found = []
    for key, version_id in rows:
        blueprint = blueprint_queries.version(work, version_id)
        name = blueprint.document.name
        labels = {k: {"zh": s.label.zh, "en": s.label.en} for k, s in blueprint.states.items()}
        found.append(
            KindMoves(key, {"zh": name.zh, "en": name.en}, labels, {s: _moves(work, blueprint, s) for s in blueprint.states})
        )
    return found


def _moves(work: Work, blueprint: Any, state: str) -> list[LegalMove]:
    found = []
    for step in blueprint.steps_from(state):
        verb = step.transition.verb
        if not relations(work.actor, f"order.{verb}"):
            continue
        label = step.transition.label
        zh, en = (label.zh, label.en) if label else LABELS.get(verb, (verb, verb))
        found.append(LegalMove(verb, {"zh": zh, "en": en}, list(step.to), NEEDS.get(verb, []), verb in RESUME_FIRST))
    return found
