"""The WSGI application: the API by its own dispatcher, everything else by Django and the built web files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import psycopg
from django.db import Error as DatabaseError
from django.db import connection

from gongdan.kernel import deadman
from gongdan.kernel.clock import SystemClock
from gongdan.kernel.http.dispatch import Api
from gongdan.wiring import api, static
from gongdan.wiring.start import start
from gongdan.wiring.supervisor.children import die_with_server

die_with_server()
start()

from django.core.wsgi import get_wsgi_application  # noqa: E402 – settings must be in place first

_pages = get_wsgi_application()
_clock = SystemClock()
_api = Api(api.table(), _clock, api.PREFIX)
_web = static.WebFiles(static.DIST)


def _ready(start_response: Callable[..., Any]) -> Iterable[bytes]:
    """200 when the database answers and no duty is late, else 503; the body says how each stands."""
    try:
        state = deadman.look(_clock.now())
    except (DatabaseError, psycopg.Error):
        connection.close()
        start_response("503 Service Unavailable", [("Content-Type", "application/json")])
        return [b'{"ok":false,"database":"away"}']
    start_response("200 OK" if state.ok else "503 Service Unavailable", [("Content-Type", "application/json")])
    return [msgspec.json.encode(state)]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Route by the first path segment."""
    path: str = environ.get("PATH_INFO", "")
    if path.startswith("/api/"):
        return _api(environ, start_response)
    if path == "/healthz":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]
    if path == "/ready":
        return _ready(start_response)
    served = _web(environ, start_response)
    return served if served is not None else _pages(environ, start_response)
