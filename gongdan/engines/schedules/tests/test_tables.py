"""Schedules by their tables: runs, zones, what is wrong. The case file is language neutral."""

from __future__ import annotations

import json
import time
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongdan.engines.schedules import cron, reading, rrule
from gongdan.engines.schedules.wrong import MESSAGES, Wrong

TABLES = json.loads((Path(__file__).parent / "cases" / "schedules.json").read_text(encoding="utf-8"))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _name(case: Any) -> str:
    return str(case)[:60]


@pytest.mark.parametrize("case", TABLES["cron"], ids=_name)
def test_runs_after_and_before(case: list[str]) -> None:
    text, at, after, before = case
    parsed = cron.parse(text)
    assert cron.following(parsed, _at(at)) == _at(after)
    assert cron.preceding(parsed, _at(at)) == _at(before)
    assert cron.preceding(parsed, _at(after), included=True) == _at(after)


@pytest.mark.parametrize("case", TABLES["cron_zones"], ids=lambda c: c[-1])
def test_runs_in_a_zone(case: list[str]) -> None:
    text, zone, after, expected, _ = case
    assert cron.next_run(cron.parse(text), _at(after), ZoneInfo(zone)) == _at(expected)


@pytest.mark.parametrize("case", TABLES["rules"], ids=_name)
def test_recurrences(case: list[Any]) -> None:
    text, expected = case
    recurrence = reading.parse(text)
    assert list(islice(rrule.times(recurrence, recurrence.start), 5)) == [_at(e) for e in expected]


@pytest.mark.parametrize("case", TABLES["rule_zones"], ids=_name)
def test_recurrences_in_a_zone(case: list[Any]) -> None:
    text, after, expected = case
    found = rrule.next_at(reading.parse(text), _at(after), ZoneInfo("Asia/Shanghai"))
    assert found == (_at(expected) if expected else None)


@pytest.mark.parametrize("case", [*TABLES["cron_wrong"], *TABLES["rules_wrong"]], ids=_name)
def test_what_is_wrong_names_the_field_and_the_remedy(case: list[str]) -> None:
    text, field, code = case
    read: Any = cron.parse if case in TABLES["cron_wrong"] else reading.parse
    with pytest.raises(Wrong) as refused:
        read(text)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert refused.value.zh
    assert "{" not in refused.value.zh + refused.value.en


def test_every_fault_is_in_the_table() -> None:
    assert {case[2] for case in [*TABLES["cron_wrong"], *TABLES["rules_wrong"]]} == set(MESSAGES)


def test_both_day_and_weekday_when_asked() -> None:
    friday = cron.parse("0 9 13 * fri", both=True)
    assert cron.following(friday, _at("2026-03-14T00:00:00")) == _at("2026-11-13T09:00:00")
    assert cron.preceding(friday, _at("0001-01-05T00:00:00")) is None


def test_the_end_of_all_calendars_is_an_end() -> None:
    assert cron.following(cron.parse("0 9 1 1 *"), _at("9999-06-01T00:00:00")) is None
    assert cron.preceding(cron.parse("0 9 29 2 mon#5"), _at("0016-01-01T00:00:00")) is None


def test_an_old_start_costs_nothing_and_a_rule_that_names_nothing_ends() -> None:
    begin = time.process_time()
    minutely = reading.parse("DTSTART:19700101T000000\nRRULE:FREQ=MINUTELY;INTERVAL=7")
    assert next(rrule.times(minutely, _at("2026-03-02T09:00:00"))) == _at("2026-03-02T09:00:00")
    dead = reading.parse("DTSTART:20260302T090000\nRRULE:FREQ=SECONDLY;INTERVAL=7200;BYMINUTE=30")
    assert list(rrule.times(dead, dead.start)) == []
    assert time.process_time() - begin < 10
