"""Start-up of a process: Django, permissions, reactions, guards. Idempotent."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec

import django

_started = [False]
PARTS = ("permissions", "messages", "events", "verbs", "jobs", "filters")


def start() -> None:
    """Set up Django and register what every slice declares."""
    if _started[0]:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongdan.wiring.settings")
    django.setup()
    from gongdan.wiring.settings import INSTALLED_APPS

    for app in INSTALLED_APPS:
        for part in PARTS:
            if find_spec(f"{app}.{part}"):
                import_module(f"{app}.{part}")
    for name in ("reactions", "guards"):
        if find_spec(f"gongdan.wiring.{name}"):
            import_module(f"gongdan.wiring.{name}").register()
    import_module("gongdan.wiring.watch")  # a duty
    _started[0] = True
