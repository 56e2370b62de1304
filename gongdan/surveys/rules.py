"""Pure decisions about surveys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

RESOLVED = 3  # families from here on are over for the customer
CHANGE_HOURS = 24
LOW = 2
COMMENT_MOST = 2_000


def may_rate(family: int, *, cancelled: bool, enabled: bool) -> bool:
    """An order is rated when its work is done and its blueprint asks."""
    return enabled and family >= RESOLVED and not cancelled


def may_change(answered_at: datetime | None, at: datetime) -> bool:
    """The first answer, and changes within CHANGE_HOURS of it."""
    return answered_at is None or at <= answered_at + timedelta(hours=CHANGE_HOURS)


def known_reasons(given: Iterable[str], offered: Iterable[str]) -> list[str]:
    """The reasons that were offered, once each, in the order of the offer."""
    chosen = set(given)
    return [reason for reason in offered if reason in chosen]
