"""What happens when clocks are due: marks, facts, colours of orders, and when to look again."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from gongdan.calendars import queries as calendar_queries
from gongdan.kernel.events import emit
from gongdan.kernel.work import ENCODER, Work
from gongdan.orders.actions import moving
from gongdan.sla import plans, rules
from gongdan.sla.actions import COLUMNS, plan_of, read_clock
from gongdan.sla.events import SlaBreached, SlaReached
from gongdan.sla.following import SOLVED
from gongdan.sla.plans import Plan
from gongdan.sla.rules import ClockRow

CLOCKS = f"select {COLUMNS} from sla_clock where order_id = any(%s) order by order_id, key for no key update"
ORDERS = "select id, blueprint_version_id, family, next_due_at, sla_state from orders_order where id = any(%s) order by id"
WAKE = (
    "update sla_clock c set wake_at = n.wake_at, wake = n.wake, fired = n.fired "
    "from json_populate_recordset(null::sla_clock, %s::json) n where c.order_id = n.order_id and c.key = n.key"
)
TURN = (
    "insert into sla_turn (tenant_id, order_id, due_at, state, at) select %s, order_id, due_at, state, at "
    "from json_populate_recordset(null::sla_turn, %s::json) "
    "on conflict (tenant_id, order_id, due_at, state) do update set at = excluded.at"
)
MARK = (
    "insert into sla_mark (tenant_id, order_id, key, percent, reached_at, due_at, at) select %s, order_id, key, percent, "
    "reached_at, due_at, at from json_populate_recordset(null::sla_mark, %s::json) on conflict do nothing"
)


def wake(work: Work, order_ids: list[UUID]) -> None:
    """Look at the clocks of orders that the caller has locked."""
    orders, found = work.batch([(ORDERS, [order_ids]), (CLOCKS, [order_ids])])
    clocks: dict[UUID, list[ClockRow]] = defaultdict(list)
    for clock in map(read_clock, found):
        clocks[clock.order_id].append(clock)
    changed: list[ClockRow] = []
    marks: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    for order_id, version_id, family, next_due_at, shown in orders:
        mine = clocks[order_id]
        due = [c for c in mine if c.wake_at is not None and c.wake_at <= work.at]
        marks += _fired(work, plan_of(work, version_id, mine), due)
        changed += due
        due_at, state = rules.summary(mine, work.at, closed=family == 4)
        if family < SOLVED and (due_at, state) != (next_due_at, shown):
            turns.append({"order_id": order_id, "due_at": due_at, "state": state, "at": work.at})
    _write(work, changed, marks, turns)


def _fired(work: Work, plan: Plan | None, due: list[ClockRow]) -> list[dict[str, Any]]:
    calendar_of = calendar_queries.lookup(work)
    found = []
    for row in due:
        target = plan.target(row.key) if plan is not None else None
        reached = rules.fire(row, target.thresholds if target else plans.THRESHOLDS, work.at, calendar_of)
        mark = {"order_id": row.order_id, "key": row.key, "due_at": row.due_at, "at": work.at}
        found += [{**mark, "percent": p, "reached_at": when} for p, when in reached]
    return found


def _write(work: Work, changed: list[ClockRow], marks: list[dict[str, Any]], turns: list[dict[str, Any]]) -> None:
    tenant = work.actor.tenant_id
    work.write(WAKE, [ENCODER.encode(changed).decode()])
    if marks:
        work.write(MARK, [tenant, ENCODER.encode(marks).decode()])
    if turns:
        moving.project_many(work, turns)
        seen = [t for t in turns if t["due_at"] is not None]
        work.write(TURN, [tenant, ENCODER.encode(seen).decode()])
    _tell(work, marks)


def _tell(work: Work, marks: list[dict[str, Any]]) -> None:
    """One fact per clock, the highest of what it reached, and one breach per order: who looked late does not tell people twice."""
    highest = {(m["order_id"], m["key"]): m for m in marks}
    breached: dict[UUID, Any] = {}
    for mark in marks:
        if mark["percent"] == 100:
            breached[mark["order_id"]] = min(mark["due_at"], breached.get(mark["order_id"], mark["due_at"]))
    for mark in highest.values():
        emit(work, SlaReached(**{k: v for k, v in mark.items() if k != "at"}))
    for order_id, due_at in breached.items():
        emit(work, SlaBreached(order_id=order_id, due_at=due_at))
