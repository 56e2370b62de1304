"""What an order's clocks follow: targets with their own start, stops, pauses, reopening and thresholds. Pure.

A plan comes from the order's blueprint (its `sla` section) or from a policy of the company; clocks do not care which.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gongdan.blueprints.document import Key, Label, Sla, WaitingOn

Reopen = Literal["resume", "restart", "none"]
CREATED, MESSAGE, STATE = "created", "customer_message", "state:"
THRESHOLDS = (50, 80, 100)
TURN = "#"  # in a clock's key: the second and later turns of a target that begins more than once
Percent = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class PlanTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time limit: working minutes per priority "1".."4".

    `starts`: "created", "customer_message" (until a public answer), or "state:KEY" (while the order stands there).
    `stops_on`: verbs or families that end it. `pauses_on`: what waiting makes it stand. `reopen`: whether a reopened order resumes
    it (the time in between does not count), restarts it from nothing, or leaves it as it ended.
    """

    key: Key
    label: Label
    minutes: dict[Literal["1", "2", "3", "4"], Minutes]
    starts: Annotated[str, msgspec.Meta(pattern=r"^(created|customer_message|state:.{1,60})$")] = CREATED
    stops_on: list[str] = []
    pauses_on: tuple[WaitingOn, ...] = ()
    reopen: Reopen = "none"
    thresholds: Annotated[tuple[Percent, ...], msgspec.Meta(max_length=10)] = THRESHOLDS

    @property
    def state(self) -> str | None:
        """The state in which this clock runs, for a limit of a state."""
        return self.starts.removeprefix(STATE) if self.starts.startswith(STATE) else None


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A calendar and targets. `ref`: "" for the blueprint's own, else "policy id@version"."""

    calendar: str
    targets: list[PlanTarget]
    ref: str = ""

    def target(self, clock_key: str) -> PlanTarget | None:
        """The target of a clock, whichever turn of it."""
        return next((t for t in self.targets if t.key == base(clock_key)), None)


def base(clock_key: str) -> str:
    """The target's key of a clock's key: "resolve#2" → "resolve"."""
    return clock_key.partition(TURN)[0]


def turn(clock_key: str) -> int:
    """Which turn of its target a clock is, from 1."""
    return int(clock_key.partition(TURN)[2] or 1)


def turn_key(key: str, number: int) -> str:
    """The key of the n-th turn of a target."""
    return key if number == 1 else f"{key}{TURN}{number}"


def of_blueprint(sla: Sla) -> Plan:
    """The plan a blueprint's own section means: only what waiting pauses is taken up again by reopening."""
    targets = [
        PlanTarget(
            key=t.key,
            label=t.label,
            minutes=msgspec.convert(t.minutes, dict[Literal["1", "2", "3", "4"], Minutes]),
            stops_on=list(t.stops_on),
            pauses_on=tuple(sla.pauses_on) if t.key in sla.pauses else (),
            reopen="resume" if t.key in sla.pauses else "none",
        )
        for t in sla.targets
    ]
    return Plan(calendar=sla.calendar, targets=targets)
