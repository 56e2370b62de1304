"""Live updates: server-sent events for everybody who is logged in, and who looks at what (ADR 0022).

`GET /live` is one person's stream: `ready` (the key of the connection), `orders` (what happened to orders they may see), `inbox`,
`presence`, `beat` (every 15 s, with the position), `catch-up` (read anew), `logged-out`. A client resumes with the header
Last-Event-ID or `?after=`, the position in the feed (ADR 0005). `POST /live/here` says where the person of a connection is.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import psycopg
from django.db import Error as DjangoError
from django.db import connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from gongdan.kernel.clock import SystemClock
from gongdan.kernel.http.begin import token_hash
from gongdan.kernel.http.dispatch import COOKIE
from gongdan.wiring.start import start
from gongdan.wiring.supervisor.children import die_with_server

die_with_server()
start()

# settings must be in place first
from gongdan.wiring import watch  # noqa: E402
from gongdan.wiring.hub import Hub, Listener, message, places_of  # noqa: E402
from gongdan.wiring.tail import Tail, missed_since, people, seeing  # noqa: E402

log = logging.getLogger("gongdan.live")
PERIOD = 0.25
BEAT = 15.0
EVERYBODY = 40  # ticks (10 s) after which every session is looked up, with or without news
AROUND = 2  # ticks (0.5 s) after which deadlines and inboxes are looked at
LONGEST = 8_192  # bytes of a POST
Answer = TypeVar("Answer")
AWAY = (psycopg.Error, DjangoError, OSError)
_clock = SystemClock()


class Place(msgspec.Struct):
    """Where one of a browser's windows is, and what its person does there: looking, editing, writing."""

    place: str
    doing: str = "looking"


class Here(msgspec.Struct):
    """Where the person of a connection is, in all windows."""

    connection: str
    places: list[Place]


class Live:
    """The state of the process: its listeners, its tail and the one thread that speaks to the database."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.database = ThreadPoolExecutor(1, "database")
        self.running: asyncio.Task[None] | None = None
        self.leaving: set[asyncio.Task[None]] = set()

    async def ask(self, function: Callable[..., Answer], *args: Any) -> Answer:
        """Ask the database, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self.database, _closing, function, args)

    async def tail(self) -> None:
        """Look at the feed four times a second as long as somebody listens."""
        tail, turn = Tail(), 0
        while True:
            if not self.hub.listeners:
                tail, turn = Tail(), 0
            else:
                tail, turn = await self._tick(tail, turn)
            await asyncio.sleep(PERIOD)

    async def _tick(self, tail: Tail, turn: int) -> tuple[Tail, int]:
        def look() -> Any:
            sessions = self.hub.sessions()
            return tail.tick(_clock.now(), sessions, everybody=turn % EVERYBODY == 0, around=turn % AROUND == 0)

        try:
            self.hub.deliver(await self.ask(look))
        except AWAY as error:
            log.warning("database not available; trying again: %s", str(error).strip().split("\n")[0])
            await asyncio.sleep(1)
        except Exception:  # one bad tick must not silence everybody for good
            log.exception("a tick failed; going on")
        return tail, turn + 1

    async def announce(self, changed: set[tuple[UUID, str]]) -> None:
        """Tell those at the changed places, after asking who may still see them."""
        for tenant, place in changed:
            there = self.hub.at(tenant, place)
            if not there:
                continue
            allowed = await self.ask(seeing, place, {one.session for one in there}, _clock.now())
            for one in there:
                if one.session not in allowed:
                    one.places.pop(place, None)
            self.hub.announce(tenant, place)

    def leave(self, one: Listener) -> None:
        """A connection has ended: at once, not when somebody misses it."""
        task = asyncio.get_running_loop().create_task(self.announce(self.hub.drop(one)))
        self.leaving.add(task)
        task.add_done_callback(self.leaving.discard)


