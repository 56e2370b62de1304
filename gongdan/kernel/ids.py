"""Identifiers made by the application: UUIDv7 (RFC 9562 §5.7)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

_LOCK = threading.Lock()
_last = [0, 0]
_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62
_random: list[Callable[[int], bytes]] = [os.urandom]


def uuid7(at: datetime) -> UUID:
    """A time-ordered id for the instant `at`.

    48 bits of milliseconds, 12 bits of a per-process counter that keeps ids of one millisecond in
    the order they were made, 62 random bits.
    """
    ms = int(at.timestamp() * 1000)
    with _LOCK:
        if ms == _last[0]:
            _last[1] = (_last[1] + 1) & 0xFFF
        else:
            _last[0] = ms
            _last[1] = int.from_bytes(_random[0](2), "big") & 0x3FF
        seq = _last[1]
    rand = int.from_bytes(_random[0](8), "big") & ((1 << 62) - 1)
    return UUID(int=(ms << 80) | _VERSION | (seq << 64) | _VARIANT | rand)


def floor_id(at: datetime) -> UUID:
    """The smallest UUIDv7 of the instant `at`: a bound for ranges and partitions."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | _VERSION | _VARIANT)


def made_at(value: UUID) -> datetime:
    """The instant carried in a UUIDv7 (millisecond resolution, UTC)."""
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC)


def use_random(source: Callable[[int], bytes] | None) -> None:
    """Draw ids from another source of bytes (the simulator's seed); None goes back to the machine's."""
    with _LOCK:
        _random[0] = source or os.urandom
        _last[0] = 0
