"""From wall time to instants.

A wall time that a zone skips happens as much later as the zone skips (02:30 becomes 03:30, as RFC 5545 §3.3.5 has it); one that
comes twice happens at its first pass, or at both for what runs every hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NEAR = timedelta(days=2)
Candidates = Callable[[datetime], Iterable[datetime]]


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _instants(local: datetime, zone: ZoneInfo, *, both: bool) -> list[datetime]:
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if not both:
        return [first]
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return [first, second] if second > first else [first]


def next_instant(candidates: Candidates, after: datetime, zone: ZoneInfo, *, both: bool = False) -> datetime | None:
    """The first instant later than `after`; None when none is left. `candidates(wall time)`: naive wall times from there on.

    `both`: a wall time that comes twice counts twice. Near a change of offset the order of instants is not that of wall times, so
    everything within the change is looked at.
    """
    shift = abs(_offset(zone, after + NEAR) - _offset(zone, after - NEAR))
    best: datetime | None = None
    last: datetime | None = None
    for local in candidates(after.astimezone(zone).replace(tzinfo=None) - shift):
        if last is not None and local > last:
            break
        for at in _instants(local, zone, both=both):
            if at > after and (best is None or at < best):
                best, last = at, local + shift
        if best is not None and not shift:
            break
    return best
