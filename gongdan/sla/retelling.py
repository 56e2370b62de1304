"""Clocks told a second time, from the ledger alone. Pure.

It shares nothing with `rules.py` and `following.py` but the plan and the engine that adds working time: a fault in how clocks are
kept must not hide behind the same fault in how they are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.engines.worktime.clock import Clock, Pause, Segment
from gongdan.sla.plans import CREATED, MESSAGE, TURN, Plan, PlanTarget
from gongdan.sla.rules import CalendarOf, ClockRow

FAMILIES = {1: "waiting", 2: "working", 3: "resolved", 4: "closed"}
FREE = frozenset({"assign", "claim", "transfer", "close", "cancel", "reopen", "move"})  # verbs that end a hold
COMPARED = ("state", "segments", "pauses", "due_at", "stopped_at")


class Entry(msgspec.Struct, frozen=True):
    """What a ledger entry says, as far as clocks listen."""

    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor_kind: str
    data: dict[str, Any]


class World(msgspec.Struct, frozen=True):
    """What the ledger refers to: states (key → family, whom it waits on), plans by reference, calendars.

    `pinned(key, at, seen)`: in which version a calendar held when an order came; the ledger names it for policies, for a
    blueprint's own section it does not. `seen`: what the order's clocks say.
    """

    states: dict[str, tuple[int, str | None]]
    plans: Callable[[str], Plan | None]
    calendar_of: CalendarOf
    pinned: Callable[[str, datetime, str], str] = lambda key, at, seen: key


class _Told(msgspec.Struct):
    """One turn of one target, kept by hand. `stood`: [from, to or None, why]; `aims`: [from, calendar, seconds, policy]."""

    target: str
    turn: int
    begun: datetime
    aims: list[list[Any]]
    stood: list[list[Any]] = []
    over: datetime | None = None
    aside: datetime | None = None

    @property
    def ticks(self) -> bool:
        return self.over is None and self.aside is None

    @property
    def stands(self) -> bool:
        return bool(self.stood) and self.stood[-1][1] is None


class Difference(msgspec.Struct, frozen=True):
    """A clock whose row is not what the ledger says: which part, what is there, what should be."""

    order_id: UUID
    key: str
    part: str
    there: str
    told: str


class Story:
    """An order's clocks while its ledger is read from the first entry to the last."""

    def __init__(self, world: World, seen: str = "") -> None:
        self.world, self.seen = world, seen
        self.plan: Plan | None = None
        self.told: list[_Told] = []
        self.state, self.priority = "", 3
        self.hold: str | None = None
        self.holds: list[tuple[str, str | None, datetime]] = []  # (entry, hold before it, recorded at)

    def read(self, entry: Entry) -> None:
        """Take in the next entry."""
        before = self.hold
        match entry.type:
            case "created":
                self._created(entry)
            case "policy_set":
                plan = self.world.plans(str(entry.data["ref"]))
                calendar = str(entry.data["calendar"])
                self._switched(msgspec.structs.replace(plan, calendar=calendar) if plan else None, entry)
            case "edited" if "priority" in entry.data.get("changed", {}):
                self.priority = int(entry.data["changed"]["priority"][1])
                self._aimed(entry.occurred_at)
            case "commented" if not entry.data.get("internal"):
                self._written(entry)
            case "merge":
                self.hold = None
                self.state = str(entry.data["to"])
                for one in self.told:
                    one.aside = entry.occurred_at if one.ticks else one.aside
            case "unmerge":
                self.hold = next(h for kind, h, _ in reversed(self.holds) if kind == "merge")
                self.state = str(entry.data["to"])
                for one in self.told:
                    one.aside = None
            case "undone":
                _, self.hold, since = next(h for h in reversed(self.holds) if h[0] == entry.data["verb"])
                self._walked(entry, "undo", since)
            case _ if "from" in entry.data and "to" in entry.data:
                self._hold_after(entry)
                self._walked(entry, entry.type, None)
        self.holds.append((entry.type, before, entry.recorded_at))

    def _hold_after(self, entry: Entry) -> None:
        if entry.type == "hold":
            self.hold = entry.data["waiting_on"]
        elif entry.type == "resume" or entry.type in FREE:
            self.hold = None

    def _created(self, entry: Entry) -> None:
        plan = self.world.plans("")
        if plan is not None:
            calendar = self.world.pinned(plan.calendar, entry.recorded_at, self.seen)
            self.plan = msgspec.structs.replace(plan, calendar=calendar)
        self.state, self.priority = str(entry.data["state"]), int(entry.data["priority"])
        self._first(entry.occurred_at)

    def _first(self, at: datetime) -> None:
        for target in self.plan.targets if self.plan else ():
            if target.starts == CREATED or target.state == self.state:
                self._begin(target, at)
                if target.starts == CREATED and self.world.states[self.state][0] > 2:
                    self.told[-1].over = at

    def _switched(self, plan: Plan | None, entry: Entry) -> None:
        self.plan = plan
        if entry.data.get("first"):  # chosen with the order itself: nothing ran before
            self.told = []
            self._first(entry.occurred_at)
        else:
            self._aimed(entry.occurred_at)

    def _begin(self, target: PlanTarget, at: datetime) -> None:
        number = sum(t.target == target.key for t in self.told) + 1
        self.told.append(_Told(target.key, number, at, [self._aim(target, at)]))

    def _aim(self, target: PlanTarget, at: datetime) -> list[Any]:
        minutes = next(m for p, m in target.minutes.items() if int(p) == self.priority)
        plan = self.plan
        return [at, plan.calendar, minutes * 60, plan.ref] if plan is not None else []

    def _aimed(self, at: datetime) -> None:
        if self.plan is None:
            return
        by_key = {t.key: t for t in self.plan.targets}
        for one in [t for t in self.told if t.ticks]:
            if one.target not in by_key:
                one.aside = at
                continue
            aim = self._aim(by_key[one.target], at)
            if one.aims[-1][1:] == aim[1:]:
                continue
            one.aims = [*(a for a in one.aims if a[0] != at or a is not one.aims[-1]), aim]
        for key, target in by_key.items():
            if target.starts == CREATED and not any(t.target == key for t in self.told):
                self._begin(target, at)

    def _last(self, key: str) -> _Told | None:
        found = [t for t in self.told if t.target == key]
        return found[-1] if found else None

    def _written(self, entry: Entry) -> None:
        customer = entry.actor_kind == "link"
        for target in self.plan.targets if self.plan else ():
            if target.starts != MESSAGE:
                continue
            one = self._last(target.key)
            waiting = one is not None and one.ticks
            if customer and not waiting and self.world.states[self.state][0] <= 3:
                self._begin(target, entry.occurred_at)
            elif not customer and one is not None and waiting:
                self._end(one, entry.occurred_at)

    def _walked(self, entry: Entry, verb: str, undone_at: datetime | None) -> None:
        came, went, at = str(entry.data["from"]), str(entry.data["to"]), entry.occurred_at
        family = (self.world.states[came][0], self.world.states[went][0])
        self.state = went
        waits = self.hold or self.world.states[went][1]
        waits = None if waits == "us" else waits
        for target in self.plan.targets if self.plan else ():
            one = self._last(target.key)
            if target.state is not None:
                self._stayed(target, one, (came, went), waits, at, undone_at)
                continue
            if one is None:
                continue
            if undone_at is not None:
                self._took_back(one, family, at, undone_at)
            said = [verb, FAMILIES[family[1]]] if family[0] != family[1] else [verb]
            if any(word in target.stops_on for word in said):
                if one.ticks:
                    self._end(one, at)
            elif family[1] < 3 <= family[0] and one.over is not None:
                one = self._again(target, one, at)
            if family[1] < 3 and one.ticks:
                self._wait(target, one, waits, at)

    def _again(self, target: PlanTarget, one: _Told, at: datetime) -> _Told:
        if target.reopen == "resume":
            one.stood = [*one.stood, [one.over, at, "solved"]]
            one.over = None
        elif target.reopen == "restart":
            self._begin(target, at)
            return self.told[-1]
        return one

    def _took_back(self, one: _Told, family: tuple[int, int], at: datetime, since: datetime) -> None:
        if family[1] >= 3 > family[0]:
            if one.turn > 1 and one.begun >= since:
                one.aside = at if one.ticks else one.aside
                return
            cut = [i for i, (_, end, why) in enumerate(one.stood) if why == "solved" and end is not None and end >= since]
            if cut and one.ticks:
                one.over = one.stood[cut[0]][0]
                one.stood = one.stood[: cut[0]]
        elif one.over is not None and one.over >= since:
            one.over = None

    def _stayed(
        self, target: PlanTarget, one: _Told | None, way: tuple[str, str], waits: str | None, at: datetime, undone: datetime | None
    ) -> None:
        here = target.state
        if one is not None and way[0] == here != way[1] and one.ticks:
            if undone is not None and one.begun >= undone:
                one.aside = at
            else:
                self._end(one, at)
        elif way[1] == here != way[0]:
            if undone is not None and one is not None and one.over is not None and one.over >= undone:
                one.over = None
                return
            self._begin(target, at)
            self._wait(target, self.told[-1], waits, at)
        elif one is not None and way == (here, here) and one.ticks:
            self._wait(target, one, waits, at)

    def _wait(self, target: PlanTarget, one: _Told, waits: str | None, at: datetime) -> None:
        if not target.pauses_on:
            return
        if waits in target.pauses_on:
            if not one.stands:
                one.stood = [*one.stood, [at, None, waits]]
        elif one.stands:
            self._go_on(one, at)

    def _go_on(self, one: _Told, at: datetime) -> None:
        since, _, why = one.stood[-1]
        one.stood = [*one.stood[:-1], [since, max(since, at), why]]

    def _end(self, one: _Told, at: datetime) -> None:
        if one.stands:
            self._go_on(one, at)
        one.over = at

    def rows(self, order_id: UUID) -> dict[str, dict[str, Any]]:
        """The clocks the ledger tells of, by key: the parts that are compared."""
        return {(t.target if t.turn == 1 else f"{t.target}{TURN}{t.turn}"): self._row(t) for t in self.told}

    def _row(self, one: _Told) -> dict[str, Any]:
        aims = [Segment(at, self.world.calendar_of(key), seconds) for at, key, seconds, _ in one.aims]
        due = None if one.stands else Clock(aims, [Pause(*p) for p in one.stood]).due_at()
        if one.aside is not None:
            state = "cancelled"
        elif one.over is not None:
            state = "met" if due is None or one.over <= due else "missed"
        else:
            state = "paused" if one.stands else "running"
        return {
            "state": state,
            "segments": [tuple(a) for a in one.aims],
            "pauses": [tuple(p) for p in one.stood],
            "due_at": due,
            "stopped_at": one.aside or one.over,
        }


def told(entries: Iterable[Entry], world: World, seen: str = "") -> Story:
    """The story of one order's entries. `seen`: the calendar its clocks took up from the blueprint's own section, if any."""
    story = Story(world, seen)
    for entry in entries:
        story.read(entry)
    return story


def compare(order_id: UUID, rows: list[ClockRow], story: Story) -> list[Difference]:
    """Every part of every clock that is not what the ledger tells."""
    should = story.rows(order_id)
    there = {r.key: r for r in rows}
    found = [Difference(order_id, k, "clock", "there", "none") for k in there if k not in should]
    found += [Difference(order_id, k, "clock", "none", "there") for k in should if k not in there]
    for key in sorted(should.keys() & there.keys()):
        row = there[key]
        has = {
            "state": row.state,
            "segments": [(s.start, s.calendar, s.seconds, s.policy) for s in row.segments],
            "pauses": [tuple(p) for p in row.pauses],
            "due_at": row.due_at,
            "stopped_at": row.stopped_at,
        }
        for part in COMPARED:
            if has[part] != should[key][part]:
                found.append(Difference(order_id, key, part, _shown(has[part]), _shown(should[key][part])))
    return found


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()
