"""Reads of clocks, with the explanation of every deadline."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.calendars import queries as calendar_queries
from gongdan.kernel.access import require
from gongdan.kernel.work import Work
from gongdan.orders.queries import placed_order
from gongdan.sla import rules
from gongdan.sla.actions import COLUMNS, read_clock

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


class ClockOut(msgspec.Struct, frozen=True):
    """A clock with its explanation; the counted seconds of all spans sum exactly to `elapsed_seconds`."""

    key: str
    label: dict[str, str]
    state: str
    target_minutes: int
    calendar: str
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
    policy = order.blueprint.document.sla
    labels = {t.key: {"zh": t.label.zh, "en": t.label.en} for t in policy.targets} if policy else {}
    calendar_of = calendar_queries.lookup(work)
    return [_out(row, labels.get(row.key, {"zh": row.key, "en": row.key}), work.at, calendar_of) for row in rows]


def _out(row: rules.ClockRow, label: dict[str, str], now: datetime, calendar_of: rules.CalendarOf) -> ClockOut:
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
        state=row.state,
        target_minutes=target // 60,
        calendar=row.segments[-1].calendar,
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
