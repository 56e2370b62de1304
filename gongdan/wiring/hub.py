"""Listeners of the live process, in memory: who hears what, and who is where (ADR 0022). No I/O: `live` reads and sends.

A listener's messages wait in a short line; one that reads too slowly loses them and is told to catch up instead.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter, deque
from collections.abc import Iterable
from uuid import UUID

import msgspec

from gongdan.kernel.access import Actor, can, relations
from gongdan.wiring.tail import NOTHING, Heard, Tick

MOST = 2_000  # listeners of a process
MOST_OF_ONE = 20  # of one session; a browser needs one
LINE = 200  # messages that wait for a slow listener
PLACES = 20  # of one listener: a browser's tabs
ENCODE = msgspec.json.Encoder().encode
DOINGS = ("looking", "editing", "writing")


class There(msgspec.Struct, frozen=True):
    """Somebody at a place."""

    id: UUID
    name: str
    doing: str


def message(kind: str, data: object, position: str = "") -> bytes:
    """One server-sent event."""
    head = f"id: {position}\n" if position else ""
    return f"{head}event: {kind}\ndata: ".encode() + ENCODE(data) + b"\n\n"


class Listener:
    """One connection: whose it is, what waits to be sent, and where its person is."""

    __slots__ = ("actor", "ended", "key", "line", "places", "position", "session", "woken")

    def __init__(self, session: bytes, actor: Actor, position: str) -> None:
        self.session = session
        self.actor = actor
        self.position = position
        self.key = secrets.token_urlsafe(12)
        self.line: deque[bytes] = deque()
        self.woken = asyncio.Event()
        self.places: dict[str, str] = {}
        self.ended = False

    def push(self, said: bytes) -> None:
        """Put a message into the line; a full one is given up for a `catch-up`."""
        if len(self.line) >= LINE:
            self.line.clear()
            self.line.append(message("catch-up", {}, self.position))
        self.line.append(said)
        self.woken.set()

    def end(self, said: bytes) -> None:
        """Say a last thing and hang up."""
        self.line.append(said)
        self.ended = True
        self.woken.set()


class Hub:
    """All listeners of this process."""

    def __init__(self) -> None:
        self.listeners: dict[str, Listener] = {}

    def full(self, session: bytes) -> bool:
        """Whether no more can be taken, at all or of this session."""
        if len(self.listeners) >= MOST:
            return True
        return sum(one.session == session for one in self.listeners.values()) >= MOST_OF_ONE

    def sessions(self) -> dict[bytes, UUID]:
        """The sessions that listen, and their companies."""
        return {one.session: one.actor.tenant_id for one in self.listeners.values()}

    def add(self, one: Listener) -> None:
        """Take a listener."""
        self.listeners[one.key] = one

    def drop(self, one: Listener) -> set[tuple[UUID, str]]:
        """Let a listener go. Returns the places it has left."""
        self.listeners.pop(one.key, None)
        left = {(one.actor.tenant_id, p) for p in one.places}
        one.places = {}
        return left

    def deliver(self, tick: Tick) -> None:
        """Tell everybody what of a tick is theirs to hear."""
        known: dict[tuple[UUID, tuple[int, ...]], bytes] = {}
        for one in list(self.listeners.values()):
            if one.session in tick.asked:
                actor = tick.people.get(one.session)
                if actor is None:
                    one.end(message("logged-out", {}))
                    continue
                one.actor = actor
            one.position = f"{tick.xid}.{NOTHING}"
            if tick.missed:
                one.push(message("catch-up", {}))
            elif (heard := tick.heard.get(one.actor.tenant_id)) is not None:
                one.position = heard.position or one.position
                self._tell(one, heard, known)
            if one.actor.id in tick.noticed:
                one.push(message("inbox", {}))

    def _tell(self, one: Listener, heard: Heard, known: dict[tuple[UUID, tuple[int, ...]], bytes]) -> None:
        theirs = visible(one.actor, heard)
        if not theirs:
            return
        key = (one.actor.tenant_id, theirs)
        if key not in known:
            items = [heard.items[n] for n in theirs]
            known[key] = message("orders", [{"order_id": o, "type": t, "seq": s} for o, t, s in items], heard.position)
        one.push(known[key])

    def move(self, one: Listener, places: dict[str, str]) -> set[tuple[UUID, str]]:
        """Note where a listener's person is now. Returns the places where that changed something."""
        changed = {p for p in set(places) | set(one.places) if places.get(p) != one.places.get(p)}
        one.places = places
        return {(one.actor.tenant_id, p) for p in changed}

    def at(self, tenant: UUID, place: str) -> list[Listener]:
        """Who is at a place."""
        return [one for one in self.listeners.values() if place in one.places and one.actor.tenant_id == tenant]

    def announce(self, tenant: UUID, place: str) -> None:
        """Tell those at a place who is there: each person once, with the most that any of their windows does."""
        there = self.at(tenant, place)
        doing: dict[UUID, str] = {}
        for one in there:
            before = doing.get(one.actor.id, DOINGS[0])
            doing[one.actor.id] = max(before, one.places[place], key=DOINGS.index)
        names = {one.actor.id: one.actor.name for one in there}
        found = [There(id_, names[id_], does) for id_, does in sorted(doing.items())]
        said = message("presence", {"place": place, "people": found})
        for one in there:
            one.push(said)

    def figures(self) -> Counter[str]:
        """Sizes, for the health page."""
        return Counter(listeners=len(self.listeners), waiting=sum(len(one.line) for one in self.listeners.values()))


def visible(actor: Actor, heard: Heard) -> tuple[int, ...]:
    """The positions in `heard.items` of what `actor` may hear of: what they may see."""
    if "all" in relations(actor, "order.view"):
        return tuple(n for n, i in enumerate(heard.items) if i[0] in heard.places)
    seen = {o for o, placed in heard.places.items() if can(actor, "order.view", placed)}
    return tuple(n for n, i in enumerate(heard.items) if i[0] in seen)


def places_of(asked: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What a browser says of where it is, as far as it can be meant: at most PLACES, the most it does at each."""
    found: dict[str, str] = {}
    for place, doing in asked:
        if len(place) <= 100 and doing in DOINGS and (place in found or len(found) < PLACES):
            found[place] = max(found.get(place, DOINGS[0]), doing, key=DOINGS.index)
    return found