def _closing(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return function(*args)
    except AWAY:
        connection.close()
        raise


_live = Live()


def _token(request: Request) -> str:
    header = request.headers.get("authorization", "")
    return header[7:] if header.startswith("Bearer ") else request.cookies.get(COOKIE, "")


def _origin(request: Request) -> str | None:
    """The origin to answer to: "" when a browser named none, None when it is not ours.

    Ours is the host that was asked (behind a proxy), or that host at the port of GONGDAN_URL (the embedded default).
    """
    origin = request.headers.get("origin", "")
    if not origin:
        return None if request.headers.get("sec-fetch-site") == "cross-site" else ""
    theirs, host = urlsplit(origin), urlsplit(f"//{request.headers.get('host', '')}")
    ours = urlsplit(os.environ.get("GONGDAN_URL", ""))
    near = theirs.hostname == host.hostname and theirs.port in (host.port, ours.port)
    return origin if near or (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc) else None


def _headers(origin: str) -> dict[str, str]:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff", "Vary": "Origin"}
    return headers | ({"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"} if origin else {})


async def _events(one: Listener, after: str) -> AsyncIterator[bytes]:
    """What a listener hears: what it has missed, then what happens."""
    _live.hub.add(one)
    try:
        yield message("ready", {"connection": one.key}, after)
        if after:
            missed = await _live.ask(missed_since, one.session, after, _clock.now())
            if missed is None:
                yield message("catch-up", {})
            elif missed[1]:
                items = [{"order_id": o, "type": t, "seq": s} for o, t, s in missed[1]]
                yield message("orders", items, missed[0])
        while not (one.ended and not one.line):
            one.woken.clear()
            if not one.line:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(one.woken.wait(), BEAT)
            if one.line:
                said = b"".join(one.line)
                one.line.clear()
                yield said
            else:
                yield message("beat", {}, one.position)
    except AWAY as error:
        log.warning("a listener goes: %s", str(error).strip().split("\n")[0])
    finally:
        _live.leave(one)


async def live(request: Request) -> Response:
    """The stream of one person."""
    origin = _origin(request)
    if origin is None:
        return PlainTextResponse("not from there", status_code=403)
    headers = _headers(origin)
    session = token_hash(_token(request))
    try:
        actor = (await _live.ask(people, [session], _clock.now())).get(session)
    except AWAY:
        return PlainTextResponse("the database is away", status_code=503, headers={**headers, "Retry-After": "2"})
    if actor is None:
        return PlainTextResponse("log in first", status_code=401, headers=headers)
    if _live.hub.full(session):
        return PlainTextResponse("too many listeners", status_code=503, headers={**headers, "Retry-After": "30"})
    after = (request.headers.get("last-event-id") or request.query_params.get("after", ""))[:100]
    return StreamingResponse(_events(Listener(session, actor, after), after), media_type="text/event-stream", headers=headers)


async def here(request: Request) -> Response:
    """Where the person of a connection is. Nothing is written anywhere; the connection's end is leaving."""
    origin = _origin(request)
    if origin is None:
        return PlainTextResponse("not from there", status_code=403)
    headers = _headers(origin)
    if int(request.headers.get("content-length", "0")) > LONGEST:
        return PlainTextResponse("too long", status_code=413, headers=headers)
    try:
        said = msgspec.json.decode(await request.body(), type=Here)
    except msgspec.MsgspecError as error:
        return PlainTextResponse(str(error), status_code=422, headers=headers)
    one = _live.hub.listeners.get(said.connection)
    if one is None or one.session != token_hash(_token(request)):
        return Response(status_code=204, headers=headers)  # a connection that has just ended, or somebody else's: passed over
    changed = _live.hub.move(one, places_of((p.place, p.doing) for p in said.places))
    try:
        await _live.announce(changed)
    except AWAY:
        return PlainTextResponse("the database is away", status_code=503, headers={**headers, "Retry-After": "2"})
    return Response(status_code=204, headers=headers)


async def health(_: Request) -> Response:
    """Alive, and how many listen."""
    return JSONResponse(dict(_live.hub.figures()))


async def _watch() -> None:
    """Look after the worker's duties from here: a worker that is gone cannot say so."""
    with ThreadPoolExecutor(1, "watch") as beside:  # its own thread: a mail server that hangs must not keep the feed waiting
        while True:
            await asyncio.sleep(watch.EVERY_SECONDS)
            try:
                await asyncio.get_running_loop().run_in_executor(beside, _closing, watch.alarm, (_clock.now(),))
            except AWAY as error:
                log.warning("the watch finds no database: %s", str(error).strip().split("\n")[0])


@contextlib.asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    _live.running = asyncio.create_task(_live.tail())
    watching = asyncio.create_task(_watch())
    yield
    watching.cancel()
    _live.running.cancel()


application = Starlette(
    routes=[Route("/live", live), Route("/live/here", here, methods=["POST"]), Route("/healthz", health)], lifespan=_lifespan
)
