"""The tours' steps and the sample orders' stories, without a database."""

from __future__ import annotations

import pytest

from gongdan.onboarding import industries, rules
from gongdan.onboarding.rules import Entry


def entry(kind: str, *, mine: bool = True, person: bool = True, internal: bool = False) -> Entry:
    return Entry(kind, mine, person, internal)


@pytest.mark.parametrize(
    ("step", "said", "expected"),
    [
        ("create", entry("created"), True),
        ("create", entry("created", mine=False), False),
        ("assign", entry("claim"), True),
        ("assign", entry("assign", mine=False), False),
        ("assign", entry("assign", mine=False, person=False), True),
        ("reply", entry("commented"), True),
        ("reply", entry("commented", internal=True), False),
        ("note", entry("commented", internal=True), True),
        ("answered", entry("commented", mine=False, person=False), True),
        ("answered", entry("commented"), False),
        ("rated", entry("survey_answered", mine=False, person=False), True),
        ("start", entry("start"), True),
        ("start", entry("start", mine=False), False),
    ],
)
def test_a_step_is_done_when_the_ledger_says_so(step: str, said: Entry, *, expected: bool) -> None:
    assert rules.seen(step, [said]) is expected


def test_tours_have_five_to_seven_steps_and_keep_what_was_done() -> None:
    assert all(5 <= len(steps) <= 7 for steps in rules.TOURS.values())
    assert rules.done("agent", [entry("created")], {"close": "then"}) == ["create", "close"]


def test_forty_orders_whose_steps_all_lie_in_the_past() -> None:
    plans = rules.plans()
    assert len(plans) == 40
    assert all(p.ago > p.pace * len(p.steps) for p in plans)
    assert rules.fill_steps() == 6


def test_six_industries_with_all_they_need() -> None:
    assert len(industries.ALL) == 6
    assert all(len(i.troubles) >= 4 and len(i.goods) >= 3 for i in industries.ALL.values())
