"""What the live process asks the database, for all of its listeners at once (ADR 0022).

One `Tail` per process, used by one thread. A tick reads the event feed once for all companies that listen, then who the listeners
are now and where the orders belong; who hears what is decided by `can`, as everywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import psycopg

from gongdan.kernel import pipeline
from gongdan.kernel.access import Actor, can, system_actor
from gongdan.kernel.errors import DomainError
from gongdan.kernel.http import begin
from gongdan.kernel.pipeline import Row
from gongdan.kernel.work import SET_TENANT, Work, transaction_scope
from gongdan.orders import views
from gongdan.orders.queries import Placed, placements

NOTHING = UUID(int=0)
MOST = 1_000  # entries of one tick; more than that, and reading anew is cheaper for everybody
PAGES = 4  # of 500 entries each that a returning client is told one by one
SLACK = timedelta(seconds=15)  # rows that are not in the feed carry the clock of who wrote them; so late they may be seen
PLACES = {  # where one can be, beside orders, and what one must be allowed to see there
    "blueprint": "blueprint.view",
    "customer": "customer.view",
    "engineer": "workforce.view",
    "asset": "asset.view",
    "settings": "setting.edit",
}
NOW = "select pg_snapshot_xmin(pg_current_snapshot())::text"
TAIL = "select xid, id, tenant_id, order_id, type, seq from live_tail(%s, %s, %s, %s)"
TURNS = "select tenant_id, order_id, state, at from live_turns(%s, %s)"
NOTICES = "select id, user_id, show_at from live_notices(%s, %s, %s)"
PEOPLE = (
    "select hash, tenant_id, user_id, name, roles, grants_version, team_ids, unit_ids, partner_id, locale, zone, kind "
    "from live_people(%s, %s)"
)
Item = tuple[UUID, str, int]  # order, type of the entry, its number in the order's ledger


class Heard(msgspec.Struct):
    """What happened in one company, up to `position`. `places` knows the orders that are there."""

    position: str = ""
    items: list[Item] = []
    places: dict[UUID, Placed] = {}


class Tick(msgspec.Struct):
    """What one look at the database brought."""

    heard: dict[UUID, Heard] = {}
    people: dict[bytes, Actor] = {}
    asked: frozenset[bytes] = frozenset()  # the sessions that were looked up; one of them that is not in `people` has ended
    noticed: frozenset[UUID] = frozenset()  # people whose inbox changed
    xid: str = ""  # how far the feed was read
    missed: bool = False  # more happened than can be told


class Tail:
    """A position in the feed of all companies, and what else was told already."""

    def __init__(self) -> None:
        self.xid = ""
        self.event_id = NOTHING
        self.told: dict[object, datetime] = {}

    def tick(self, at: datetime, sessions: dict[bytes, UUID], *, everybody: bool, around: bool) -> Tick:
        """What happened since the last tick, to the companies of `sessions`.

        `everybody`: look up all sessions, not only those that have something to hear. `around`: deadlines and inboxes, too.
        """
        tenants = sorted(set(sessions.values()))
        tick = Tick()
        with transaction_scope() as raw:
            rows = self._rows(raw, tenants, tick)
            if around:
                rows += self._turns(raw, at, tenants)
                tick.noticed = self._notices(raw, at, tenants)
            for xid, event_id, tenant, order_id, kind, seq in rows:
                heard = tick.heard.setdefault(tenant, Heard(items=[]))
                heard.items.append((order_id, kind, seq))
                if xid:
                    heard.position = f"{xid}.{event_id}"
            asked = [s for s, tenant in sessions.items() if everybody or tenant in tick.heard]
            tick.asked, tick.people = frozenset(asked), _people(raw, asked, at)
            for tenant, heard in tick.heard.items():
                work = _work(raw, tenant, at)
                heard.places = placements(work, list({i[0] for i in heard.items}))
        tick.xid = self.xid
        return tick

    def _rows(self, raw: psycopg.Connection[Row], tenants: list[UUID], tick: Tick) -> list[Row]:
        if not self.xid:
            self.xid = _present(raw)
            return []
        rows = pipeline.run(raw, [(TAIL, [self.xid, self.event_id, tenants, MOST])])[0].rows
        if len(rows) == MOST:
            self.xid, self.event_id = _present(raw), NOTHING
            tick.missed = True
            return []
        if rows:
            self.xid, self.event_id = rows[-1][0], rows[-1][1]
        return rows

    def _turns(self, raw: psycopg.Connection[Row], at: datetime, tenants: list[UUID]) -> list[Row]:
        rows = pipeline.run(raw, [(TURNS, [at - SLACK, tenants])])[0].rows
        return [("", NOTHING, t, o, f"sla_{state}", 0) for t, o, state, when in rows if self._new((o, state, when), at)]

    def _notices(self, raw: psycopg.Connection[Row], at: datetime, tenants: list[UUID]) -> frozenset[UUID]:
        rows = pipeline.run(raw, [(NOTICES, [at - SLACK, at, tenants])])[0].rows
        return frozenset(user for id_, user, shown in rows if self._new((id_, shown), at))

    def _new(self, key: object, at: datetime) -> bool:
        if key in self.told:
            return False
        if len(self.told) > 10_000:
            self.told = {k: t for k, t in self.told.items() if t > at - 2 * SLACK}
        self.told[key] = at
        return True


def _present(raw: psycopg.Connection[Row]) -> str:
    return str(pipeline.run(raw, [(NOW, [])])[0].rows[0][0])


def _work(raw: psycopg.Connection[Row], tenant: UUID, at: datetime) -> Work:
    pipeline.run(raw, [(SET_TENANT, [str(tenant)])])
    return Work(raw, system_actor(tenant, "live"), at)


def _people(raw: psycopg.Connection[Row], sessions: Iterable[bytes], at: datetime) -> dict[bytes, Actor]:
    by_tenant: dict[UUID, list[Row]] = defaultdict(list)
    wanted = [s.hex() for s in sessions]  # as text: without a connection psycopg misspells arrays of bytes
    for row in pipeline.run(raw, [(PEOPLE, [wanted, at])])[0].rows if wanted else []:
        by_tenant[row[1]].append(row)
    found = {}
    for tenant, rows in by_tenant.items():
        pipeline.run(raw, [(SET_TENANT, [str(tenant)])])
        found.update({bytes(row[0]): begin.actor(raw, row[1:]) for row in rows})
    return found


def people(sessions: Iterable[bytes], at: datetime) -> dict[bytes, Actor]:
    """Who is behind these sessions; one that has ended is not there."""
    with transaction_scope() as raw:
        return _people(raw, sessions, at)


def seeing(place: str, sessions: Iterable[bytes], at: datetime) -> dict[bytes, Actor]:
    """Those of `sessions` who may see what is at `place` ("order:<id>", "customer:<id>", …)."""
    kind, _, name = place.partition(":")
    with transaction_scope() as raw:
        found = _people(raw, sessions, at)
        if kind != "order":
            return {s: a for s, a in found.items() if kind in PLACES and name and can(a, PLACES[kind])}
        allowed = {}
        for tenant in {a.tenant_id for a in found.values()}:
            try:
                there = placements(_work(raw, tenant, at), [UUID(name)])
            except ValueError:
                return {}
            for placed in there.values():
                allowed.update({s: a for s, a in found.items() if a.tenant_id == tenant and can(a, "order.view", placed)})
        return allowed


def missed_since(session: bytes, after: str, at: datetime) -> tuple[str, list[Item]] | None:
    """(position, what this person may hear of since `after`); None when it is too much, or `after` is no position of this feed."""
    with transaction_scope() as raw:
        found = _people(raw, [session], at).get(session)
        xid = after.partition(".")[0]
        if found is None or not xid.isascii() or not xid.isdigit() or len(xid) > 19 or int(xid) > int(_present(raw)):
            return None
        pipeline.run(raw, [(SET_TENANT, [str(found.tenant_id)])])
        work = Work(raw, found, at)
        items: list[Item] = []
        for _ in range(PAGES):
            try:
                position, more = views.feed(work, after)
            except DomainError:
                return None
            if position == after:
                return after, items
            items += [(o, t, s) for o, t, s in more]
            after = position
        return None
