"""The built web files: hashed assets for ever, index pages fresh, nothing outside the folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings

HERE = Path(__file__).resolve().parent
# the clone's build; in an installed package setup.py has put a copy beside this file
DIST = next((p for p in (HERE.parent.parent / "web" / "dist", HERE / "web") if p.exists()), HERE / "web")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'{live}; frame-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d+)?")
PAGES = {"/": "index.html", "/field": "field.html"}
# pages of the console that people type without /app
TYPED = frozenset("home orders board customers engineers blueprints inbox me help start login replies changes".split())


def _live(environ: dict[str, Any]) -> str:
    """The live process's origin, when it has a port of its own: the asked host at that port (ADR 0022)."""
    port = re.fullmatch(r":(\d{1,5})/live", settings.LIVE)
    host = HOST.fullmatch(environ.get("HTTP_HOST", ""))
    return f" {environ.get('wsgi.url_scheme', 'http')}://{host[1]}:{port[1]}" if port and host else ""


class WebFiles:
    """Serves `folder`; paths without a file under /app and /field fall back to their page (client routes)."""

    def __init__(self, folder: Path) -> None:
        self.files = {"/" + p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.suffix in TYPES and p.is_file()}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes] | None:
        path: str = environ.get("PATH_INFO", "")
        first = path.strip("/").partition("/")[0]
        if first in TYPED and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            query = environ.get("QUERY_STRING", "")
            to = "/app" if first == "login" else "/app/" + quote(path.strip("/"), encoding="latin-1")
            start(
                "302 Found",
                [("Location", f"{to}?{query}" if query else to), ("Content-Length", "0"), ("Cache-Control", "no-cache")],
            )
            return []
        found = self.files.get(path) or self._page(path)
        if found is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        compressed = found.with_name(found.name + ".gz")
        headers = [
            ("Content-Type", TYPES[found.suffix]),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Vary", "Accept-Encoding"),
            (
                "Cache-Control",
                "public, max-age=31536000, immutable" if path.startswith("/assets/") else "no-cache",
            ),
        ]
        if found.suffix == ".html":
            headers.append(("Content-Security-Policy", CSP.replace("{live}", _live(environ))))
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") and compressed.exists():
            found = compressed
            headers.append(("Content-Encoding", "gzip"))
        body = found.read_bytes()
        headers.append(("Content-Length", str(len(body))))
        start("200 OK", headers)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def _page(self, path: str) -> Path | None:
        if path in ("/", "/app") or path.startswith("/app/"):
            return self.files.get("/index.html")
        if path == "/field" or path.startswith("/field/"):
            return self.files.get("/field.html")
        return None
