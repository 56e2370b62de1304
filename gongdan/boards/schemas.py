"""Shapes of the boards API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from gongdan.orders.filters import FILTERS

Words = dict[str, str]
Wanted = dict[str, str]
Most = Annotated[int, msgspec.Meta(ge=1, le=9_999)]
Column = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
LIST_FILTERS = tuple(dict.fromkeys((*FILTERS, "rating")))
TEAM_FIELDS = [*((name, str, "") for name in LIST_FILTERS), ("by", Literal["state", "person"], "state")]
LANES = Literal["", "team", "priority", "blueprint"]
TeamQuery = msgspec.defstruct(
    "TeamQuery",
    [*TEAM_FIELDS, ("lanes", LANES, "")],
    frozen=True,
    namespace={"__doc__": "The filters of the work list, and how the board is cut."},
)
GlobalQuery = msgspec.defstruct(
    "GlobalQuery", [(n, str, "") for n in LIST_FILTERS], frozen=True, namespace={"__doc__": "The filters of the work list."}
)


class PeriodQuery(msgspec.Struct, frozen=True):
    """Whose figures, of which days (both included, in the zone of who asks); without days the last 30."""

    blueprint: str = ""
    team_id: str = ""
    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None


class TrendQuery(msgspec.Struct, frozen=True):
    """Which figure over which days, by day or week, beside which earlier period."""

    metric: Literal["opened", "resolved", "first_response", "resolve", "first_time", "sla", "reopened", "csat"] = "opened"
    by: Literal["day", "week"] = "day"
    compare: Literal["", "previous"] = ""
    blueprint: str = ""
    team_id: str = ""
    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None


class Card(msgspec.Struct, frozen=True):
    """A figure on a home, and the list it stands for."""

    key: str
    label: Words
    count: int
    capped: bool
    filter: Wanted


class Counted(msgspec.Struct, frozen=True):
    """A number of orders (exact to 10 000) and the list it is the length of."""

    count: int
    capped: bool
    filter: Wanted


class Completion(msgspec.Struct, frozen=True):
    """The orders opened in the last days, and those of them that are resolved or closed. `team_id` null: of no team."""

    team_id: UUID | None
    team: str
    opened: Counted
    done: Counted


class Limits(msgspec.Struct, frozen=True):
    """The WIP limits of a team's board; version 0: none were ever set."""

    limits: dict[str, int]
    version: int


class LimitsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New limits; a column that is left out has none."""

    limits: Annotated[dict[Column, Most], msgspec.Meta(max_length=100)]


class Team(msgspec.Struct, frozen=True):
    """A board: columns with counts, and in each the lanes with counts and the first cards. Cards look as in the work list."""

    by: str
    lanes: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    completion: list[Completion]
    limits: Limits
    cards: int
    recent_days: int
    at: datetime


class LegalMove(msgspec.Struct, frozen=True):
    """A verb that leads out of a state: where to, what a person is asked for, and whether a hold has to end before."""

    verb: str
    label: Words
    to: list[str]
    needs: list[str]
    resume_first: bool


class KindMoves(msgspec.Struct, frozen=True):
    """What may be said of orders of a kind, by state, as far as the actor's role goes; the order itself may still refuse."""

    blueprint: str
    label: Words
    states: dict[str, Words]
    moves: dict[str, list[LegalMove]]


class HeatCell(msgspec.Struct, frozen=True):
    """Open orders of a state with a team (null: with none)."""

    state: str
    team_id: UUID | None
    orders: Counted


class StateOut(msgspec.Struct, frozen=True):
    """A state that has orders, or could have."""

    key: str
    label: Words
    family: str
    cancelled: bool


class TeamName(msgspec.Struct, frozen=True):
    """A team on the map; null: orders of no team."""

    id: UUID | None
    name: str


class Bucket(msgspec.Struct, frozen=True):
    """Unresolved orders by age: from so many hours on, up to so many (null: without end)."""

    from_hours: int
    to_hours: int | None
    orders: Counted


class StepOut(msgspec.Struct, frozen=True):
    """A step of the flow: how many wait in it now, or went through it in a period; how long (median), and how long it usually
    took (median of the 30 days before).

    Beyond 10 000 waiting orders a median is that of one in 32 of them, at most of a thousand.
    """

    blueprint: str
    step: str
    label: Words
    orders: Counted
    waiting_minutes: float
    usual_minutes: float | None
    ratio: float | None


class Urgent(msgspec.Struct, frozen=True):
    """What is due next, without a word about the customer: for walls."""

    number: str
    state: Words | None
    family: str
    team: str | None
    priority: int
    waiting_on: str | None
    sla_state: str
    next_due_at: datetime | None


class Overall(msgspec.Struct, frozen=True):
    """All states of all teams."""

    at: datetime
    open: Counted
    states: list[StateOut]
    teams: list[TeamName]
    heat: list[HeatCell]
    ages: list[Bucket]
    risk_hours: int
    at_risk: Counted
    breached: Counted
    steps: list[StepOut]
    urgent: list[Urgent]


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its definition, period and the orders it is made of.

    `unit`: minutes, percent or orders. `value` is null when there is nothing to count; `before` is the same figure of the period
    before. For shares, `part` are the orders above the line, `orders` those below it.
    """

    key: str
    label: Words
    definition: Words
    unit: str
    value: float | None
    before: float | None
    better: Literal["more", "less"]
    orders: Counted
    part: Counted | None


class Kpis(msgspec.Struct, frozen=True):
    """All figures of a period [from, to) and when they were counted."""

    at: datetime
    from_: datetime = msgspec.field(name="from")
    to: datetime = msgspec.field()
    items: list[Kpi] = msgspec.field()


class Point(msgspec.Struct, frozen=True):
    """A day or week: its value (null: nothing to count) and the orders behind it."""

    from_: date = msgspec.field(name="from")
    to: date = msgspec.field()
    value: float | None = msgspec.field()
    orders: Counted = msgspec.field()


class Trend(msgspec.Struct, frozen=True):
    """A figure over time, with the earlier period under it, point by point."""

    metric: str
    label: Words
    definition: Words
    unit: str
    by: str
    at: datetime
    points: list[Point]
    compared: list[Point]
