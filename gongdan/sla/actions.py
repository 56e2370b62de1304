"""Verbs of SLA, called as reactions inside the transaction that moves the order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.document import FAMILY_NAMES, Sla
from gongdan.calendars import queries as calendar_queries
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import ENCODER, Work
from gongdan.orders.actions import moving
from gongdan.orders.events import OrderCreated, OrderEdited, OrderMerged, OrderMoved, OrderUnmerged
from gongdan.sla import rules
from gongdan.sla.rules import ClockRow

COLUMNS = "order_id, key, started_at, segments, pauses, state, due_at, stopped_at"
LOAD = f"select {COLUMNS} from sla_clock where order_id = %s order by key for no key update"
PUT = (
    "insert into sla_clock (tenant_id, order_id, key, started_at, segments, pauses, state, due_at, stopped_at) "
    "select %s, c.order_id, c.key, c.started_at, c.segments, c.pauses, c.state, c.due_at, c.stopped_at "
    "from json_populate_recordset(null::sla_clock, %s::json) c "
    "on conflict (tenant_id, order_id, key) do update set segments = excluded.segments, pauses = excluded.pauses, "
    "state = excluded.state, due_at = excluded.due_at, stopped_at = excluded.stopped_at"
)
SOLVED = 3  # the family from which on nobody waits for the work
DECODE_SEGMENTS = msgspec.json.Decoder(list[rules.Segment])
DECODE_PAUSES = msgspec.json.Decoder(list[rules.Pause])


def preload(order_id: UUID) -> Statement:
    """The order's clocks, in the round trip that locks the order."""
    return LOAD, [order_id]


def read_clock(row: tuple[object, ...]) -> ClockRow:
    """A database row → ClockRow."""
    order_id, key, started_at, segments, pauses, state, due_at, stopped_at = row
    return msgspec.convert(
        {
            "order_id": order_id,
            "key": key,
            "started_at": started_at,
            "segments": DECODE_SEGMENTS.decode(str(segments)),
            "pauses": DECODE_PAUSES.decode(str(pauses)),
            "state": state,
            "due_at": due_at,
            "stopped_at": stopped_at,
        },
        ClockRow,
    )


def _clocks(work: Work, order_id: UUID) -> list[ClockRow]:
    key = ("sla_rows", order_id)
    if key not in work.loaded:
        raw = work.loaded.pop(("sla", order_id), None)
        rows = raw if raw is not None else work.read(LOAD, [order_id])
        work.loaded[key] = [read_clock(r) for r in rows]
    found: list[ClockRow] = work.loaded[key]
    return found


def _policy(work: Work, order_id: UUID, version_id: UUID | None = None) -> Sla | None:
    opened = work.loaded.get(("order", order_id))
    if opened is not None:
        policy: Sla | None = opened.blueprint.document.sla
        return policy
    return blueprint_queries.version(work, version_id).document.sla if version_id else None


def _save(work: Work, order_id: UUID, rows: list[ClockRow], at: datetime, *, closed: bool = False) -> None:
    work.put(("sla_clock", order_id), PUT, [work.actor.tenant_id, ENCODER.encode(rows).decode()])
    next_due_at, state = rules.summary(rows, at, closed)
    moving.project(work, order_id, next_due_at=next_due_at, sla_state=state)


def start(work: Work, happened: OrderCreated) -> None:
    """Start all clocks of a new order."""
    policy = _policy(work, happened.order_id, happened.blueprint_version_id)
    if policy is None:
        return
    calendar_of = calendar_queries.lookup(work)
    rows = [
        rules.start(happened.order_id, target, policy, happened.priority, happened.occurred_at, calendar_of)
        for target in policy.targets
    ]
    work.loaded[("sla_rows", happened.order_id)] = rows
    opened = work.loaded.get(("order", happened.order_id))
    family = opened.row.family if opened is not None else 1
    if family >= SOLVED:  # an imported order may begin solved: nothing runs
        for row in rows:
            rules.stop(row, happened.occurred_at, calendar_of)
    _save(work, happened.order_id, rows, work.at, closed=family > SOLVED)


def follow(work: Work, happened: OrderMoved) -> None:
    """Stop, pause, resume or restart clocks as the order moves."""
    policy = _policy(work, happened.order_id)
    if policy is None:
        return
    rows = _clocks(work, happened.order_id)
    if not rows:
        return
    calendar_of = calendar_queries.lookup(work)
    changed = _moved(policy, rows, happened, calendar_of)
    if changed or happened.from_family != happened.to_family:
        _save(work, happened.order_id, rows, work.at, closed=happened.to_family == 4)


def _moved(policy: Sla, rows: list[ClockRow], happened: OrderMoved, calendar_of: rules.CalendarOf) -> bool:
    at = happened.occurred_at
    stops = {t.key: t.stops_on for t in policy.targets}
    said = {happened.verb}
    if happened.to_family != happened.from_family:
        said.add(FAMILY_NAMES[happened.to_family])
    changed = False
    for row in rows:
        stopping = not said.isdisjoint(stops.get(row.key, ()))
        if stopping:
            changed |= rules.stop(row, at, calendar_of)
        elif happened.to_family < 3 <= happened.from_family and row.key in policy.pauses:
            changed |= rules.restart(row, at, calendar_of)
        if happened.to_family >= 3 or row.key not in policy.pauses:
            continue
        if happened.waiting_on in policy.pauses_on:
            changed |= rules.pause(row, str(happened.waiting_on), at)
        else:
            changed |= rules.resume(row, at, calendar_of)
    return changed


def retarget(work: Work, happened: OrderEdited) -> None:
    """Another priority picks another target; time already paused stays paused."""
    if "priority" not in happened.keys:
        return
    policy = _policy(work, happened.order_id)
    if policy is None:
        return
    rows = _clocks(work, happened.order_id)
    calendar_of = calendar_queries.lookup(work)
    by_key = {t.key: t for t in policy.targets}
    changed = [
        rules.retarget(row, policy, by_key[row.key], happened.priority, happened.occurred_at, calendar_of)
        for row in rows
        if row.key in by_key
    ]
    if any(changed):
        _save(work, happened.order_id, rows, work.at)


def set_aside(work: Work, happened: OrderMerged) -> None:
    """A merged order's clocks stop where they are; the survivor has its own."""
    rows = _clocks(work, happened.order_id)
    changed = [rules.set_aside(row, happened.occurred_at) for row in rows]
    if any(changed):
        _save(work, happened.order_id, rows, work.at)


def take_up(work: Work, happened: OrderUnmerged) -> None:
    """The clocks of an order that is its own again are what they were; its time never stood still for the customer."""
    rows = _clocks(work, happened.order_id)
    changed = [rules.take_up(row) for row in rows]
    if any(changed):
        _save(work, happened.order_id, rows, work.at)
