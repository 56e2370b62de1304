"""Pace, sources, one effect per operation, and words; no database."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from gongdan.portal import pages
from gongdan.portal.pages import Pace, operation_id, source_of
from gongdan.portal.words import WORDS


def test_the_pace_is_per_source_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(pages.time, "monotonic", lambda: now[0])  # type: ignore[attr-defined]
    pace = Pace(limit=3, window=60.0)
    assert [pace.over("a") for _ in range(5)] == [False, False, False, True, True]
    assert not pace.over("b")
    now[0] += 61
    assert not pace.over("a")


def test_many_sources_do_not_fill_the_memory_nor_let_the_loud_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(pages.time, "monotonic", lambda: now[0])  # type: ignore[attr-defined]
    pace = Pace(limit=3, window=60.0, sources=100)
    for number in range(99):
        pace.over(f"quiet {number}")
    now[0] += 61
    for _ in range(4):
        pace.over("loud")
    for number in range(50):
        pace.over(f"new {number}")
    assert len(pace._seen) < 100
    assert pace.over("loud")
    for number in range(1_000):
        pace.over(f"flood {number}")
    assert len(pace._seen) <= 100


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "source"),
    [
        ("0", "", "203.0.113.9", "203.0.113.9"),
        ("0", "198.51.100.1", "203.0.113.9", "203.0.113.9"),
        ("1", "198.51.100.1", "10.0.0.1", "198.51.100.1"),
        ("1", "6.6.6.6, 198.51.100.1", "10.0.0.1", "198.51.100.1"),
        ("2", "6.6.6.6, 198.51.100.1, 10.0.0.2", "10.0.0.1", "198.51.100.1"),
        ("2", "198.51.100.1", "10.0.0.1", "10.0.0.1"),
        ("1", "not an address", "10.0.0.1", "not an address"),
        ("0", "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("0", "", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("0", "", "", ""),
    ],
)
def test_whose_request_it_is(monkeypatch: pytest.MonkeyPatch, proxies: str, forwarded: str, peer: str, source: str) -> None:
    monkeypatch.setenv("GONGDAN_PROXIES", proxies)
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=peer)
    assert source_of(request) == source


def test_an_operation_is_the_form_and_what_was_written() -> None:
    assert operation_id("f", "a", "b") == operation_id("f", "a", "b")
    others = [operation_id(*given) for given in (("g", "a", "b"), ("f", "ab", ""), ("f", "a", "c"), ("f", "b", "a"), ("f",))]
    assert operation_id("f", "a", "b") not in others
    assert len(set(others)) == 5
    assert operation_id("", "a") != operation_id("", "a"), "without a form's id every press is its own"


@pytest.mark.parametrize(
    ("asked", "prefers", "locale"),
    [("", "zh-CN", "zh"), ("", "en-GB", "en"), ("zh", "en", "zh"), ("EN", "zh", "en"), ("", "fr", "zh")],
)
def test_the_language_is_asked_for_or_preferred(asked: str, prefers: str, locale: str) -> None:
    request = RequestFactory().get("/", {"lang": asked} if asked else {}, headers={"Accept-Language": prefers})
    assert pages.locale_of(request) == locale


def test_every_word_is_there_in_both_languages() -> None:
    assert all(zh and en for zh, en in WORDS.values())
