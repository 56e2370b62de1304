"""The planner by generated engineers: what holds for every one of them."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.engines.planner import explain
from gongdan.engines.planner.candidates import candidates, earliest_start
from gongdan.engines.planner.model import Engineer, Interval, Job

AT = datetime(2026, 3, 2, tzinfo=UTC)
REGIONS = st.sampled_from(["north", "south", "east"])
SKILLS = st.sampled_from(["hvac", "pump", "lift"])
PLACES = st.one_of(st.none(), st.tuples(st.floats(113, 115), st.floats(22, 24)))
MINUTES = st.integers(-600, 4_000)


def _interval(start: int, length: int) -> Interval:
    begin = AT + timedelta(minutes=start)
    return begin, begin + timedelta(minutes=length)


INTERVALS = st.lists(st.builds(_interval, MINUTES, st.integers(1, 900)), max_size=4).map(tuple)
ENGINEERS = st.builds(
    Engineer,
    id=st.just("e"),
    skills=st.dictionaries(
        SKILLS, st.tuples(st.integers(1, 5), st.one_of(st.none(), st.dates(date(2026, 2, 27), date(2026, 3, 6))))
    ),
    regions=st.frozensets(REGIONS),
    home=PLACES,
    shifts=INTERVALS,
    absences=INTERVALS,
    load=st.integers(0, 8),
)
JOBS = st.builds(
    Job,
    id=st.just("j"),
    skills=st.dictionaries(SKILLS, st.integers(1, 5)),
    region=st.one_of(st.just(""), REGIONS),
    place=PLACES,
    earliest=st.one_of(st.none(), MINUTES.map(lambda m: AT + timedelta(minutes=m))),
    due_at=st.one_of(st.none(), MINUTES.map(lambda m: AT + timedelta(minutes=m))),
    minutes=st.integers(0, 600),
    last_engineer=st.sampled_from([None, "e0", "e1"]),
)


def _numbered(engineers: list[Engineer]) -> list[Engineer]:
    return [replace(e, id=f"e{n}") for n, e in enumerate(engineers)]


@settings(max_examples=300, deadline=None)
@given(JOBS, st.lists(ENGINEERS, max_size=6).map(_numbered), st.randoms(use_true_random=False))
def test_order_sum_and_words(job: Job, engineers: list[Engineer], rng: Any) -> None:
    found = candidates(job, engineers, AT)
    shuffled = list(engineers)
    rng.shuffle(shuffled)
    assert candidates(job, shuffled, AT) == found
    assert [c.fits for c in found] == sorted((c.fits for c in found), reverse=True)
    for one in found:
        assert math.isclose(sum(p.points for p in one.parts), one.score, abs_tol=0.001)
        words = explain.sentences(one, {})
        assert len(words["zh"]) == len(words["en"]) > 0
        assert one.fits is (not one.blockers)


REASONS = st.sampled_from(["forbidden", "full", "no shift", "no skills", "region"])


def _blocked(engineer: Engineer, job: Job, how: str) -> tuple[Engineer, Job]:
    """One more reason against the engineer, and nothing else changed."""
    match how:
        case "forbidden":
            return engineer, replace(job, forbidden=job.forbidden | {engineer.id})
        case "full":
            return replace(engineer, capacity=0), job
        case "no shift":
            return replace(engineer, shifts=()), job
        case "no skills":
            return replace(engineer, skills={}), job
    return replace(engineer, regions=frozenset({"nowhere"})), job


@settings(max_examples=300, deadline=None)
@given(JOBS, st.lists(ENGINEERS, min_size=2, max_size=6).map(_numbered), REASONS)
def test_one_more_reason_against_somebody_never_helps_them(job: Job, engineers: list[Engineer], how: str) -> None:
    def place(among: list[Engineer], what: Job) -> tuple[int, int]:
        found = candidates(what, among, AT)
        index = next(i for i, c in enumerate(found) if c.engineer_id == "e0")
        return index, len(found[index].blockers)

    before, reasons = place(engineers, job)
    changed, other = _blocked(engineers[0], job, how)
    after, more = place([changed, *engineers[1:]], other)
    if more > reasons:
        assert after >= before


@settings(max_examples=100, deadline=None)
@given(ENGINEERS, MINUTES, st.integers(1, 300))
def test_the_earliest_start_is_the_first_minute_that_fits(engineer: Engineer, after: int, minutes: int) -> None:
    at = AT + timedelta(minutes=after)
    found = earliest_start(engineer, at, minutes)

    def fits(start: datetime) -> bool:
        end = start + timedelta(minutes=minutes)
        return any(a <= start and end <= b for a, b in engineer.shifts) and not any(
            a < max(end, start + timedelta(seconds=1)) and start < b for a, b in engineer.absences
        )

    minute = next((at + timedelta(minutes=m) for m in range(6_000) if fits(at + timedelta(minutes=m))), None)
    assert found == minute
