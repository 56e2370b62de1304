"""Which calendar, and why; which years are official, and since when. No database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gongdan.calendars import rules

CHOICES = json.loads((Path(__file__).parent / "cases" / "choices.json").read_text(encoding="utf-8"))
OWNERS = {name: UUID(int=n) for n, name in enumerate(("company", "contract", "customer", "team"), 1)}
KNOWN = {"cn-work", "always", "vip", "night"}


@pytest.mark.parametrize("case", CHOICES, ids=lambda c: c["name"])
def test_the_first_that_names_a_calendar_is_taken_and_says_so(case: dict[str, Any]) -> None:
    asked = {f"{kind}_id": OWNERS[kind] for kind in case["asked"]}
    uses = {(kind, OWNERS[kind]): key for kind, key in case["uses"].items()}
    found = rules.choose(uses, KNOWN.__contains__, company=OWNERS["company"], policy=case.get("policy"), **asked)
    assert (found.calendar, found.source) == (case["calendar"], case["source"])
    assert [f"{s.source} {s.outcome}" for s in found.steps] == case["steps"]
    assert found.words == case["words"]
    assert found.owner_id == (None if found.source == "policy" else OWNERS[found.source])


def test_years_say_since_when_they_are_what_they_are() -> None:
    history: list[Any] = [
        (1, "a", {2025, 2026}, {2026}),
        (2, "b", {2025, 2026}, {2026}),
        (3, "c", {2025, 2026, 2027}, {2027}),
        (4, "d", {2026}, {2027}),
    ]
    assert rules.year_states(history[:1]) == {2025: ("official", "a"), 2026: ("provisional", "a")}
    assert rules.year_states(history[:2]) == {2025: ("official", "a"), 2026: ("provisional", "a")}
    assert rules.year_states(history) == {2026: ("official", "c"), 2027: ("provisional", "c")}
    assert rules.year_states([]) == {}
