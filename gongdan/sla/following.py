"""How clocks follow an order: which begin, stop, stand or go on when something happens. Pure: rows are changed in memory."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from gongdan.blueprints.document import FAMILY_NAMES
from gongdan.sla import plans, rules
from gongdan.sla.plans import Plan, PlanTarget
from gongdan.sla.rules import CalendarOf, ClockRow

SOLVED = 3  # the family from which on nobody waits for the work


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a clock has to know of a move. `undone_at`: what was said then is taken back."""

    verb: str
    from_state: str
    to_state: str
    from_family: int
    to_family: int
    waiting_on: str | None
    at: datetime
    undone_at: datetime | None = None


class Clocks:
    """All clocks of an order under the plan it follows; methods return whether anything changed."""

    def __init__(self, order_id: UUID, plan: Plan, priority: int, rows: list[ClockRow], calendar_of: CalendarOf) -> None:
        self.order_id = order_id
        self.plan = plan
        self.priority = priority
        self.rows = rows
        self.calendar_of = calendar_of

    def begin(self, state: str, family: int, at: datetime) -> None:
        """The clocks of a new order; an imported one may begin solved: nothing runs."""
        for target in self.plan.targets:
            if target.starts == plans.CREATED:
                self._start(target, at)
                if family >= SOLVED:
                    rules.stop(self.rows[-1], at, self.calendar_of)
            elif target.state == state:
                self._start(target, at)

    def _start(self, target: PlanTarget, at: datetime) -> bool:
        before = rules.latest(self.rows, target.key)
        number = plans.turn(before.key) + 1 if before is not None else 1
        self.rows.append(rules.start(self.order_id, target, self.plan, self.priority, at, self.calendar_of, number))
        return True

    def moved(self, step: Step) -> bool:
        """A verb was said."""
        changed = [self._moved(target, step) for target in self.plan.targets]
        return any(changed)

    def _moved(self, target: PlanTarget, step: Step) -> bool:
        row = rules.latest(self.rows, target.key)
        if target.state is not None:
            return self._stood(target, row, step)
        if row is None:
            return False
        changed = False
        if step.undone_at is not None:
            changed |= self._undone(row, step, step.undone_at)
        said = {step.verb} | ({FAMILY_NAMES[step.to_family]} if step.to_family != step.from_family else set())
        if not said.isdisjoint(target.stops_on):
            changed |= rules.stop(row, step.at, self.calendar_of)
        elif step.to_family < SOLVED <= step.from_family:
            changed |= self._reopened(target, row, step.at)
            row = rules.latest(self.rows, target.key) or row
        if step.to_family < SOLVED:
            changed |= self._waited(target, row, step)
        return changed

    def _undone(self, row: ClockRow, step: Step, since: datetime) -> bool:
        if step.to_family >= SOLVED > step.from_family:
            if plans.turn(row.key) > 1 and row.started_at >= since:
                return rules.set_aside(row, step.at)
            return rules.restop(row, since, self.calendar_of)
        return rules.unstop(row, since, self.calendar_of)

    def _reopened(self, target: PlanTarget, row: ClockRow, at: datetime) -> bool:
        if target.reopen == "resume":
            return rules.restart(row, at, self.calendar_of)
        if target.reopen == "restart" and row.state in ("met", "missed"):
            return self._start(target, at)
        return False

    def _waited(self, target: PlanTarget, row: ClockRow, step: Step) -> bool:
        if not target.pauses_on:
            return False
        if step.waiting_on in target.pauses_on:
            return rules.pause(row, str(step.waiting_on), step.at)
        return rules.resume(row, step.at, self.calendar_of)

    def _stood(self, target: PlanTarget, row: ClockRow | None, step: Step) -> bool:
        """A limit of a state: a turn for each time the order stands there."""
        entered = step.to_state == target.state != step.from_state
        left = step.from_state == target.state != step.to_state
        if left and row is not None:
            gone = step.undone_at is not None and row.started_at >= step.undone_at
            return rules.set_aside(row, step.at) if gone else rules.stop(row, step.at, self.calendar_of)
        if entered and step.undone_at is not None and row is not None and rules.unstop(row, step.undone_at, self.calendar_of):
            return True
        if entered:
            self._start(target, step.at)
            self._waited(target, self.rows[-1], step)
            return True
        return row is not None and step.to_state == target.state and self._waited(target, row, step)

    def heard(self, *, customer: bool, family: int, at: datetime) -> bool:
        """Somebody wrote in public: a customer waits for the next answer from their first word on, an answer ends that."""
        changed = False
        for target in self.plan.targets:
            if target.starts != plans.MESSAGE:
                continue
            row = rules.latest(self.rows, target.key)
            waits = row is not None and row.state in ("running", "paused")
            if customer and not waits and family <= SOLVED:
                changed |= self._start(target, at)
            elif not customer and row is not None and waits:
                changed |= rules.stop(row, at, self.calendar_of)
        return changed

    def retargeted(self, at: datetime) -> bool:
        """The priority or the plan is another one: running clocks count towards the new target, keeping what they have and stood.

        What the plan does not know any more is set aside; what it asks for besides begins now.
        """
        changed = False
        for row in self.rows:
            target = self.plan.target(row.key)
            if target is None:
                changed |= rules.set_aside(row, at)
            else:
                changed |= rules.retarget(row, self.plan, target, self.priority, at, self.calendar_of)
        for target in self.plan.targets:
            if target.starts == plans.CREATED and rules.latest(self.rows, target.key) is None:
                changed |= self._start(target, at)
        return changed
