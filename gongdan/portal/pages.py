"""What all portal pages share: language, headers, the source of a request and its pace.

No cookies and no session: a write carries the unguessable link (or is the public form), and a one-time operation id, so there
is nothing a foreign page could borrow, and a double press has one effect.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import threading
import time
from collections import deque
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse
from django.template import loader

from gongdan.portal.words import words

CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
MOST_BODY = 40 * 1_048_576
LIMIT, WINDOW = 30, 600.0
SPACE = UUID("5f0c1c38-6f8e-4d2c-9a53-6c2d1f0b7a11")


def locale_of(request: HttpRequest) -> str:
    """zh or en: what the address asks for, else what the browser prefers."""
    asked = request.GET.get("lang") or request.headers.get("Accept-Language", "zh")
    return "en" if asked.lower().startswith("en") else "zh"


def page(request: HttpRequest, name: str, status: int = 200, **values: Any) -> HttpResponse:
    """A rendered page with the headers every portal page has."""
    locale = locale_of(request)
    context = {
        "w": words(locale),
        "lang": locale,
        "other": "zh" if locale == "en" else "en",
        "html_lang": "en" if locale == "en" else "zh-CN",
        **values,
    }
    return _headed(HttpResponse(loader.render_to_string(f"portal/{name}.html", context), status=status))


def to(path: str, locale: str) -> HttpResponse:
    """See the page at `path` (RFC 9110 §15.4.4): reloading it then repeats no write."""
    response = _headed(HttpResponse(status=303))
    response["Location"] = f"{path}?lang={locale}"
    return response


def _headed(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = CSP
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def gone(request: HttpRequest) -> HttpResponse:
    """The one answer to a link that never was, has ended, or was revoked."""
    return page(request, "gone", 404)


def operation_id(given: str, *content: str) -> UUID:
    """The id under which a write has one effect: the form's own, bound to what was written.

    The same form sent twice is one write; a form gone back to and changed is another.
    """
    digest = hashlib.sha256("\x1f".join([given[:100], *content]).encode("utf-8", "replace")).hexdigest()
    return uuid5(SPACE, digest) if given else uuid4()


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Why a write is not even read: too large, or too many from one source. None when it may go on."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or int(length) > MOST_BODY:
        return page(request, "refused", 413, why="too_large")
    if pace.over(source_of(request)):
        response = page(request, "refused", 429, why="too_many")
        response["Retry-After"] = str(int(WINDOW))
        return response
    return None


def source_of(request: HttpRequest) -> str:
    """Who is asking: the peer, or what the last of our own proxies says (GONGDAN_PROXIES of them stand before us).

    What a client writes into X-Forwarded-For itself is further left and never believed. IPv6 counts by its /64.
    """
    hops = int(os.environ.get("GONGDAN_PROXIES", "0"))
    named = [a.strip() for a in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if a.strip()]
    address = named[-hops] if 0 < hops <= len(named) else request.META.get("REMOTE_ADDR", "")
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return str(address)[:100]
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


class Pace:
    """At most `limit` writes per source and `window` seconds, in this process."""

    def __init__(self, limit: int, window: float, sources: int = 10_000) -> None:
        self.limit, self.window, self.sources = limit, window, sources
        self._seen: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def over(self, source: str) -> bool:
        """Count one write of `source`; True when it is one too many."""
        now = time.monotonic()  # house: allow clock – pace of a source, not time of the business
        with self._lock:
            if len(self._seen) >= self.sources:
                self._drop(now)
            seen = self._seen.setdefault(source, deque(maxlen=self.limit + 1))
            while seen and seen[0] < now - self.window:
                seen.popleft()
            seen.append(now)
            return len(seen) > self.limit

    def _drop(self, now: float) -> None:
        """Forget sources that are quiet; when all are loud, the oldest half."""
        quiet = [s for s, seen in self._seen.items() if not seen or seen[-1] < now - self.window]
        for source in quiet or list(self._seen)[: self.sources // 2]:
            del self._seen[source]

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._seen.clear()


pace = Pace(LIMIT, WINDOW)
