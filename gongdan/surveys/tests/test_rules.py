"""When an order may be rated, and what is kept; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gongdan.surveys import rules

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("family", [1, 2, 3, 4])
@pytest.mark.parametrize("cancelled", [True, False])
@pytest.mark.parametrize("enabled", [True, False])
def test_only_finished_orders_that_ask_are_rated(family: int, cancelled: bool, enabled: bool) -> None:
    assert rules.may_rate(family, cancelled=cancelled, enabled=enabled) == (family in (3, 4) and enabled and not cancelled)


@pytest.mark.parametrize(
    ("after", "may"), [(timedelta(0), True), (timedelta(hours=24), True), (timedelta(hours=24, microseconds=1), False)]
)
def test_an_answer_changes_for_a_day(after: timedelta, may: bool) -> None:
    assert rules.may_change(NOW, NOW + after) is may
    assert rules.may_change(None, NOW + after)


def test_reasons_are_those_offered_in_their_order() -> None:
    assert rules.known_reasons(["c", "x", "a", "a"], ["a", "b", "c"]) == ["a", "c"]
    assert rules.known_reasons([], ["a"]) == []
