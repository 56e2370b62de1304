"""Boards and role homes: counts that equal the lists behind them, because both come from one scope."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from gongdan.kernel.access import require
from gongdan.kernel.work import Work
from gongdan.orders import listing
from gongdan.orders.filters import DUE
from gongdan.orders.listing import JOINS, ROW_SQL

CARDS_MOST = 50
RECENT_DAYS = 7
STATES = (
    "select distinct on (s.value ->> 'key') s.value ->> 'key', s.value -> 'label', s.value ->> 'family', s.n "
    "from blueprints_blueprint b join blueprints_version v on v.id = b.published_id, "
    "jsonb_array_elements(v.document -> 'states') with ordinality as s(value, n) "
    "where not b.archived and (%s = '' or b.key = %s) order by s.value ->> 'key', b.key"
)
ORDER = ["waiting", "working", "resolved", "closed"]


class Card(msgspec.Struct, frozen=True):
    """A figure on a home, and the list it stands for."""

    key: str
    label: dict[str, str]
    count: int
    capped: bool
    filter: dict[str, str]


CARDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "mine": ("我的待办", "Mine", {"assignee_id": "me", "family": "waiting,working"}),
    "unassigned": ("待派单", "Unassigned", {"assignee_id": "none", "family": "waiting"}),
    "breached": ("已超期", "Overdue", {"sla": "breached", "family": "waiting,working"}),
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


def states(work: Work, filters: dict[str, str], blueprint: str) -> bytes:
    """Columns by state in the four colours: exact counts (to the cap) and the first cards; closed ones of the last days only."""
    require(work.actor, "board.view")
    rows = work.read(STATES, [blueprint, blueprint])
    given = {**filters, **({"blueprint": blueprint} if blueprint else {})}
    recent = (work.at - timedelta(days=RECENT_DAYS)).isoformat()
    columns: list[dict[str, Any]] = []
    for key, label, family, place in sorted(rows, key=lambda r: (ORDER.index(r[2]), r[3])):
        wanted = {**given, "state": key, **({"closed_from": recent} if family == "closed" else {})}
        within = listing.scope(work, wanted)
        count, capped = listing.count(work, wanted)
        items = work.read(
            f"with p as materialized (select o.* from orders_order o where {within.sql} "
            f"order by {DUE}, o.id limit {CARDS_MOST:d}) "
            f"select {ROW_SQL}::text from p o {JOINS} order by {DUE}, o.id",
            within.params,
        )
        columns.append(
            {
                "state": key,
                "label": msgspec.json.decode(label) if isinstance(label, str) else label,
                "family": family,
                "count": count,
                "capped": capped,
                "filter": wanted,
                "items": [msgspec.Raw(i[0].encode()) for i in items],
            }
        )
        del place
    return msgspec.json.encode({"columns": columns})
