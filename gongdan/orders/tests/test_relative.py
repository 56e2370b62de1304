"""Relative days mean the same to everybody in their own zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gongdan.orders import relative

AT = datetime(2026, 3, 4, 18, 30, tzinfo=UTC)  # Thursday 02:30 in Shanghai, Wednesday 13:30 in New York


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("now", "Asia/Shanghai", "2026-03-05T02:30:00+08:00"),
        ("today", "Asia/Shanghai", "2026-03-05T00:00:00+08:00"),
        ("today", "America/New_York", "2026-03-04T00:00:00-05:00"),
        ("today+1d", "Asia/Shanghai", "2026-03-06T00:00:00+08:00"),
        ("today 1d", "Asia/Shanghai", "2026-03-06T00:00:00+08:00"),
        ("today-7d", "Asia/Shanghai", "2026-02-26T00:00:00+08:00"),
        ("week", "Asia/Shanghai", "2026-03-02T00:00:00+08:00"),
        ("week+1w", "Asia/Shanghai", "2026-03-09T00:00:00+08:00"),
        ("month", "Asia/Shanghai", "2026-03-01T00:00:00+08:00"),
        ("month-3mo", "Asia/Shanghai", "2025-12-01T00:00:00+08:00"),
        ("month+10mo", "Asia/Shanghai", "2027-01-01T00:00:00+08:00"),
        ("now-4h", "Asia/Shanghai", "2026-03-04T22:30:00+08:00"),
        # the clock goes forward on 8 March: that Monday still begins at midnight
        ("week+1w", "America/New_York", "2026-03-09T00:00:00-04:00"),
    ],
)
def test_what_a_relative_day_means(text: str, zone: str, expected: str) -> None:
    found = relative.moment(text, AT, zone)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize("text", ["", "tomorrow", "today+d", "today+1y", "2026-03-02T00:00:00Z", "today+99999d", "xtoday"])
def test_what_is_no_relative_day(text: str) -> None:
    assert relative.moment(text, AT, "UTC") is None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("due_before", "today+1d", "2026-03-06T00:00:00+08:00"),
        ("q", "today", "today"),
        ("field.promised", "today..today+6d", "2026-03-05..2026-03-11"),
        ("field.promised", "..today", "..2026-03-05"),
        ("field.model", "today", "today"),
    ],
)
def test_only_filters_that_hold_days_are_resolved(name: str, value: str, expected: str) -> None:
    assert relative.settled(name, value, AT, "Asia/Shanghai") == expected
