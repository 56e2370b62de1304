"""Pure decisions about clocks: start, pause, resume, retarget, stop. Instants and calendars are arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

import msgspec

from gongdan.engines.worktime import clock as worktime_clock
from gongdan.engines.worktime.calendar import Compiled as Calendar
from gongdan.sla import plans
from gongdan.sla.plans import Plan, PlanTarget

Pause = tuple[datetime, datetime | None, str]
CalendarOf = Callable[[str], Calendar]
NEAR = 0  # among percentages: the order turns orange
NEAR_SHARE = 4  # a clock is near when a quarter of its target or less is left


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """From `start` on, this calendar and target (working seconds) hold, by which policy ("": the blueprint's own section)."""

    start: datetime
    calendar: str
    seconds: int
    policy: str = ""


class ClockRow(msgspec.Struct):
    """A clock as it is stored."""

    order_id: UUID
    key: str
    started_at: datetime
    segments: list[Segment]
    pauses: list[Pause]
    state: str
    due_at: datetime | None
    stopped_at: datetime | None
    wake_at: datetime | None = None
    wake: int | None = None
    fired: list[tuple[int, datetime]] = []


def computed(row: ClockRow, calendar_of: CalendarOf) -> worktime_clock.Clock:
    """The engine's clock of a row: what counts between its segments and pauses."""
    segments = [worktime_clock.Segment(s.start, calendar_of(s.calendar), s.seconds) for s in row.segments]
    pauses = [worktime_clock.Pause(start, end, reason) for start, end, reason in row.pauses]
    return worktime_clock.Clock(segments, pauses)


def due(row: ClockRow, calendar_of: CalendarOf) -> datetime | None:
    """When the clock runs out; None while a pause is open."""
    if row.pauses and row.pauses[-1][1] is None:
        return None
    return computed(row, calendar_of).due_at()


def reaches(row: ClockRow, percent: int, calendar_of: CalendarOf) -> datetime | None:
    """When the clock has used up `percent` of its target; None while a pause is open."""
    if percent == 100:
        return due(row, calendar_of)
    if row.pauses and row.pauses[-1][1] is None:
        return None
    clock = computed(row, calendar_of)
    last = clock.segments[-1]
    clock.segments[-1] = worktime_clock.Segment(last.start, last.calendar, last.target * percent // 100)
    return clock.due_at()


def _marks(row: ClockRow, thresholds: Iterable[int], calendar_of: CalendarOf) -> Iterator[tuple[int, datetime]]:
    """What is still to happen on a running clock, percentages in rising order: (percent or NEAR, instant).

    A percentage that fired is due again only when its instant has moved on, by another target say; never for an earlier one.
    """
    if row.state != "running" or row.due_at is None:
        return
    last = {p: max(at for q, at in row.fired if q == p) for p, _ in row.fired}
    near_at = row.due_at - (row.due_at - row.started_at) // NEAR_SHARE
    if NEAR not in last or near_at > last[NEAR]:
        yield NEAR, near_at
    for percent in sorted({*thresholds, 100}):
        at = reaches(row, percent, calendar_of)
        if at is not None and (percent not in last or at > last[percent]):
            yield percent, at


def arm(row: ClockRow, thresholds: Iterable[int], calendar_of: CalendarOf) -> None:
    """Set when the sweep has to look at the clock next: the earliest that is still to happen; None when nothing is."""
    row.wake_at = row.wake = None
    for percent, at in _marks(row, thresholds, calendar_of):
        if row.wake_at is None or at < row.wake_at:
            row.wake, row.wake_at = percent, at
        if percent != NEAR:
            return  # percentages rise with time: no later one is earlier


def fire(row: ClockRow, thresholds: Iterable[int], at: datetime, calendar_of: CalendarOf) -> list[tuple[int, datetime]]:
    """Take note of all that has happened by `at` and say when to look next. Returns the percentages among it, rising."""
    found = [(p, when) for p, when in _marks(row, thresholds, calendar_of) if when <= at]
    row.fired = [*(f for f in row.fired if f[0] not in {p for p, _ in found}), *found]
    arm(row, thresholds, calendar_of)
    return [f for f in found if f[0] != NEAR]


def start(
    order_id: UUID, target: PlanTarget, plan: Plan, priority: int, at: datetime, calendar_of: CalendarOf, turn: int = 1
) -> ClockRow:
    """A new clock for a target; `turn`: the how many-th of it on this order."""
    segment = _segment(target, plan, priority, at)
    row = ClockRow(order_id, plans.turn_key(target.key, turn), at, [segment], [], "running", None, None)
    row.due_at = due(row, calendar_of)
    return row


def _segment(target: PlanTarget, plan: Plan, priority: int, at: datetime) -> Segment:
    minutes = {int(p): m for p, m in target.minutes.items()}
    return Segment(at, plan.calendar, minutes[priority] * 60, plan.ref)


def latest(rows: list[ClockRow], key: str) -> ClockRow | None:
    """The newest turn of a target."""
    return max((r for r in rows if plans.base(r.key) == key), key=lambda r: plans.turn(r.key), default=None)


def governing(rows: list[ClockRow]) -> str:
    """Which policy an order's clocks follow now: that of the newest segment; "" for the blueprint's own section."""
    return max((s for r in rows for s in r.segments), key=lambda s: s.start).policy if rows else ""


def pause(row: ClockRow, reason: str, at: datetime) -> bool:
    """Open a pause. False when the clock is not running."""
    if row.state != "running":
        return False
    row.pauses.append((at, None, reason))
    row.state, row.due_at = "paused", None
    return True


def resume(row: ClockRow, at: datetime, calendar_of: CalendarOf) -> bool:
    """Close the open pause. False when the clock is not paused."""
    if row.state != "paused":
        return False
    start_at, _, reason = row.pauses[-1]
    row.pauses[-1] = (start_at, max(at, start_at), reason)
    row.state = "running"
    row.due_at = due(row, calendar_of)
    return True


def stop(row: ClockRow, at: datetime, calendar_of: CalendarOf) -> bool:
    """The target is reached: met when in time, missed when late. False when it had stopped before."""
    if row.state not in ("running", "paused"):
        return False
    if row.state == "paused":
        resume(row, at, calendar_of)
    row.state = "met" if row.due_at is None or at <= row.due_at else "missed"
    row.stopped_at = at
    return True


def restart(row: ClockRow, at: datetime, calendar_of: CalendarOf) -> bool:
    """A reopened order resumes its clock: the time between stop and reopening does not count."""
    if row.state not in ("met", "missed") or row.stopped_at is None:
        return False
    row.pauses.append((row.stopped_at, at, "solved"))
    row.state, row.stopped_at = "running", None
    row.due_at = due(row, calendar_of)
    return True


def set_aside(row: ClockRow, at: datetime) -> bool:
    """The order was merged into another: nobody is measured by this clock. False when it had stopped. Pauses and deadline stay."""
    if row.state not in ("running", "paused"):
        return False
    row.state, row.stopped_at = "cancelled", at
    return True


def take_up(row: ClockRow) -> bool:
    """The merge was undone: the clock goes on as if it had never been set aside."""
    if row.state != "cancelled":
        return False
    row.state = "paused" if row.pauses and row.pauses[-1][1] is None else "running"
    row.stopped_at = None
    return True


def unstop(row: ClockRow, since: datetime, calendar_of: CalendarOf) -> bool:
    """What stopped the clock at or after `since` is taken back: it has run all the time. False when nothing had stopped it then."""
    if row.state not in ("met", "missed") or row.stopped_at is None or row.stopped_at < since:
        return False
    row.state, row.stopped_at = "running", None
    row.due_at = due(row, calendar_of)
    return True


def restop(row: ClockRow, since: datetime, calendar_of: CalendarOf) -> bool:
    """A reopening at or after `since` is taken back: the clock ended when it ended before. False when nothing reopened it then."""
    if row.state not in ("running", "paused"):
        return False
    found = next((i for i, (_, end, why) in enumerate(row.pauses) if why == "solved" and end is not None and end >= since), None)
    if found is None:
        return False
    stopped_at = row.pauses[found][0]
    del row.pauses[found:]
    row.state = "running"
    row.due_at = due(row, calendar_of)
    return stop(row, stopped_at, calendar_of)


def retarget(row: ClockRow, plan: Plan, target: PlanTarget, priority: int, at: datetime, calendar_of: CalendarOf) -> bool:
    """Another priority or policy from `at` on; what was paused stays paused. False when nothing changes."""
    wanted, last = _segment(target, plan, priority, at), row.segments[-1]
    if row.state not in ("running", "paused"):
        return False
    if (last.calendar, last.seconds, last.policy) == (wanted.calendar, wanted.seconds, wanted.policy):
        return False
    if last.start == at:
        row.segments[-1] = wanted
    else:
        row.segments.append(wanted)
    row.due_at = due(row, calendar_of)
    return True


def summary(rows: list[ClockRow], at: datetime, closed: bool) -> tuple[datetime | None, str]:  # noqa: FBT001
    """What a list shows of an order's clocks: (the next due instant, none|ok|near|breached|paused|met)."""
    running = [r for r in rows if r.state == "running" and r.due_at is not None]
    if running:
        nearest = min(running, key=lambda r: r.due_at or at)
        due_at = nearest.due_at or at
        if due_at <= at:
            return due_at, "breached"
        span = (due_at - nearest.started_at).total_seconds()
        left = (due_at - at).total_seconds()
        return due_at, "near" if left * NEAR_SHARE <= span else "ok"
    if any(r.state == "paused" for r in rows):
        return None, "paused"
    if any(r.state == "missed" for r in rows):
        return None, "breached"
    return None, "met" if rows and (closed or any(r.state == "met" for r in rows)) else "none"
