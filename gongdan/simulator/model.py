"""What the simulated world is like: parameters, frozen, read from YAML or JSON, checked. Pure.

`models/demo.yaml` is the demo's world, `models/promise.yaml` the experiment's. Units stand in the names; a "median" with a
"spread" is a log-normal (spread: standard deviation of the logarithm); a "share" is a probability from 0 to 1.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

MODELS = Path(__file__).parent / "models"
HOURS_A_DAY, DAYS_A_WEEK, MONTHS = 24, 7, 12
MOST_SPREAD = 3.0


class BadModel(ValueError):
    """Parameters that cannot be used; `problems` names each with its remedy."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all parameter groups: frozen, and an unknown name is refused rather than ignored."""


class Spread(Shape, frozen=True, kw_only=True):
    """A log-normal time in minutes."""

    median_minutes: float
    spread: float = 0.7

    def minutes(self, normal: float) -> float:
        """The time for a standard normal draw."""
        return self.median_minutes * math.exp(self.spread * normal)


class Kind(Shape, frozen=True, kw_only=True):
    """A kind of asset and how it fails.

    `faults_a_year` of a new machine grows by `ageing` of itself with each year of age and is multiplied by `months`. `repair` is
    the time of somebody whose skill has `level`; `parts_share` waits for a part that comes after `parts`.
    """

    share: float
    faults_a_year: float
    ageing: float
    months: tuple[float, ...]
    level: int
    repair: Spread
    parts_share: float
    parts: Spread


class Arrivals(Shape, frozen=True, kw_only=True):
    """When people report: weights by hour and by day of the week (Monday first); `questions`: the share that is no fault."""

    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    questions: float
    cancelled: float


class Travel(Shape, frozen=True, kw_only=True):
    """From place to place: great-circle distance × `detour` at `km_per_hour` × the factor of the hour, plus `parking_minutes`."""

    detour: float
    km_per_hour: float
    hours: tuple[float, ...]
    parking_minutes: float


class Staff(Shape, frozen=True, kw_only=True):
    """Engineers: `sick` share of days on which a sickness begins, its mean length, late starts, levels.

    A level above what the fault wants takes `level_factor` of the time per level, one below its inverse; `fixed` is the share
    repaired on the first visit at the wanted level, changed by `fixed_step` per level.
    """

    sick: float
    sick_days: float
    late: float
    late_start: Spread
    level_factor: float
    fixed: float
    fixed_step: float


class Customer(Shape, frozen=True, kw_only=True):
    """Customers: the share asked something before a visit, when they answer, when they ask again, how many rate and reopen."""

    asked: float
    answer: Spread
    patience: Spread
    rates: float
    reopens: float


class Desk(Shape, frozen=True, kw_only=True):
    """People who err: the share of requests named wrong when the machine is known and when it is not, and how often an engineer
    notices before the visit."""

    known: float
    wrong_known: float
    wrong_unknown: float
    noticed: float
    handling: Spread


class Way(Shape, frozen=True, kw_only=True):
    """A way of working, for the experiment.

    `dispatch`: by hand in rounds (`desk_rounds`, `lead_rounds`, `look_rounds`: local HH:MM; desk and leads on working days) or
    by the planner the moment a request comes, the engineer looking after `look`. `order_by`: what an engineer does next. `told`:
    whether an answer of a customer or a part that came reaches the engineer at once. `reminders`: whether dispatch works the list
    of late orders, every `remind_minutes` in office hours.
    """

    dispatch: Literal["rounds", "planner"]
    wrong_known: float
    wrong_unknown: float
    desk_rounds: tuple[str, ...] = ()
    lead_rounds: tuple[str, ...] = ()
    look_rounds: tuple[str, ...] = ()
    look: Spread = Spread(median_minutes=10, spread=1.0)
    order_by: Literal["arrival", "deadline"]
    told: bool
    reminders: bool
    remind_minutes: float = 60


class Experiment(Shape, frozen=True, kw_only=True):
    """The size of a run and the two ways that are compared."""

    start: str
    days: int
    drain_days: int
    orders: int
    engineers: int
    customers: int
    assets: int
    today: Way
    ours: Way


class Model(Shape, frozen=True, kw_only=True):
    """A world. `kinds` by key of the asset's category."""

    name: str
    kinds: dict[str, Kind]
    arrivals: Arrivals
    travel: Travel
    staff: Staff
    customer: Customer
    desk: Desk
    experiment: Experiment | None = None


def load(source: str | Path) -> Model:
    """A shipped model by name (`demo`, `promise`) or a YAML or JSON file. Raises BadModel, FileNotFoundError."""
    path = MODELS / f"{source}.yaml" if isinstance(source, str) and "/" not in source and "." not in source else Path(source)
    text = path.read_text(encoding="utf-8")
    try:
        plain = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise BadModel([f"{path.name} is neither YAML nor JSON: {error}"]) from None
    return of(plain)


