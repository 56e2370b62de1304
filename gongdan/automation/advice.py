"""When somebody should step in, and what would help: signs of trouble, two actions, their effect as history shows it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple
from uuid import UUID

import msgspec

MOST_TRANSFERS = 3
RETURNS = 2  # A → B → A → B
PERCENTILE = 0.9
ENOUGH = 20  # stays without which no percentile is said
SMALL = 10  # fewer orders than this are said to be few
LEAST = 3  # orders that make somebody an expert, where anybody has as many
SHRINK = 5  # orders' worth of the overall median that is mixed into a person's


class Past(NamedTuple):
    """A resolved order of the same fault."""

    assignee_id: UUID | None
    team_id: UUID | None
    handovers: int
    minutes: float


class Sign(NamedTuple):
    """A sign of trouble with its numbers."""

    code: str  # transfers | ping_pong | stuck
    values: dict[str, str | int]


class Effect(msgspec.Struct, frozen=True):
    """Median minutes to resolve of orders handled so, and not so, with how many there were. `few`: too few to rely on."""

    so_minutes: int
    so_orders: int
    else_minutes: int
    else_orders: int
    few: bool


class Choice(NamedTuple):
    """A person or team and the effect expected."""

    id: UUID
    effect: Effect


def ping_pong(holders: Sequence[UUID]) -> tuple[UUID, UUID, int] | None:
    """The two between whom an order goes to and fro at the end of its path, and how often it came back; None below RETURNS."""
    path = [h for n, h in enumerate(holders) if n == 0 or holders[n - 1] != h]
    back = 0
    while back + 2 < len(path) and path[-1 - back] == path[-3 - back]:
        back += 1
    return (path[-2], path[-1], back) if back >= RETURNS else None


def percentile(stays: Sequence[float], share: float = PERCENTILE) -> float | None:
    """The nearest-rank percentile of finished stays; None when there are fewer than ENOUGH."""
    if len(stays) < ENOUGH:
        return None
    ordered = sorted(stays)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]


def signs(transfers: int, people: Sequence[UUID], teams: Sequence[UUID], stay: float, stays: Sequence[float]) -> list[Sign]:
    """What is wrong with an order: handed on too often, to and fro, or longer in its state than nine in ten were."""
    found = []
    if transfers >= MOST_TRANSFERS:
        found.append(Sign("transfers", {"times": transfers}))
    fro = ping_pong(teams) or ping_pong(people)
    if fro is not None:
        found.append(Sign("ping_pong", {"one": str(fro[0]), "other": str(fro[1]), "times": fro[2]}))
    usual = percentile(stays)
    if usual is not None and stay > usual:
        found.append(Sign("stuck", {"minutes": int(stay), "usual": int(usual), "orders": len(stays)}))
    return found


def _effect(so: Sequence[float], others: Sequence[float]) -> Effect:
    return Effect(round(median(so)), len(so), round(median(others)), len(others), min(len(so), len(others)) < SMALL)


def expert(past: Sequence[Past], present: UUID | None, active: frozenset[UUID]) -> Choice | None:
    """Who resolved this fault fastest, small numbers shrunk to the overall median; against everybody else's orders."""
    by_person: dict[UUID, list[float]] = defaultdict(list)
    for order in past:
        if order.assignee_id is not None and order.assignee_id in active and order.assignee_id != present:
            by_person[order.assignee_id].append(order.minutes)
    if not by_person:
        return None
    tried = {p: minutes for p, minutes in by_person.items() if len(minutes) >= LEAST} or by_person
    overall = median(o.minutes for o in past)

    def shrunk(person: UUID) -> tuple[float, UUID]:
        mine = by_person[person]
        return (len(mine) * median(mine) + SHRINK * overall) / (len(mine) + SHRINK), person

    best = min(tried, key=shrunk)
    others = [o.minutes for o in past if o.assignee_id != best]
    if not others or median(by_person[best]) >= median(others):
        return None
    return Choice(best, _effect(by_person[best], others))


def route(past: Sequence[Past], present: UUID | None) -> Choice | None:
    """The team that in the end resolves what was handed on; orders that came there at once against those handed around."""
    ends = Counter(o.team_id for o in past if o.team_id not in (None, present) and o.handovers >= 1)
    for team_id, _ in ends.most_common():
        if team_id is None:
            continue
        straight = [o.minutes for o in past if o.team_id == team_id and o.handovers <= 1]
        around = [o.minutes for o in past if o.handovers >= 2]
        if straight and around and median(straight) < median(around):
            return Choice(team_id, _effect(straight, around))
    return None
