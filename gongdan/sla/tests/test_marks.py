"""When a clock wakes: thresholds in working time, once each, again only where another target moves them on."""

from __future__ import annotations

from datetime import datetime, timedelta

from gongdan.sla import rules
from gongdan.sla.rules import NEAR, ClockRow
from gongdan.sla.tests.test_rules import ORDER, _at, _policy, _shown, _target, calendar_of

THRESHOLDS = (50, 80, 100)


def _row(minutes: int, calendar: str = "always") -> ClockRow:
    row = rules.start(ORDER, _target(minutes), _policy(calendar, minutes), 3, _at("2026-03-02 09:00"), calendar_of)
    rules.arm(row, THRESHOLDS, calendar_of)
    return row


def _run(row: ClockRow, until: datetime) -> list[tuple[int, str | None]]:
    """All that fires until then, by a sweep that looks exactly when asked to."""
    found: list[tuple[int, str | None]] = []
    while row.wake_at is not None and row.wake_at <= until:
        found += [(p, _shown(at)) for p, at in rules.fire(row, THRESHOLDS, row.wake_at, calendar_of)]
    return found


def _retarget(row: ClockRow, minutes: int, at: datetime, calendar: str = "always") -> None:
    assert rules.retarget(row, _policy(calendar, minutes), _target(minutes), 3, at, calendar_of)
    rules.arm(row, THRESHOLDS, calendar_of)


def test_thresholds_are_of_working_time() -> None:
    row = _row(540, "cn-work")  # the working day of 7.5 hours and 90 minutes of the next
    assert _run(row, _at("2026-03-09 09:00")) == [
        (50, "2026-03-02 15:00"), (80, "2026-03-02 17:42"), (100, "2026-03-03 10:30"),
    ]  # fmt: skip
    assert (row.wake_at, row.wake) == (None, None)


def test_a_clock_that_stands_does_not_wake_and_what_fired_before_does_not_fire_after_it() -> None:
    row = _row(100)
    assert _run(row, _at("2026-03-02 10:00")) == [(50, "2026-03-02 09:50")]
    rules.pause(row, "customer", _at("2026-03-02 10:00"))
    rules.arm(row, THRESHOLDS, calendar_of)
    assert row.wake_at is None
    rules.resume(row, _at("2026-03-02 12:00"), calendar_of)
    rules.arm(row, THRESHOLDS, calendar_of)
    assert _run(row, _at("2026-03-03 09:00")) == [(80, "2026-03-02 12:20"), (100, "2026-03-02 12:40")]


def test_a_shorter_target_that_moves_a_fired_threshold_to_the_past_does_not_fire_it_again() -> None:
    row = _row(100)
    _run(row, _at("2026-03-02 09:55"))
    _retarget(row, 60, _at("2026-03-02 09:55"))
    assert _run(row, _at("2026-03-03 09:00")) == [(80, "2026-03-02 09:48"), (100, "2026-03-02 10:00")]


def test_a_longer_target_fires_what_it_moves_on_again() -> None:
    row = _row(100)
    _run(row, _at("2026-03-02 09:55"))
    _retarget(row, 200, _at("2026-03-02 09:55"))
    assert _run(row, _at("2026-03-03 09:00")) == [
        (50, "2026-03-02 10:40"), (80, "2026-03-02 11:40"), (100, "2026-03-02 12:20"),
    ]  # fmt: skip
    _retarget(row, 100, _at("2026-03-02 13:00"))
    assert _run(row, _at("2026-03-03 09:00")) == [], "back in the past: nobody hears of it again"


def test_who_looks_late_takes_note_of_all_at_once() -> None:
    row = _row(100)
    at = _at("2026-03-02 12:00")
    assert [p for p, _ in rules.fire(row, THRESHOLDS, at, calendar_of)] == [50, 80, 100]
    assert {p for p, _ in row.fired} == {NEAR, 50, 80, 100}
    assert rules.fire(row, THRESHOLDS, at + timedelta(days=1), calendar_of) == []


def test_orange_comes_when_a_quarter_of_the_time_is_left_and_the_deadline_always_wakes() -> None:
    row = rules.start(ORDER, _target(100), _policy("always", 100), 3, _at("2026-03-02 09:00"), calendar_of)
    rules.arm(row, (), calendar_of)
    assert (row.wake, _shown(row.wake_at)) == (NEAR, "2026-03-02 10:15")
    assert rules.fire(row, (), _at("2026-03-02 10:15"), calendar_of) == []
    assert (row.wake, _shown(row.wake_at)) == (100, "2026-03-02 10:40")
