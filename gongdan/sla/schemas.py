"""What goes in and out of the routes of policies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from gongdan.blueprints.document import Key, Label
from gongdan.sla.plans import PlanTarget

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class PolicyIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy: for which orders (`when`: text or tree, empty: every order), by which calendar, with which targets."""

    name: Label
    when: Any = None
    calendar: Key
    targets: Annotated[list[PlanTarget], msgspec.Meta(min_length=1, max_length=30)]
    active: bool = True


class PolicyOut(msgspec.Struct, frozen=True, kw_only=True):
    """A policy as stored; `condition` is its condition in words."""

    id: UUID
    version: int
    rank: int
    active: bool
    name: Label
    when: Any
    condition: Label
    calendar: str
    targets: list[PlanTarget]
    updated_at: datetime


class PolicyOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All policies, the one that is asked first at the front."""

    ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=200)]


class PoliciesApply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choose again for open orders; with `blueprint`, for those of one kind."""

    blueprint: str = ""


class Applied(msgspec.Struct, frozen=True):
    """The job that chooses again."""

    job_id: UUID


class PolicyTry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order that exists (`order_id`), or one described: its kind, priority and what conditions may look at."""

    order_id: UUID | None = None
    blueprint: str = ""
    priority: Annotated[int, msgspec.Meta(ge=1, le=4)] = 3
    values: dict[str, Any] = {}
    at: datetime | None = None


class Passed(msgspec.Struct, frozen=True):
    """A policy that came before and does not fit, and the part of its condition that does not hold."""

    id: UUID
    version: int
    name: Label
    reason: Label


class Due(msgspec.Struct, frozen=True):
    """When a target would be due, if it began at the instant asked about."""

    key: str
    label: Label
    minutes: int
    due_at: datetime
    thresholds: list[tuple[int, datetime]]


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """Which policy an order would get (none: its blueprint's own section), why, and when what would be due."""

    source: Literal["policy", "blueprint", "none"]
    id: UUID | None = None
    version: int | None = None
    name: Label | None = None
    reason: Label | None = None
    calendar: str = ""
    passed: list[Passed] = []
    due: list[Due] = []
