"""Verbs of SLA, called as reactions inside the transaction that moves the order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.calendars import queries as calendar_queries
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import ENCODER, Work
from gongdan.orders.about import HELD
from gongdan.orders.actions import moving
from gongdan.orders.actions.loading import open_order
from gongdan.orders.events import OrderCommented, OrderCreated, OrderEdited, OrderMerged, OrderMoved, OrderUnmerged
from gongdan.orders.rows import OpenOrder
from gongdan.sla import plans, policies, rules
from gongdan.sla.choosing import Choice
from gongdan.sla.following import SOLVED, Clocks, Step
from gongdan.sla.plans import Plan
from gongdan.sla.rules import ClockRow

COLUMNS = "order_id, key, started_at, segments, pauses, state, due_at, stopped_at, wake_at, wake, fired"
LOAD = f"select {COLUMNS} from sla_clock where order_id = %s order by key for no key update"
PUT = (
    f"insert into sla_clock (tenant_id, {COLUMNS}) select %s, {COLUMNS} "
    "from json_populate_recordset(null::sla_clock, %s::json) c "
    "on conflict (tenant_id, order_id, key) do update set segments = excluded.segments, pauses = excluded.pauses, "
    "state = excluded.state, due_at = excluded.due_at, stopped_at = excluded.stopped_at, wake_at = excluded.wake_at, "
    "wake = excluded.wake, fired = excluded.fired"
)
MOST_PLANS = 500
NO_PLAN = Plan(calendar="", targets=[])
_PLANS: dict[UUID, Plan | None] = {}
DECODE_SEGMENTS = msgspec.json.Decoder(list[rules.Segment])
DECODE_FIRED = msgspec.json.Decoder(list[tuple[int, datetime]])
DECODE_PAUSES = msgspec.json.Decoder(list[rules.Pause])


def preload(order_id: UUID) -> Statement:
    """The order's clocks, in the round trip that locks the order."""
    return LOAD, [order_id]


def read_clock(row: tuple[object, ...]) -> ClockRow:
    """A database row → ClockRow."""
    order_id, key, started_at, segments, pauses, state, due_at, stopped_at, wake_at, wake, fired = row
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
            "wake_at": wake_at,
            "wake": wake,
            "fired": DECODE_FIRED.decode(str(fired)),
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


def blueprint_plan(work: Work, version_id: UUID) -> Plan | None:
    """The plan of a blueprint's own section; None when it has none. A version never changes, so a process reads it once."""
    if version_id not in _PLANS:
        if len(_PLANS) >= MOST_PLANS:
            _PLANS.clear()
        sla = blueprint_queries.version(work, version_id).document.sla
        _PLANS[version_id] = plans.of_blueprint(sla) if sla is not None else None
    return _PLANS[version_id]


def plan_of(work: Work, version_id: UUID, rows: list[ClockRow]) -> Plan | None:
    """What an order's clocks follow: the policy that governs them, else its blueprint's version."""
    ref = rules.governing(rows)
    plan = policies.of_reference(work, ref).plan if ref else blueprint_plan(work, version_id)
    return _kept(plan, rows) if plan is not None else None


def _plan(work: Work, order_id: UUID, rows: list[ClockRow]) -> Plan | None:
    opened = work.loaded.get(("order", order_id))
    return plan_of(work, opened.row.blueprint_version_id, rows) if opened is not None else None


def _kept(plan: Plan, rows: list[ClockRow]) -> Plan:
    """The plan by the calendar the clocks took it up with, in the version that held then."""
    newest = max((s for r in rows for s in r.segments if s.policy == plan.ref), key=lambda s: s.start, default=None)
    return msgspec.structs.replace(plan, calendar=newest.calendar) if newest is not None else plan


def _pinned(work: Work, plan: Plan) -> Plan:
    """The plan by its calendar as it is now: a calendar edited later changes no clock that runs."""
    return msgspec.structs.replace(plan, calendar=calendar_queries.pin(work, plan.calendar))


def _chosen(work: Work, opened: OpenOrder, at: datetime, choice: Choice, *, first: bool = False) -> Plan:
    """The chosen policy's plan, with an entry in the ledger: what was chosen, by which values, past which others."""
    policy = choice.policy
    if policy is None:
        raise ValueError("nothing was chosen")
    hidden = {f"fields.{k}" for k in opened.blueprint.personal} | {"title"}
    values = {k: ("•" if k in hidden else v) for k, v in choice.values.items()}
    passed = [policies.reference(p.id, p.version) for p in choice.passed]
    plan = _pinned(work, policy.plan)
    data = {"ref": plan.ref, "calendar": plan.calendar, "values": values, "passed": passed, "first": first}
    opened.record("policy_set", data, at)
    return plan


def _save(work: Work, order_id: UUID, rows: list[ClockRow], plan: Plan | None, *, closed: bool = False) -> None:
    calendar_of, at = calendar_queries.lookup(work), work.at
    for row in rows:
        target = plan.target(row.key) if plan is not None else None
        rules.arm(row, target.thresholds if target is not None else plans.THRESHOLDS, calendar_of)
    work.put(("sla_clock", order_id), PUT, [work.actor.tenant_id, ENCODER.encode(rows).decode()])
    next_due_at, state = rules.summary(rows, at, closed)
    moving.project(work, order_id, next_due_at=next_due_at, sla_state=state)


