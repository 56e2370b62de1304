"""Simulated engineers, requests in hand and the agenda: what a trial keeps in memory. The truth about orders is in the database."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from gongdan.engines.planner.model import Point
from gongdan.kernel.access import Actor
from gongdan.simulator.drawing import Day, Fate, Sickness
from gongdan.simulator.model import clock_minutes

Happening = Callable[[datetime], None]


class Agenda:
    """What happens next; things of one instant happen in the order they were planned."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Happening]] = []
        self._planned = 0

    def plan(self, at: datetime, happening: Happening) -> None:
        """Let something happen at an instant."""
        self._planned += 1
        heapq.heappush(self._heap, (at, self._planned, happening))

    def play(self, until: datetime, before: Callable[[datetime], None]) -> None:
        """Let everything happen up to an instant, telling `before` the time first."""
        while self._heap and self._heap[0][0] <= until:
            at, _, happening = heapq.heappop(self._heap)
            before(at)
            happening(at)


@dataclass(eq=False)
class Case:
    """A request: its fate, its order, and how far the work is. `named`: the kind it goes by; wrong until it was handed back."""

    fate: Fate
    kind: str
    named: str
    site: Point
    order_id: UUID | None = None
    owner: Engineer | None = None
    accepted: bool = False
    started: bool = False
    asked: bool = False
    parted: bool = False
    visits: int = 0
    waiting: bool = False
    news: bool = False
    done: bool = False
    due: datetime | None = None

    @property
    def wrong(self) -> bool:
        """Whether it still goes by a wrong name."""
        return self.named != self.kind


@dataclass(eq=False)
class Engineer:
    """Somebody on the road. `inbox`: given, not yet seen; `todo`: accepted, ready to drive to."""

    id: UUID
    actor: Actor
    skills: dict[str, int]
    place: Point
    days: list[Day]
    sick: list[Sickness]
    inbox: list[Case] = field(default_factory=list)
    todo: list[Case] = field(default_factory=list)
    held: list[Case] = field(default_factory=list)
    current: Case | None = None

    @property
    def load(self) -> int:
        """Orders in hand."""
        return len(self.inbox) + len(self.todo) + len(self.held) + (self.current is not None)

    def here(self, at: datetime) -> Day | None:
        """The day of work that `at` lies in."""
        return next((d for d in self.days if d.begin <= at < d.end), None)

    def works_on(self, day: date) -> bool:
        """Whether they are there at all on a local day."""
        return any(d.begin.date() == day for d in self.days)

    def next_here(self, at: datetime) -> datetime | None:
        """The first instant from `at` on at which they are there; None when they never come back."""
        for day in self.days:
            if at < day.end:
                return max(at, day.begin)
        return None

    def drop(self, case: Case) -> None:
        """No longer theirs."""
        for heap in (self.inbox, self.todo, self.held):
            if case in heap:
                heap.remove(case)


def rounds(times: tuple[str, ...], first: date, days: int, zone: ZoneInfo) -> list[datetime]:
    """The instants of daily rounds; times are checked by the model."""
    minutes = sorted(m for t in times if (m := clock_minutes(t)) is not None)
    return [datetime.combine(first + timedelta(days=d), time(m // 60, m % 60, tzinfo=zone)) for d in range(days) for m in minutes]
