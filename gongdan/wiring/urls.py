"""Server-rendered pages. The API does not pass through here: see `wiring.wsgi`."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("gongdan.portal") and find_spec("gongdan.portal.urls"):
    urlpatterns.append(path("", include("gongdan.portal.urls")))
