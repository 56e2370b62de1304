"""The built web files: hashed assets for ever, index pages fresh, nothing outside the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# the clone's build; in an installed package setup.py has put a copy beside this file
DIST = next((p for p in (HERE.parent.parent / "web" / "dist", HERE / "web") if p.exists()), HERE / "web")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
PAGES = {"/": "index.html", "/field": "field.html"}


class WebFiles:
    """Serves `folder`; paths without a file under /app and /field fall back to their page (client routes)."""

    def __init__(self, folder: Path) -> None:
        self.files = {"/" + p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.suffix in TYPES and p.is_file()}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes] | None:
        path: str = environ.get("PATH_INFO", "")
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
            headers.append(("Content-Security-Policy", CSP))
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
