"""Cases of others, as data: croniter's and python-dateutil's own tests; and dateutil itself over random rules."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from gongdan.engines.schedules import cron, reading, rrule

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
CRON = DATA / "oracle_cron" / "cases.json"
RULES = DATA / "oracle_rrule" / "cases.json"


def _runs(case: dict[str, Any]) -> list[str]:
    parsed = cron.parse(case["expr"], both=not case["options"].get("day_or", True))
    at = datetime.fromisoformat(case["start"])
    included = "second_at_beginning" in case["options"]  # those come from croniter's `match`: at or before
    found = []
    for _ in case["expected"]:
        said = cron.following(parsed, at) if case["direction"] == "next" else cron.preceding(parsed, at, included=included)
        assert said is not None
        at = said
        found.append(at.isoformat())
    return found


@pytest.mark.skipif(not CRON.exists(), reason="../shared/data/oracle_cron is not here")
def test_cron_cases_of_a_peer() -> None:
    """All of profile standard5, and of the extensions those we claim: five fields, counted from the field's start."""
    cases = json.loads(CRON.read_text())
    ours = [c for c in cases if len(c["expr"].split()) == 5 and "expand_from_start_time" not in c["options"]]
    assert sum(c["profile"] == "standard5" for c in ours) == 47
    assert len(ours) == 87
    assert [(c, found) for c in ours if (found := _runs(c)) != c["expected"]] == []


@pytest.mark.skipif(not RULES.exists(), reason="../shared/data/oracle_rrule is not here")
def test_recurrence_cases_of_a_peer() -> None:
    cases = json.loads(RULES.read_text())
    assert len(cases) == 91
    wrong = []
    for case in cases:
        recurrence = reading.parse(case["rrule"])
        found = [at.isoformat() for at in islice(rrule.times(recurrence, recurrence.start), len(case["expected"]) + 1)]
        if found != case["expected"]:
            wrong.append((case["rrule"], found))
    assert wrong == []


def _random_rule(rng: random.Random) -> str:
    freq = rng.choice(rrule.FREQUENCIES[:5])
    start = datetime.fromisoformat("2024-01-01T00:00:00") + timedelta(hours=rng.randrange(9_000))
    parts = [f"FREQ={freq}", f"INTERVAL={rng.choice([1, 1, 2, 3, 5])}"]
    if rng.random() < 0.4:
        parts.append(f"BYMONTH={rng.choice(['1', '2', '3,9', '2,6,12'])}")
    if rng.random() < 0.3:
        parts.append(f"BYMONTHDAY={rng.choice(['1', '15,-1', '29', '-1', '10,20,31'])}")
    if rng.random() < 0.4:
        nth = freq in ("YEARLY", "MONTHLY") and rng.random() < 0.5
        parts.append(f"BYDAY={rng.choice(['1MO', '-1FR', '2TU,-1SU'] if nth else ['MO', 'SA,SU', 'TU,TH'])}")
    if rng.random() < 0.3:
        parts.append(f"BYHOUR={rng.choice(['6', '6,18'])}")
    if rng.random() < 0.2:
        parts.append(f"BYMINUTE={rng.choice(['0', '15,45'])}")
    if freq != "WEEKLY" and rng.random() < 0.2:
        parts.append(f"BYSETPOS={rng.choice(['1', '-1', '2,-2'])}")
    if freq in ("YEARLY", "MONTHLY") and rng.random() < 0.3:
        parts.append(f"COUNT={rng.randrange(1, 9)}")
    return f"DTSTART:{start:%Y%m%dT%H%M%S}\nRRULE:{';'.join(parts)}"


def test_random_rules_agree_with_dateutil() -> None:
    """From the start, and sought from the middle."""
    rng = random.Random(5545)
    compared = 0
    for _ in range(200):
        text = _random_rule(rng)
        ours = reading.parse(text)
        found = list(islice(rrule.times(ours, ours.start), 12))
        if len(found) < min(ours.rules[0].count or 12, 12):
            continue  # dateutil would look until the year 9999
        compared += 1
        theirs = list(islice(rrulestr(text), 12))
        assert found == theirs, text
        for middle in theirs[len(theirs) // 2 :][:1]:
            assert next(iter(rrule.times(ours, middle))) == middle, text
    assert compared > 100


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
def test_every_run_is_later_than_the_one_before_and_none_is_left_out(zone: str) -> None:
    local = ZoneInfo(zone)
    quarter = cron.parse("*/15 * * * *")
    for begin in (datetime(2011, 12, 28, tzinfo=UTC), datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 3, tzinfo=UTC)):
        found: list[datetime] = []
        at = begin
        while len(found) < 300:
            said = cron.next_run(quarter, at, local)
            assert said is not None
            at = said
            found.append(at)
        assert {b - a for a, b in pairwise(found)} == {timedelta(minutes=15)}
