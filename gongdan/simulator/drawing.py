"""What chance decides, drawn before anything happens: two ways of working can then be given the same fate. Pure, seeded."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from gongdan.engines.planner.candidates import distance_km
from gongdan.engines.planner.model import Point
from gongdan.simulator.model import Kind, Model

DAYS_A_YEAR = 365.25
MOST_KNUTH = 30.0
LIVELY = 40
LIVELY_MINUTES = 150.0


@dataclass(frozen=True, slots=True)
class Machine:
    """An asset as faults see it: whose it is (index of the customer), its kind, when it was installed."""

    customer: int
    kind: str
    installed_on: date


@dataclass(frozen=True, slots=True)
class Fate:
    """A request and everything chance holds for it. `machine`: index; None for a question. `luck` are uniforms, `draws` normals,
    each read by one name only, so that another decision never shifts them."""

    at: datetime
    customer: int
    machine: int | None
    kind: str
    luck: dict[str, float]
    draws: dict[str, float]


LUCK = (
    "known",
    "wrong",
    "which",
    "noticed",
    "asked",
    "parts",
    "fixed",
    "cancelled",
    "rates",
    "reopens",
    "priority",
    "title",
    "channel",
)
DRAWS = ("desk", "look", "repair", "again", "answer", "parts", "patience")


def fault_rate(kind: Kind, installed_on: date, on: date) -> float:
    """Expected faults a day of one machine on a day."""
    age = max((on - installed_on).days, 0) / DAYS_A_YEAR
    return kind.faults_a_year * (1 + kind.ageing * age) * kind.months[on.month - 1] / DAYS_A_YEAR


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson number: Knuth's product for small means, sums of them for larger ones."""
    found = 0
    while mean > MOST_KNUTH:
        found += poisson(rng, MOST_KNUTH)
        mean -= MOST_KNUTH
    product, bound = rng.random(), math.exp(-mean)
    while product > bound:
        found += 1
        product *= rng.random()
    return found


def requests(
    model: Model, rng: random.Random, fleet: Sequence[Machine], start: datetime, days: int, zone: ZoneInfo, count: int | None = None
) -> list[Fate]:
    """The requests of `days` days in the order of time; their number is Poisson from the fleet's rates when `count` is None.

    Raises ValueError when nothing can ever fail.
    """
    first = start.astimezone(zone).date()
    dates = [first + timedelta(days=d) for d in range(days)]
    heaps = {d: [fault_rate(model.kinds[m.kind], m.installed_on, d) for m in fleet] for d in dates}
    week = model.arrivals.weekdays
    mean_week = sum(week) / len(week)
    daily = [sum(heaps[d]) * week[d.weekday()] / mean_week for d in dates]
    if not sum(daily) > 0:
        raise ValueError("no machine of this fleet can fail: give one of its kinds faults_a_year, or add machines")
    if count is None:
        count = poisson(rng, sum(daily) / max(1 - model.arrivals.questions, 0.01))
    sums = {d: list(accumulate(heap)) for d, heap in heaps.items()}
    found = []
    for day in rng.choices(dates, daily, k=count):
        machine = rng.choices(range(len(fleet)), cum_weights=sums[day])[0]
        found.append(_fate(model, rng, fleet, machine, _moment(model, rng, day, start, days, zone)))
    return sorted(found, key=lambda f: (f.at, f.customer, f.kind))


def _moment(model: Model, rng: random.Random, day: date, start: datetime, days: int, zone: ZoneInfo) -> datetime:
    hour = rng.choices(range(24), model.arrivals.hours)[0]
    at = datetime.combine(day, time(hour, tzinfo=zone)) + timedelta(seconds=rng.randrange(3600))
    return min(max(at, start), start + timedelta(days=days, minutes=-1)).astimezone(start.tzinfo)


def _fate(model: Model, rng: random.Random, fleet: Sequence[Machine], machine: int, at: datetime) -> Fate:
    hit = fleet[machine]
    question = rng.random() < model.arrivals.questions
    luck = {name: rng.random() for name in LUCK}
    draws = {name: rng.gauss(0, 1) for name in DRAWS}
    return Fate(at, hit.customer, None if question else machine, hit.kind, luck, draws)


def lively(fates: Sequence[Fate], rng: random.Random, start: datetime, end: datetime) -> list[Fate]:
    """One request in LIVELY comes in the last hours instead, at whatever hour it is: who opens a demo sees every state at work."""
    found = list(fates)
    for number in rng.sample(range(len(found)), len(found) // LIVELY):
        at = end - timedelta(minutes=1 + rng.expovariate(1 / LIVELY_MINUTES))
        found[number] = replace(found[number], at=max(at, start))
    return sorted(found, key=lambda f: (f.at, f.customer, f.kind))


@dataclass(frozen=True, slots=True)
class Day:
    """An engineer's day: present from `begin` to `end`."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Sickness:
    """Away from `first` for `days` days; nobody knows before the morning of the first."""

    first: date
    days: int


def sicknesses(model: Model, rng: random.Random, first: date, days: int) -> list[Sickness]:
    """When an engineer falls sick within `days` days; lengths are geometric with the model's mean, a day's work between them."""
    found, day = [], 0
    while day < days:
        if rng.random() < model.staff.sick:
            length = 1
            while rng.random() > 1 / model.staff.sick_days and length < 30:
                length += 1
            found.append(Sickness(first + timedelta(days=day), length))
            day += length
        day += 1
    return found


def presence(model: Model, rng: random.Random, shifts: Sequence[tuple[datetime, datetime]], away: Sequence[Sickness]) -> list[Day]:
    """The days an engineer is really there: shifts without sickness, some begun late."""
    gone = {s.first + timedelta(days=d) for s in away for d in range(s.days)}
    found = []
    for begin, end in shifts:
        late, draw = rng.random(), rng.gauss(0, 1)
        if begin.date() in gone:
            continue
        begin += timedelta(minutes=model.staff.late_start.minutes(draw)) if late < model.staff.late else timedelta()
        if begin < end:
            found.append(Day(begin, end))
    return found


def travel_minutes(model: Model, a: Point, b: Point, local_hour: int) -> float:
    """Minutes on the road between two places (lng, lat) at an hour of the day, and to park."""
    road = distance_km(a, b) * model.travel.detour / model.travel.km_per_hour * 60
    return road * model.travel.hours[local_hour] + model.travel.parking_minutes


def repair_minutes(model: Model, kind: str, level: int, normal: float) -> float:
    """Minutes at the machine for somebody of a skill level (0: untrained)."""
    wanted = model.kinds[kind]
    factor: float = model.staff.level_factor ** (level - wanted.level)
    return wanted.repair.minutes(normal) * factor


def fixed_share(model: Model, kind: str, level: int) -> float:
    """The share repaired on the first visit by somebody of a skill level."""
    return min(max(model.staff.fixed + model.staff.fixed_step * (level - model.kinds[kind].level), 0.05), 0.99)
