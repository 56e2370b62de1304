"""Reads of clocks, with the explanation of every deadline."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints.document import Label
from gongdan.calendars import queries as calendar_queries
from gongdan.kernel.access import require
from gongdan.kernel.hooks import Blocker
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work
from gongdan.orders.queries import placed_order
from gongdan.orders.rules import form_context
from gongdan.sla import choosing, plans, policies, rules
from gongdan.sla.actions import COLUMNS, blueprint_plan, read_clock
from gongdan.sla.plans import Plan
from gongdan.sla.schemas import Passed

EMPTY = Plan(calendar="", targets=[])
CHOSEN = (
    "select data, occurred_at from orders_event where order_id = %s and type = 'policy_set' and data ->> 'ref' = %s "
    "order by seq desc limit 1"
)

REASONS: dict[str, tuple[str, str]] = {
    "counted": ("计时", "counted"),
    "customer": ("等客户", "waiting on the customer"),
    "vendor": ("等供应商", "waiting on a vendor"),
    "parts": ("等备件", "waiting on parts"),
    "us": ("等我方", "waiting on us"),
    "solved": ("已解决期间", "solved in between"),
    "night": ("非工作时间", "outside working hours"),
    "off_hours": ("非工作时间", "outside working hours"),
    "weekend": ("周末", "weekend"),
    "holiday": ("节假日", "holiday"),
    "break": ("休息", "break"),
}


class SpanOut(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A stretch of time that counted or did not, and why."""

    from_: datetime
    to: datetime
    counted: bool
    seconds: int
    reason: dict[str, str]


class PolicyOf(msgspec.Struct, frozen=True):
    """The policy a clock follows: its condition in words, why those before it did not fit. Empty for who may not see."""

    id: UUID
    version: int
    name: Label
    reason: Label | None
    passed: list[Passed]


class ClockOut(msgspec.Struct, frozen=True):
    """A clock with its explanation; the counted seconds of all spans sum exactly to `elapsed_seconds`."""

    key: str
    label: dict[str, str]
    turn: int  # the how many-th of its target: a new one for each customer message, visit of a state, or restart
    state: str
    target_minutes: int
    calendar: str
    policy: PolicyOf | None  # by which policy; none: the blueprint's own section
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    elapsed_seconds: int
    remaining_seconds: int
    spans: list[SpanOut]


def promised_at(work: Work, order_id: UUID, key: str = "resolve") -> datetime | None:
    """When the customer may expect the order done: the deadline of its running clock `key`; None when it stands or is over."""
    row = work.one("select due_at from sla_clock where order_id = %s and key = %s and state = 'running'", [order_id, key])
    return row[0] if row else None


def clocks(work: Work, order_id: UUID) -> list[ClockOut]:
    """The clocks of an order, explained up to now (or to when they stopped). Raises NotFound."""
    require(work.actor, "sla.view")
    order = placed_order(work, order_id)
    rows = [read_clock(r) for r in work.read(f"select {COLUMNS} from sla_clock where order_id = %s order by key", [order_id])]
    own = blueprint_plan(work, order.row.blueprint_version_id)
    calendar_of = calendar_queries.lookup(work)
    refs = {ref: _policy(work, order_id, ref) for ref in {r.segments[-1].policy for r in rows} if ref}
    found = []
    for row in rows:
        ref = row.segments[-1].policy
        target = (policies.of_reference(work, ref).plan if ref else own or EMPTY).target(row.key)
        label = {"zh": target.label.zh, "en": target.label.en} if target else {"zh": row.key, "en": row.key}
        found.append(_out(row, label, refs.get(ref), work.at, calendar_of))
    return found


def _policy(work: Work, order_id: UUID, ref: str) -> PolicyOf:
    policy = policies.of_reference(work, ref)
    entry = work.one(CHOSEN, [order_id, ref])
    if entry is None or any(k.startswith("customer.") and rule == "hide" for k, rule in work.actor.field_rules.items()):
        return PolicyOf(policy.id, policy.version, policy.name, None, [])
    data = msgspec.json.decode(entry[0])
    passed = [policies.of_reference(work, r) for r in data["passed"]]
    explained = policies.explain(passed, _nested(data["values"]), form_context(entry[1], work.actor.zone))
    return PolicyOf(policy.id, policy.version, policy.name, choosing.why(policy), explained)


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    """{"fields.x": 1} → {"fields": {"x": 1}}, as conditions look at it."""
    found: dict[str, Any] = {k: v for k, v in values.items() if "." not in k}
    found["fields"] = {k.partition(".")[2]: v for k, v in values.items() if "." in k}
    return found


def _out(
    row: rules.ClockRow, label: dict[str, str], policy: PolicyOf | None, now: datetime, calendar_of: rules.CalendarOf
) -> ClockOut:
    until = row.stopped_at or now
    computed = rules.computed(row, calendar_of)
    spans = [
        SpanOut(s.start, s.end, s.counted, round((s.end - s.start).total_seconds()), _reason(s)) for s in computed.explain(until)
    ]
    elapsed = round(computed.elapsed(until))
    target = row.segments[-1].seconds
    return ClockOut(
        key=row.key,
        label=label,
        turn=plans.turn(row.key),
        state=row.state,
        target_minutes=target // 60,
        calendar=row.segments[-1].calendar,
        policy=policy,
        started_at=row.started_at,
        due_at=row.due_at,
        stopped_at=row.stopped_at,
        elapsed_seconds=elapsed,
        remaining_seconds=target - elapsed,
        spans=spans,
    )


def _reason(span: Any) -> dict[str, str]:
    name = str(span.reason)
    zh, en = REASONS.get(name, (name, name))
    return {"zh": zh, "en": en}


def using_calendar(work: Work, key: str) -> list[Blocker]:
    """The policies that count by a calendar, as reasons not to delete it."""
    found = work.read(
        "select document ->> 'name', coalesce(nullif(document ->> 'name_en', ''), document ->> 'name') from sla_policy "
        "where deleted_at is null and document ->> 'calendar' = %s order by rank, id",
        [key],
    )
    return [Blocker(code="calendar_in_policy", values={"name": Words(zh, en)}, link="/app/sla") for zh, en in found]
