"""Pure decisions about messages: their words, when to try again, what of an address may be shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gongdan.kernel import messages

MAX_ATTEMPTS = 6
KINDS = {  # what a notification is about, for filters, counts and mutes
    "n_assigned": "assigned",
    "n_team_assigned": "queue",
    "n_transferred": "transfer",
    "n_mentioned": "mention",
    "n_token": "approval",
    "n_breached": "breach",
    "n_replied": "reply",
    "n_commented": "reply",
    "n_low_score": "rating",
    "n_nobody_found": "dispatch",
    "n_duty_stopped": "system",
}
LONGEST_VALUE = 300
DOWN_SECONDS = 60


def kind_of(code: str) -> str:
    """The kind of a notification's code; "other" when it has none."""
    return KINDS.get(code, "other")


def rendered(code: str, locale: str, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """(subject, text) of a message; None when nobody wrote words for `code`.

    A template's first paragraph is the subject. Values are one line each, so that a title cannot add a header or a paragraph.
    """
    if code not in messages.catalogue():
        return None
    subject, _, body = messages.text(code, locale, {k: one_line(v) for k, v in values.items()}).partition("\n\n")
    return subject, body or subject


def one_line(value: Any) -> Any:
    """A text value without controls and line ends, at most LONGEST_VALUE characters; other values as they are."""
    if not isinstance(value, str):
        return value
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in value)
    return " ".join(plain.split())[:LONGEST_VALUE]


def after_refusal(attempts: int, *, final: bool, at: datetime) -> tuple[str, datetime]:
    """(state, next try) after the attempt number `attempts`: 2, 8, 32 minutes, 2 and 8½ hours, then parked for a person."""
    if final:
        return "failed", at
    return ("parked" if attempts >= MAX_ATTEMPTS else "queued"), at + timedelta(seconds=30 * 4**attempts)


def masked(address: str) -> str:
    """An address as far as an operator needs it: z***@example.com, 138****8000."""
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "****"
