"""Words, retries and masks; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gongdan.kernel import messages
from gongdan.notify import messages as words  # noqa: F401 – registers
from gongdan.notify import rules

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_the_first_paragraph_is_the_subject() -> None:
    assert rules.rendered("mail_created", "zh", {"number": "WX-1", "link": "https://x/t/abc"}) == (
        "已收到您的服务请求 WX-1",
        "进度查询：https://x/t/abc",
    )
    assert rules.rendered("mail_created", "en", {"number": "WX-1", "link": "https://x/t/abc"}) == (
        "We have your request WX-1",
        "Follow it here: https://x/t/abc",
    )


def test_no_words_no_message() -> None:
    assert rules.rendered("nothing_like_it", "zh", {}) is None


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("a\r\nBcc: b@example.com", "a Bcc: b@example.com"),
        ("a\n\nbody", "a body"),
        ("a\u2028b\u2029c\x00d\x85e", "a b c d e"),
        ("  空调  漏水 ", "空调 漏水"),
        ("x" * 400, "x" * 300),
        ("\ud800", ""),
        (7, 7),
    ],
)
def test_a_value_is_one_line(value: object, line: object) -> None:
    assert rules.one_line(value) == line


def test_a_value_cannot_move_the_subject_or_reach_into_objects() -> None:
    found = rules.rendered("mail_created", "zh", {"number": "1\n\n{link.__class__}", "link": "L"})
    assert found == ("已收到您的服务请求 1 {link.__class__}", "进度查询：L")


def test_every_code_has_the_same_arguments_in_both_languages() -> None:
    import string

    for code, pair in messages.catalogue().items():
        if code.startswith(("n_", "mail_")):
            zh, en = ({n for _, n, _, _ in string.Formatter().parse(t) if n} for t in pair)
            assert zh == en, code


def test_refusals_back_off_and_end_with_a_person() -> None:
    waits = [rules.after_refusal(n, final=False, at=NOW) for n in range(1, 7)]
    assert [state for state, _ in waits] == ["queued"] * 5 + ["parked"]
    assert [(at - NOW) / timedelta(minutes=1) for _, at in waits[:5]] == [2, 8, 32, 128, 512]
    assert rules.after_refusal(1, final=True, at=NOW) == ("failed", NOW)


@pytest.mark.parametrize(
    ("address", "shown"),
    [("zhang@example.com", "z***@example.com"), ("+8613800138000", "+86****8000"), ("12345", "****"), ("", "****")],
)
def test_an_operator_sees_no_whole_address(address: str, shown: str) -> None:
    assert rules.masked(address) == shown
