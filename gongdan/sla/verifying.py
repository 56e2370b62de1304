"""The verifier behind `gongdan verify-clocks`: every clock's row against what the ledger tells of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.calendars import queries as calendar_queries
from gongdan.kernel.work import Work, system_work
from gongdan.sla import policies, retelling
from gongdan.sla.actions import blueprint_plan, read_clock
from gongdan.sla.plans import Plan
from gongdan.sla.retelling import Difference, Entry, World
from gongdan.sla.rules import ClockRow

EVENTS = (
    "select e.order_id, o.blueprint_version_id, e.type, e.occurred_at, e.recorded_at, e.actor_kind, e.data::text "
    "from orders_event e join orders_order o on o.tenant_id = e.tenant_id and o.id = e.order_id order by e.order_id, e.seq"
)
CLOCKS = (
    "select order_id, key, started_at, segments::text, pauses::text, state, due_at, stopped_at, wake_at, wake, fired::text "
    "from sla_clock order by order_id, key"
)
AT_ONCE = 2_000
EITHER = timedelta(seconds=10)  # a cache of 2 s, and a transaction's own time


class Report(msgspec.Struct, frozen=True):
    """What verify-clocks found for one tenant."""

    tenant_id: UUID
    orders: int
    clocks: int
    differences: list[Difference]


def check(tenant_id: UUID, at: datetime) -> Report:
    """Tell every order's clocks again from its ledger and compare them with their rows."""
    differences: list[Difference] = []
    orders = clocks = 0
    with system_work(tenant_id, "verify", at) as work:
        worlds: dict[UUID, World] = {}
        rows = _Rows(read_clock(r) for r in _stream(work, CLOCKS, "clocks"))
        for (order_id, version_id), group in groupby(_stream(work, EVENTS, "entries"), key=lambda r: (r[0], r[1])):
            if version_id not in worlds:
                worlds[version_id] = _world(work, version_id)
            strangers, mine = rows.up_to(order_id)
            seen = next((s.calendar for r in mine for s in r.segments if not s.policy), "")
            story = retelling.told((_entry(r) for r in group), worlds[version_id], seen)
            orders, clocks = orders + 1, clocks + len(mine)
            differences += [Difference(r.order_id, r.key, "clock", "there", "none") for r in strangers]
            differences += retelling.compare(order_id, mine, story)
        differences += [Difference(r.order_id, r.key, "clock", "there", "none") for r in rows.rest()]
    return Report(tenant_id, orders, clocks, differences)


class _Rows:
    """Clocks by order, in the order of their ids."""

    def __init__(self, rows: Iterator[ClockRow]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def up_to(self, order_id: UUID) -> tuple[list[ClockRow], list[ClockRow]]:
        """(clocks of orders before this one, this one's clocks)."""
        before: list[ClockRow] = []
        mine: list[ClockRow] = []
        while self._next is not None and self._next.order_id <= order_id:
            (mine if self._next.order_id == order_id else before).append(self._next)
            self._next = next(self._rows, None)
        return before, mine

    def rest(self) -> list[ClockRow]:
        """What is left."""
        return [r for r in (self._next, *self._rows) if r is not None]


def _stream(work: Work, sql: str, name: str) -> Iterator[tuple[Any, ...]]:
    with work.raw.cursor(name=name) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(sql)
        yield from cursor


def _entry(r: tuple[Any, ...]) -> Entry:
    return Entry(r[2], r[3], r[4], r[5], msgspec.json.decode(r[6]))


def _world(work: Work, version_id: UUID) -> World:
    blueprint = blueprint_queries.version(work, version_id)
    states: dict[str, tuple[int, str | None]] = {
        s.key: (blueprint.families[s.key], s.waiting_on) for s in blueprint.document.states
    }

    def plan_of(ref: str) -> Plan | None:
        return policies.of_reference(work, ref).plan if ref else blueprint_plan(work, version_id)

    return World(states, plan_of, calendar_queries.lookup(work), _pinning(work))


def _pinning(work: Work) -> Callable[[str, datetime, str], str]:
    """In which version a calendar held at an instant. Near an edit it may be either: a process looks at calendars every 2 s only.

    Clocks of before calendars had versions say the bare key; so do theirs.
    """
    held: dict[str, list[tuple[int, datetime]]] = {}

    def pinned(key: str, at: datetime, seen: str) -> str:
        if seen == key or "@" in key:
            return key
        if key not in held:
            held[key] = calendar_queries.history(work, key)
        first, last = (_in_force(held[key], moment) for moment in (at - EITHER, at + EITHER))
        name, _, number = seen.partition("@")
        if name == key and number.isdigit() and first <= int(number) <= last:
            return seen
        return f"{key}@{_in_force(held[key], at)}"

    return pinned


def _in_force(versions: list[tuple[int, datetime]], at: datetime) -> int:
    return max((v for v, since in versions if since <= at), default=versions[0][0])
