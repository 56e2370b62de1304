"""Shapes of the onboarding API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Short = Annotated[str, msgspec.Meta(max_length=300)]
Role = Literal["agent", "dispatcher", "engineer", "manager", "partner", "admin"]


class IndustryIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The industry to set the company up for; `samples`: with sample data."""

    industry: Annotated[str, msgspec.Meta(max_length=40)]
    samples: bool = True


class IndustryOut(msgspec.Struct, frozen=True):
    """An industry to choose."""

    key: str
    name: dict[str, str]
    about: dict[str, str]


class StartOut(msgspec.Struct, frozen=True):
    """How far the set-up is. `first`: nothing is there yet, so the administrator begins here.

    `state`: none, running, stuck (a step failed five times), done, removed. `samples`: how many sample rows there are by kind.
    """

    first: bool
    state: str
    industry: str
    done: int
    total: int
    samples: dict[str, int]
    company: str
    industries: list[IndustryOut]


class RemoveIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The company's name, typed."""

    name: Short


class KeptOut(msgspec.Struct, frozen=True):
    """A sample row that stays because something real needs it."""

    kind: str
    id: UUID
    name: str


class RemovedOut(msgspec.Struct, frozen=True):
    """What a removal did: rows by kind, and what had to stay."""

    removed: dict[str, int]
    kept: list[KeptOut]


class CheckOut(msgspec.Struct, frozen=True):
    """One item of the checklist: whether it is done, its figure, where to do it, and how to try it (empty: no way)."""

    key: str
    done: bool
    count: int
    link: str
    test: str


class TourQuery(msgspec.Struct, frozen=True):
    """Which role's tour; the person's first role when absent."""

    role: Role | Literal[""] = ""


class TourIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which role's tour."""

    role: Role


class TourStep(msgspec.Struct, frozen=True):
    """A step of a tour. `done_at` is when it was done; the first that is not is the current one."""

    key: str
    done: bool


class TourOut(msgspec.Struct, frozen=True):
    """A tour. `state`: none, open, done, skipped. `fresh`: something was done that is not kept yet – ask for a check."""

    role: str
    roles: list[str]
    state: str
    fresh: bool
    order_id: UUID | None
    order_number: str
    steps: list[TourStep]


class PersonProgress(msgspec.Struct, frozen=True):
    """How far somebody is with the tour of a role."""

    user_id: UUID
    name: str
    role: str
    done: int
    total: int
    state: str
    started_at: datetime | None
    ended_at: datetime | None


class FeedbackIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says about a screen."""

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=5_000)]
    screen: Short = ""
    steps: Annotated[list[Short], msgspec.Meta(max_length=50)] = []


class FeedbackOut(msgspec.Struct, frozen=True):
    """Feedback as the administrator reads it."""

    id: UUID
    name: str
    screen: str
    steps: list[str]
    body: str
    at: datetime


class FeedbackQuery(msgspec.Struct, frozen=True):
    """A page of feedback, newest first."""

    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""
    limit: int | None = None
