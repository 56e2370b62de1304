"""R09, stateful: the life of a clock, step by step, against a fold that ticks every minute."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gongdan.engines.worktime.clock import Clock, Pause, Segment
from gongdan.engines.worktime.tests.slow import PLACES, SPAN_DAYS, WINDOWS, Engine, worlds

ENGINE = Engine()


class Life(RuleBasedStateMachine):
    """Rows as the product keeps them, beside a counter that adds one for every minute that counts."""

    @initialize(
        place=st.integers(0, len(PLACES) - 1),
        kind=st.integers(0, len(WINDOWS) - 1),
        start=st.integers(0, 3 * 1440),
        goal=st.integers(1, 3_000),
    )
    def begin(self, place: int, kind: int, start: int, goal: int) -> None:
        """An order arrives."""
        self.group = worlds()[place]
        self.now = start
        self.kind, self.target, self.paused = kind, goal, False
        self.count = 0
        self.reached: int | None = None  # the minute at which the count reached the target in force
        self.segments = [Segment(self._at(start), ENGINE.calendar(self.group[kind]), goal * 60)]
        self.pauses: list[Pause] = []

    def _at(self, minute: int) -> Any:
        return self.group[0].begin + timedelta(minutes=minute)

    def _more(self, minutes: int) -> None:
        opened = self.group[self.kind].open
        for minute in range(self.now, min(self.now + minutes, SPAN_DAYS * 1440)):
            if opened[minute] and not self.paused:
                self.count += 1
                if self.count == self.target:
                    self.reached = minute + 1
            self.now = minute + 1

    @rule(minutes=st.one_of(st.integers(1, 120), st.integers(1, 3_000)))
    def time_goes_by(self, minutes: int) -> None:
        """Minutes pass."""
        self._more(minutes)

    @precondition(lambda self: not self.paused)
    @rule()
    def wait_for_the_customer(self) -> None:
        """The clock stands."""
        self.paused = True
        self.pauses.append(Pause(self._at(self.now), None, "customer"))

    @precondition(lambda self: self.paused)
    @rule()
    def go_on(self) -> None:
        """The clock runs again."""
        self.paused = False
        self.pauses[-1] = Pause(self.pauses[-1].start, self._at(self.now), "customer")

    @rule(goal=st.integers(1, 3_000), kind=st.integers(0, len(WINDOWS) - 1))
    def another_policy(self, goal: int, kind: int) -> None:
        """Another priority, policy or calendar from now on; what was counted and what was paused stay."""
        self.target, self.kind = goal, kind
        self.reached = None
        self.segments.append(Segment(self._at(self.now), ENGINE.calendar(self.group[kind]), goal * 60))

    @invariant()
    def agrees(self) -> None:
        """Elapsed, remaining and, once it is over, the due instant are what the ticks say."""
        clock = Clock(self.segments, self.pauses)
        until = self._at(self.now)
        assert clock.elapsed(until) == self.count * 60
        assert clock.remaining(until) == (self.target - self.count) * 60
        spans = clock.explain(until)
        assert sum(round((s.end - s.start).total_seconds()) for s in spans if s.counted) == self.count * 60
        if self.reached is not None:
            assert clock.due_at() == self._at(self.reached)
        elif self.paused and self.count < self.target:
            assert clock.due_at() is None


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
