"""What the planner knows of jobs and engineers. Instants are aware, coordinates (lng, lat) of one datum, durations minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

Interval = tuple[datetime, datetime]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An order to be placed."""

    id: str
    skills: dict[str, int] = field(default_factory=dict)
    region: str = ""
    place: Point | None = None
    earliest: datetime | None = None
    due_at: datetime | None = None
    minutes: int = 60
    priority: int = 3
    forbidden: frozenset[str] = frozenset()
    last_engineer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engineer:
    """Somebody who may get jobs. Skills: key → (level, last valid day or None). `load`: jobs in hand."""

    id: str
    skills: dict[str, tuple[int, date | None]] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()
    home: Point | None = None
    shifts: tuple[Interval, ...] = ()
    absences: tuple[Interval, ...] = ()
    capacity: int = 6
    load: int = 0
    load_minutes: int = 0
    partner_id: str | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """Points: per skill level to spare, per minute of travel, per job in hand, per minute late, for knowing the place."""

    spare_level: float = -2.0
    travel_minute: float = -0.5
    load: float = -8.0
    late_minute: float = -1.0
    continuity: float = 10.0
    home_region: float = 5.0
