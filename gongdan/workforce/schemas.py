"""Shapes of the workforce API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Short = Annotated[str, msgspec.Meta(max_length=200)]
Level = Annotated[int, msgspec.Meta(ge=1, le=5)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class SkillIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A skill."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{1,60}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name_en: Short = ""


class SkillOf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A skill an engineer has."""

    skill: Short
    level: Level
    expires_on: date | None = None
    certificate: Short = ""


class EngineerIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An engineer's profile."""

    user_id: UUID
    home_lng: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    home_lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    regions: list[Short] = []
    orders_a_day: Annotated[int, msgspec.Meta(ge=1, le=50)] = 6
    skills: list[SkillOf] = []


class EngineerOut(msgspec.Struct, frozen=True):
    """An engineer."""

    id: UUID
    name: str
    team_ids: list[UUID]
    regions: list[str]
    orders_a_day: int
    skills: list[SkillOf]
    away_until: datetime | None


class Interval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shift of an engineer."""

    engineer_id: UUID
    starts_at: Instant
    ends_at: Instant


class AbsenceIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An absence of an engineer."""

    engineer_id: UUID
    starts_at: Instant
    ends_at: Instant
    kind: Literal["leave", "sick", "training", "other"] = "leave"
    reason: Short = ""


class IntervalOut(msgspec.Struct, frozen=True):
    """A stored shift or absence."""

    id: UUID
    engineer_id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: str
