"""Live updates: one tailer per process reads the event feed, every client gets what its person may see (ADR 0005).

Server-sent events at /live. A client resumes with Last-Event-ID (the feed position); `catch-up` tells it to re-read when the
position is too old. Visibility is asked per client through the same feed query the API uses.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from gongdan.kernel.clock import SystemClock
from gongdan.kernel.errors import DomainError
from gongdan.kernel.http import begin
from gongdan.kernel.http.dispatch import COOKIE
from gongdan.kernel.work import Work, batch, transaction_scope
from gongdan.wiring.start import start
from gongdan.wiring.supervisor.children import die_with_server

die_with_server()
start()

PERIOD = 0.25
BEAT = 15.0
MOST = 1_000
_clock = SystemClock()
_clients = asyncio.Semaphore(MOST)


def _read(token: str, after: str) -> tuple[str, list[dict[str, Any]]] | None:
    """The feed of one person since `after`; None when the session has ended."""
    from gongdan.orders import views

    at = _clock.now()
    with transaction_scope() as raw:
        rows = batch(raw, [begin.statement(token, None, at)])
        if not rows[0]:
            return None
        begun = begin.Begun(rows[0][0], raw)
        position, items = views.feed(Work(raw, begun.actor, at), after)
    return position, [{"order_id": str(o), "type": t, "seq": s} for o, t, s in items]


async def _events(token: str, after: str) -> AsyncIterator[bytes]:
    position = after
    quiet = 0.0
    async with _clients:
        while True:
            try:
                found = await asyncio.to_thread(_read, token, position)
            except DomainError:
                position, found = "", ("", [])
                yield b"event: catch-up\ndata: {}\n\n"
            if found is None:
                yield b"event: logged-out\ndata: {}\n\n"
                return
            moved = found[0] != position
            position = found[0]
            for item in found[1]:
                yield (b"id: " + position.encode() + b"\nevent: order\ndata: " + msgspec.json.encode(item) + b"\n\n")
            quiet = 0.0 if moved else quiet + PERIOD
            if quiet >= BEAT:
                quiet = 0.0
                yield b": beat\n\n"
            await asyncio.sleep(PERIOD if moved else min(1.0, PERIOD * 2))


async def live(request: Request) -> Response:
    """The stream of one client."""
    header = request.headers.get("authorization", "")
    token = header[7:] if header.startswith("Bearer ") else request.cookies.get(COOKIE, "")
    if not token or await asyncio.to_thread(_read, token, "") is None:
        return PlainTextResponse("log in first", status_code=401)
    if _clients.locked():
        return PlainTextResponse("too many clients", status_code=503, headers={"Retry-After": "5"})
    after = request.headers.get("last-event-id", "")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(_events(token, after), media_type="text/event-stream", headers=headers)


async def health(_: Request) -> Response:
    """Alive."""
    return PlainTextResponse("ok")


@contextlib.asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    yield


application = Starlette(routes=[Route("/live", live), Route("/healthz", health)], lifespan=_lifespan)
