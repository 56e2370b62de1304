"""The WSGI application: the API by its own dispatcher, everything else by Django and the built web files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gongdan.kernel.clock import SystemClock
from gongdan.kernel.http.dispatch import Api
from gongdan.wiring import api, static
from gongdan.wiring.start import start
from gongdan.wiring.supervisor.children import die_with_server

die_with_server()
start()

from django.core.wsgi import get_wsgi_application  # noqa: E402 – settings must be in place first

_pages = get_wsgi_application()
_api = Api(api.table(), SystemClock(), api.PREFIX)
_web = static.WebFiles(static.DIST)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Route by the first path segment."""
    path: str = environ.get("PATH_INFO", "")
    if path.startswith("/api/"):
        return _api(environ, start_response)
    if path == "/healthz":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]
    served = _web(environ, start_response)
    return served if served is not None else _pages(environ, start_response)
