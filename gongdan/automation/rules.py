"""Pure decisions of automation: what a rule listens to, when a schedule is due next, what may trigger what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from gongdan.automation.conditions import CLOCK, Condition, compiled, context
from gongdan.automation.schemas import Deed, OnEvent, OnHeld, OnSchedule, Trigger
from gongdan.engines.expressions import syntax
from gongdan.engines.schedules import cron
from gongdan.kernel.access import ALL, Actor
from gongdan.kernel.verbs import Verb

MAX_DEPTH = 10  # how many rules may cause one another in a row
EVERYTHING = "*"
SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


class Ready(msgspec.Struct, frozen=True):
    """A rule ready to run."""

    id: UUID
    version: int
    name: str
    name_en: str
    rank: int
    trigger: Trigger
    condition: Any
    deeds: list[Deed]
    per_hour: int

    def hears(self, fact: str) -> bool:
        return isinstance(self.trigger, OnEvent) and self.trigger.fact == fact

    @property
    def held(self) -> OnHeld | None:
        return self.trigger if isinstance(self.trigger, OnHeld) else None

    @property
    def program(self) -> Condition | None:
        return compiled(self.condition)


def hears(trigger: Trigger) -> list[str]:
    """The facts a rule listens to: those of its trigger; all when it has to know how long something holds; none for a schedule."""
    if isinstance(trigger, OnEvent):
        return [trigger.fact]
    return [EVERYTHING] if isinstance(trigger, OnHeld) else []


def next_tick(trigger: Trigger, after: datetime, zone: str) -> datetime | None:
    """When a schedule is due next, strictly after `after`; None for other triggers.

    A local time that DST skips comes an hour later.
    """
    if not isinstance(trigger, OnSchedule):
        return None
    if trigger.cron is not None:
        return cron.next_run(cron.parse(trigger.cron), after, ZoneInfo(zone))
    if trigger.every_minutes is not None:
        step = trigger.every_minutes * 60
        return after + timedelta(seconds=step - after.timestamp() % step)
    hour, minute = (int(p) for p in str(trigger.daily_at).split(":"))
    where = ZoneInfo(zone)
    day = after.astimezone(where).date()
    while True:
        due = datetime.combine(day, time(hour, minute), where).astimezone(after.tzinfo)
        if due > after:
            return due
        day += timedelta(days=1)


def last_tick(trigger: OnSchedule, first: datetime, until: datetime, zone: str) -> datetime:
    """The latest instant by `until` at which a schedule is due; `first`, which is due, when no later one is."""
    if trigger.cron is not None:
        wall = cron.preceding(cron.parse(trigger.cron), until.astimezone(ZoneInfo(zone)).replace(tzinfo=None), included=True)
        last = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if wall is not None else None
    else:
        back = until - (timedelta(minutes=trigger.every_minutes) if trigger.every_minutes else timedelta(days=1))
        last = next_tick(trigger, back - timedelta(microseconds=1), zone) if back > first else None
    return last if last is not None and first <= last <= until else first


def rule_actor(tenant_id: UUID, rule_id: UUID, name: str, deeds: Sequence[Deed], verbs: Mapping[str, Verb], zone: str) -> Actor:
    """The actor a rule's deeds are done by: it may see orders and do exactly what its deeds need, whoever saved it."""
    needs = {"order.view", *(p for d in deeds for p in needed(d, verbs))}
    return Actor(
        tenant_id=tenant_id, id=rule_id, kind="system", name=f"automation:{name}", grants=dict.fromkeys(needs, ALL), zone=zone
    )


def needed(deed: Deed, verbs: Mapping[str, Verb]) -> tuple[str, ...]:
    """The permissions a deed needs."""
    verb = verbs[deed.verb]
    return verb.needs(msgspec.convert(deed.args, verb.args))


def causes(one: Ready, other: Ready, verbs: Mapping[str, Verb]) -> bool:
    """Whether a deed of `one` can trigger `other`: it emits what `other` listens to, and may leave its condition true."""
    for deed in one.deeds:
        verb = verbs.get(deed.verb)
        if verb is None or not _heard(other, verb.emits) or (one.id == other.id and not verb.again):
            continue
        known = verb.sets(msgspec.convert(deed.args, verb.args))
        program = other.program
        if program is None or possible(program.node, known) is not False:
            return True
    return False


def _heard(rule: Ready, facts: Sequence[str]) -> bool:
    return bool(facts) and (rule.held is not None or any(rule.hears(f) for f in facts))


def possible(node: syntax.Node, known: Mapping[str, Any]) -> bool | None:
    """A condition over what is known only: True, False, or None when the rest decides."""
    if isinstance(node, syntax.Call) and node.name in ("AND", "OR", "NOT"):
        found = [possible(a, known) for a in node.args]
        if node.name == "NOT":
            return None if found[0] is None else not found[0]
        decisive = node.name == "OR"
        if decisive in found:
            return decisive
        return None if None in found else not decisive
    clocked = any(isinstance(n, syntax.Call) and n.name in CLOCK for n in syntax.walk(node))
    if syntax.fields(node) <= set(known) and not clocked:
        try:
            return Condition(node).program.evaluate(known, context(SOME_DAY, "UTC")) is True
        except syntax.ExpressionError:
            return False
    return None


def loop(rule: Ready, others: Sequence[Ready], verbs: Mapping[str, Verb]) -> list[Ready]:
    """The shortest loop through `rule`: rules of which each can trigger the next, the last the first; empty when there is none."""
    rules = {r.id: r for r in others} | {rule.id: rule}
    before: dict[UUID, UUID] = {}
    waiting = [rule.id]
    while waiting:
        here = waiting.pop(0)
        for other in rules.values():
            if not causes(rules[here], other, verbs):
                continue
            if other.id == rule.id:
                path = [here]
                while path[-1] != rule.id:
                    path.append(before[path[-1]])
                return [rules[i] for i in reversed(path)]
            if other.id not in before:
                before[other.id] = here
                waiting.append(other.id)
    return []