def of(plain: Any) -> Model:
    """A model of plain data. Raises BadModel, naming every problem."""
    try:
        model = msgspec.convert(plain, Model, strict=False)
    except msgspec.ValidationError as error:
        raise BadModel([f"{error}: see gongdan/simulator/model.py for the parameters"]) from None
    problems = [*_problems(model), *(_ways(model.experiment) if model.experiment else ())]
    if problems:
        raise BadModel(problems)
    return model


def _problems(model: Model) -> Iterator[str]:
    if not model.kinds:
        yield "kinds: empty; name at least one kind of asset"
    yield from _weights("arrivals.hours", model.arrivals.hours, HOURS_A_DAY, "hour")
    yield from _weights("arrivals.weekdays", model.arrivals.weekdays, DAYS_A_WEEK, "day of the week")
    yield from _weights("travel.hours", model.travel.hours, HOURS_A_DAY, "hour", least=0.1)
    for key, kind in model.kinds.items():
        yield from _weights(f"kinds.{key}.months", kind.months, MONTHS, "month")
        yield from _shares(f"kinds.{key}", kind, "parts_share")
        yield from _least(f"kinds.{key}", kind, 0.0, "share", "faults_a_year", "ageing")
        if not 1 <= kind.level <= 5:
            yield f"kinds.{key}.level: {kind.level}; levels are 1 to 5"
    yield from _shares("arrivals", model.arrivals, "questions", "cancelled")
    yield from _shares("staff", model.staff, "sick", "late", "fixed", "fixed_step")
    yield from _shares("customer", model.customer, "asked", "rates", "reopens")
    yield from _shares("desk", model.desk, "known", "wrong_known", "wrong_unknown", "noticed")
    yield from _least("travel", model.travel, 1.0, "detour", "km_per_hour")
    yield from _least("staff", model.staff, 1.0, "sick_days")
    if not 0 < model.staff.level_factor <= 1:
        yield f"staff.level_factor: {model.staff.level_factor}; a factor over 0 and up to 1 (1: skill makes no difference)"
    yield from _times(model)


def _ways(experiment: Experiment) -> Iterator[str]:
    yield from _least("experiment", experiment, 1, "days", "orders", "engineers", "customers", "assets")
    for name in ("today", "ours"):
        way: Way = getattr(experiment, name)
        yield from _shares(f"experiment.{name}", way, "wrong_known", "wrong_unknown")
        rounds = ("desk_rounds", "lead_rounds", "look_rounds") if way.dispatch == "rounds" else ()
        for field in rounds:
            given: tuple[str, ...] = getattr(way, field)
            if not given:
                yield f"experiment.{name}.{field}: empty; name at least one time of the day, such as 09:00"
            yield from (f"experiment.{name}.{field}: “{t}” is no time; write HH:MM" for t in given if clock_minutes(t) is None)


def clock_minutes(text: str) -> int | None:
    """Minutes since midnight of HH:MM; None when it is none."""
    hour, _, minute = text.partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(hour) < HOURS_A_DAY and int(minute) < 60):
        return None
    return int(hour) * 60 + int(minute)


def _weights(name: str, given: tuple[float, ...], count: int, of_what: str, least: float = 0.0) -> Iterator[str]:
    if len(given) != count:
        yield f"{name}: {len(given)} factors; give {count}, one for each {of_what}"
    elif min(given) < least or not sum(given) > 0 or not all(map(math.isfinite, given)):
        yield f"{name}: give finite factors of at least {least}, not all 0"


def _shares(name: str, group: Any, *fields: str) -> Iterator[str]:
    for field in fields:
        value = getattr(group, field)
        if not 0 <= value <= 1:
            yield f"{name}.{field}: {value}; a share is between 0 and 1"


def _least(name: str, group: Any, least: float, *fields: str) -> Iterator[str]:
    for field in fields:
        value = getattr(group, field)
        if not (value >= least and math.isfinite(value)):
            yield f"{name}.{field}: {value}; give at least {least}"


def _times(group: Any, name: str = "") -> Iterator[str]:
    """Every log-normal time of the tree has a positive median and a spread that a person would believe."""
    if isinstance(group, Spread):
        if not (group.median_minutes > 0 and math.isfinite(group.median_minutes)):
            yield f"{name}.median_minutes: {group.median_minutes}; give minutes over 0"
        if not 0 <= group.spread <= MOST_SPREAD:
            yield f"{name}.spread: {group.spread}; give 0 to {MOST_SPREAD}"
    elif isinstance(group, dict):
        for key, value in group.items():
            yield from _times(value, f"{name}.{key}".lstrip("."))
    elif isinstance(group, msgspec.Struct):
        for field in group.__struct_fields__:
            yield from _times(getattr(group, field), f"{name}.{field}".lstrip("."))
