"""What chance decides: the same seed draws the same, and shares, seasons, ages and roads come out as the parameters say."""

from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.simulator import drawing
from gongdan.simulator.drawing import Fate, Machine
from gongdan.simulator.model import load
from gongdan.simulator.tale import told

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 9, tzinfo=ZONE)
MODEL = load("promise")
FLEET = [Machine(n % 9, kind, date(2018 + n % 8, 1, 1)) for n in range(20) for kind in sorted(MODEL.kinds)]


def _requests(seed: int, days: int = 14, count: int | None = 60) -> list[Fate]:
    return drawing.requests(MODEL, random.Random(seed), FLEET, START, days, ZONE, count)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_a_seed_is_a_fate(seed: int) -> None:
    first = _requests(seed)
    assert first == _requests(seed)
    assert first != _requests(seed + 1)
    assert first == sorted(first, key=lambda f: f.at)
    assert all(START <= f.at < START + timedelta(days=14) for f in first)
    steps = told(MODEL, random.Random(seed), first[0])
    assert steps == told(MODEL, random.Random(seed), first[0])
    assert all(s.minutes >= 0 for s in steps)


def test_hours_and_weekdays_are_those_of_the_model() -> None:
    found = _requests(1, days=70, count=6000)
    night = sum(f.at.astimezone(ZONE).hour < 6 for f in found) / len(found)
    hours = MODEL.arrivals.hours
    assert night == pytest.approx(sum(hours[:6]) / sum(hours), abs=0.01)
    by_day = [sum(f.at.astimezone(ZONE).weekday() == d for f in found) for d in range(7)]
    week = MODEL.arrivals.weekdays
    assert by_day[6] / by_day[0] == pytest.approx(week[6] / week[0], abs=0.08)


def test_cooling_fails_in_summer_and_old_machines_more() -> None:
    kind = MODEL.kinds["hvac"]
    july, january = (drawing.fault_rate(kind, date(2020, 1, 1), date(2026, m, 15)) for m in (7, 1))
    assert july / january == pytest.approx(kind.months[6] / kind.months[0], rel=0.1)
    old, new = (drawing.fault_rate(kind, date(y, 7, 15), date(2026, 7, 15)) for y in (2016, 2026))
    assert old / new == pytest.approx(1 + 10 * kind.ageing, rel=0.01)


def test_without_a_count_the_fleet_decides_how_many() -> None:
    expected = sum(
        drawing.fault_rate(MODEL.kinds[m.kind], m.installed_on, START.date() + timedelta(days=d)) for m in FLEET for d in range(14)
    )
    counts = [len(_requests(seed, count=None)) for seed in range(60)]
    assert fmean(counts) == pytest.approx(expected, rel=0.15)
    assert drawing.poisson(random.Random(1), 0) == 0
    many = [drawing.poisson(random.Random(s), 100) for s in range(200)]
    assert fmean(many) == pytest.approx(100, rel=0.03)


def test_a_fleet_that_cannot_fail_is_refused() -> None:
    with pytest.raises(ValueError, match="no machine of this fleet can fail"):
        drawing.requests(MODEL, random.Random(1), [], START, 3, ZONE)


def test_a_demo_has_requests_of_the_last_hours() -> None:
    end = START + timedelta(days=14)
    found = drawing.lively(_requests(1, count=400), random.Random(1), START, end)
    assert len(found) == 400
    assert found == sorted(found, key=lambda f: f.at)
    assert sum(end - f.at < timedelta(hours=8) for f in found) >= 8
    assert all(START <= f.at < end for f in found)


def test_sickness_and_late_starts() -> None:
    always = msgspec.structs.replace(MODEL, staff=msgspec.structs.replace(MODEL.staff, sick=1.0, sick_days=1.0, late=1.0))
    shifts = [(START + timedelta(days=d, hours=8), START + timedelta(days=d, hours=18)) for d in range(5)]
    sick = drawing.sicknesses(always, random.Random(1), START.date(), 5)
    assert [(s.first, s.days) for s in sick] == [(START.date() + timedelta(days=d), 1) for d in (0, 2, 4)]
    assert [d.begin.day for d in drawing.presence(always, random.Random(1), shifts, sick)] == [10, 12]
    late = drawing.presence(always, random.Random(1), shifts, [])
    assert len(late) == 5
    assert all(day.begin > shift[0] for day, shift in zip(late, shifts, strict=True))
    lengths = [s.days for seed in range(300) for s in drawing.sicknesses(MODEL, random.Random(seed), START.date(), 60)]
    assert fmean(lengths) == pytest.approx(MODEL.staff.sick_days, rel=0.15)


def test_roads_take_longer_at_rush_hour_and_skill_saves_time() -> None:
    a, b = (114.05, 22.54), (113.93, 22.53)  # 12.4 km as the crow flies
    calm = drawing.travel_minutes(MODEL, a, b, 10)
    assert calm == pytest.approx(12.37 * 1.35 / 32 * 60 + 8, rel=0.01)
    assert drawing.travel_minutes(MODEL, a, b, 18) > calm * 1.4
    times = [drawing.repair_minutes(MODEL, "hvac", 2, random.Random(n).gauss(0, 1)) for n in range(2000)]
    assert median(times) == pytest.approx(MODEL.kinds["hvac"].repair.median_minutes, rel=0.06)
    factor = MODEL.staff.level_factor
    assert drawing.repair_minutes(MODEL, "hvac", 4, 0) == pytest.approx(MODEL.kinds["hvac"].repair.median_minutes * factor**2)
    assert drawing.fixed_share(MODEL, "hvac", 5) > drawing.fixed_share(MODEL, "hvac", 1)
    assert math.isclose(drawing.fixed_share(MODEL, "hvac", 2), MODEL.staff.fixed)