def start(work: Work, happened: OrderCreated) -> None:
    """Start all clocks of a new order, by the first policy that fits it, else by its blueprint."""
    opened = work.loaded[("order", happened.order_id)]
    choice = policies.choice(work, opened.row)
    if choice is not None and choice.policy is not None:
        plan: Plan | None = _chosen(work, opened, happened.occurred_at, choice, first=True)
    else:
        found = blueprint_plan(work, happened.blueprint_version_id)
        plan = _pinned(work, found) if found is not None else None
    if plan is None:
        return
    family = opened.row.family
    made = Clocks(happened.order_id, plan, happened.priority, [], calendar_queries.lookup(work))
    made.begin(happened.state, family, happened.occurred_at)
    work.loaded[("sla_rows", happened.order_id)] = made.rows
    _save(work, happened.order_id, made.rows, plan, closed=family > SOLVED)


def _following(work: Work, order_id: UUID) -> Clocks | None:
    rows = _clocks(work, order_id)
    plan = _plan(work, order_id, rows) if rows else None
    if plan is None:
        return None
    return Clocks(order_id, plan, work.loaded[("order", order_id)].row.priority, rows, calendar_queries.lookup(work))


def _any(work: Work, order_id: UUID) -> Clocks:
    """The clocks of an order that may have none yet."""
    priority = work.loaded[("order", order_id)].row.priority
    return _following(work, order_id) or Clocks(order_id, NO_PLAN, priority, _clocks(work, order_id), calendar_queries.lookup(work))


def follow(work: Work, happened: OrderMoved) -> None:
    """Stop, pause, resume or restart clocks as the order moves."""
    clocks = _following(work, happened.order_id)
    if clocks is None:
        return
    step = Step(
        verb=happened.verb, from_state=happened.from_state, to_state=happened.to_state, from_family=happened.from_family,
        to_family=happened.to_family, waiting_on=happened.waiting_on, at=happened.occurred_at, undone_at=happened.undone_at,
    )  # fmt: skip
    if clocks.moved(step) or happened.from_family != happened.to_family:
        _save(work, happened.order_id, clocks.rows, clocks.plan, closed=happened.to_family == 4)


def retarget(work: Work, happened: OrderEdited) -> None:
    """Another priority picks another target, other facts perhaps another policy; time already paused stays paused."""
    clocks = _any(work, happened.order_id)
    changed = "priority" in happened.keys and clocks.retargeted(happened.occurred_at)
    work.loaded.pop((HELD, happened.order_id), None)
    if _choose_again(work, clocks, happened.occurred_at, fresh=False) or changed:
        _save(work, happened.order_id, clocks.rows, clocks.plan)


def _choose_again(work: Work, clocks: Clocks, at: datetime, *, fresh: bool) -> bool:
    """Put an open order under the policy that fits it now. `fresh`: also under a newer version of it and of its calendar."""
    opened = work.loaded[("order", clocks.order_id)]
    if opened.row.family >= SOLVED:
        return False
    choice = policies.choice(work, opened.row)
    policy = choice.policy if choice is not None else None
    found = policy.plan if policy is not None else blueprint_plan(work, opened.row.blueprint_version_id)
    plan = _pinned(work, found) if found is not None else None
    if plan is None or _same(clocks, plan, fresh=fresh):
        return False
    if choice is not None and policy is not None:
        clocks.plan = _chosen(work, opened, at, choice)
    else:
        opened.record("policy_set", {"ref": "", "calendar": plan.calendar, "values": {}, "passed": []}, at)
        clocks.plan = plan
    return clocks.retargeted(at)


def _same(clocks: Clocks, plan: Plan, *, fresh: bool) -> bool:
    """Whether the clocks follow this plan; if not `fresh`, in whichever version of policy and calendar."""
    has = clocks.plan
    if not clocks.rows and not plan.ref:
        return True
    return (
        (has.ref, has.calendar) == (plan.ref, plan.calendar) if fresh else has.ref.partition("@")[0] == plan.ref.partition("@")[0]
    )


def reapply(work: Work, order_id: UUID, *, fresh: bool) -> bool:
    """Choose the policy of one open order again. Safe to repeat: the same choice changes nothing."""
    open_order(work, order_id, "order.view")
    clocks = _any(work, order_id)
    changed = _choose_again(work, clocks, work.at, fresh=fresh)
    if changed:
        _save(work, order_id, clocks.rows, clocks.plan)
    return changed


def heard(work: Work, happened: OrderCommented) -> None:
    """A public message of the customer starts the clock of the next reply, a public answer stops it."""
    if happened.internal or happened.author_kind == "system":
        return
    opened = work.loaded.get(("order", happened.order_id))
    clocks = _following(work, happened.order_id)
    if clocks is None or opened is None:
        return
    if clocks.heard(customer=happened.author_kind == "link", family=opened.row.family, at=happened.occurred_at):
        _save(work, happened.order_id, clocks.rows, clocks.plan, closed=opened.row.family > SOLVED)


def set_aside(work: Work, happened: OrderMerged) -> None:
    """A merged order's clocks stop where they are; the survivor has its own."""
    rows = _clocks(work, happened.order_id)
    changed = [rules.set_aside(row, happened.occurred_at) for row in rows]
    if any(changed):
        _save(work, happened.order_id, rows, _plan(work, happened.order_id, rows))


def take_up(work: Work, happened: OrderUnmerged) -> None:
    """The clocks of an order that is its own again are what they were; its time never stood still for the customer."""
    rows = _clocks(work, happened.order_id)
    changed = [rules.take_up(row) for row in rows]
    if any(changed):
        _save(work, happened.order_id, rows, _plan(work, happened.order_id, rows))
