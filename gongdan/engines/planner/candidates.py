"""Candidates for one job: hard rules filter, soft rules score; both say why. Deterministic, whatever the input order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gongdan.engines.planner.model import Engineer, Interval, Job, Point, Weights

EARTH_KM = 6371.0088  # mean radius, IUGG
DETOUR = 1.3
KM_PER_HOUR = 30.0
START_POINTS = 100.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a code and its arguments."""

    code: str
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score: a code, the measured value, the points it gave."""

    code: str
    value: float
    points: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engineer for a job. `score` is the sum of the parts' points."""

    engineer_id: str
    blockers: tuple[Reason, ...]
    parts: tuple[Part, ...]
    score: float
    earliest_start: datetime | None
    travel_minutes: float | None

    @property
    def fits(self) -> bool:
        """No hard rule stands against it."""
        return not self.blockers


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance (haversine)."""
    lng1, lat1, lng2, lat2 = (math.radians(v) for v in (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(h, 1.0)))


def travel_minutes(a: Point | None, b: Point | None) -> float | None:
    """Minutes on the road; None when a place is unknown."""
    return None if a is None or b is None else round(distance_km(a, b) * DETOUR / KM_PER_HOUR * 60, 1)


def candidates(
    job: Job, engineers: Iterable[Engineer], at: datetime, weights: Weights | None = None, zone: str = "Asia/Shanghai"
) -> list[Candidate]:
    """All engineers, the best first, those who do not fit last. `at`: now; `zone`: where days begin and clocks are read."""
    given, local = weights or Weights(), ZoneInfo(zone)
    found = [_candidate(job, engineer, at, given, local) for engineer in engineers]
    return sorted(found, key=lambda c: (not c.fits, len(c.blockers), -c.score, c.engineer_id))


def _candidate(job: Job, engineer: Engineer, at: datetime, weights: Weights, local: ZoneInfo) -> Candidate:
    road = travel_minutes(engineer.home, job.place)
    not_before = max(at, job.earliest or at) + timedelta(minutes=road or 0)
    start = earliest_start(engineer, not_before, job.minutes)
    blockers = _blockers(job, engineer, at, (start or not_before).astimezone(local), start)
    parts = _parts(job, engineer, start, road, weights)
    return Candidate(engineer.id, blockers, parts, round(sum(p.points for p in parts), 3), start, road)


def earliest_start(engineer: Engineer, at: datetime, minutes: int) -> datetime | None:
    """The first instant at which a job of that length fits into a shift outside absences; None when there is none."""
    length = timedelta(minutes=minutes)
    for start, end in sorted(engineer.shifts):
        for free_start, free_end in _without((start, end), engineer.absences):
            begin = max(free_start, at)
            if begin + length <= free_end:
                return begin
    return None


def _without(span: Interval, taken: Sequence[Interval]) -> list[Interval]:
    free: list[Interval] = []
    begin, end = span
    for start, stop in sorted(taken):
        if stop <= begin or start >= end or stop <= start:
            continue
        if start > begin:
            free.append((begin, start))
        begin = stop
    if begin < end:
        free.append((begin, end))
    return free


def _blockers(job: Job, engineer: Engineer, now: datetime, at: datetime, start: datetime | None) -> tuple[Reason, ...]:
    """`now`: when the choice is made, `at`: when the work would begin, on the local clock.

    Who is on leave at either gets nothing: nobody is there to accept it.
    """
    found: list[Reason] = []
    if engineer.id in job.forbidden:
        found.append(Reason("forbidden"))
    for skill, level in sorted(job.skills.items()):
        found += _skill_blocker(engineer, skill, level, at.date())
    if job.region and engineer.regions and job.region not in engineer.regions:
        found.append(Reason("region", (("region", job.region),)))
    away = [stop for begin, stop in engineer.absences if begin <= now < stop or begin <= at < stop]
    if away:
        found.append(Reason("away", (("until", f"{max(away).astimezone(at.tzinfo):%Y-%m-%d %H:%M}"),)))
    if start is None:
        found.append(Reason("no_shift"))
    if engineer.load >= engineer.capacity:
        found.append(Reason("full", (("load", str(engineer.load)), ("capacity", str(engineer.capacity)))))
    return tuple(found)


def _skill_blocker(engineer: Engineer, skill: str, level: int, day: date) -> list[Reason]:
    held = engineer.skills.get(skill)
    if held is None:
        return [Reason("skill_missing", (("skill", skill),))]
    if held[0] < level:
        return [Reason("skill_level", (("skill", skill), ("level", str(level)), ("held", str(held[0]))))]
    if held[1] is not None and held[1] < day:
        return [Reason("skill_expired", (("skill", skill), ("on", held[1].isoformat())))]
    return []


def _parts(job: Job, engineer: Engineer, start: datetime | None, road: float | None, weights: Weights) -> tuple[Part, ...]:
    parts = [Part("base", 0.0, START_POINTS)]
    if road is not None:
        parts.append(Part("travel", road, round(road * weights.travel_minute, 3)))
    else:
        parts.append(Part("travel_unknown", 0.0, 0.0))
    parts.append(Part("load", float(engineer.load), round(engineer.load * weights.load, 3)))
    spare = sum(max(engineer.skills.get(s, (0, None))[0] - level, 0) for s, level in job.skills.items())
    if spare:
        parts.append(Part("spare_level", float(spare), round(spare * weights.spare_level, 3)))
    if job.due_at is not None and start is not None:
        late = (start + timedelta(minutes=job.minutes) - job.due_at).total_seconds() / 60
        if late > 0:
            parts.append(Part("late", round(late, 1), round(max(late * weights.late_minute, -600.0), 3)))
    if job.region and job.region in engineer.regions:
        parts.append(Part("home_region", 1.0, weights.home_region))
    if job.last_engineer == engineer.id:
        parts.append(Part("continuity", 1.0, weights.continuity))
    return tuple(parts)
