"""All API operations of all slices, in one table."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from gongdan.kernel.http.operations import Operation, RouteTable
from gongdan.wiring.settings import INSTALLED_APPS

PREFIX = "/api/v1"


def operations() -> list[Operation]:
    """The operations of every slice that has routes."""
    found: list[Operation] = []
    for app in INSTALLED_APPS:
        if find_spec(f"{app}.routes"):
            found += import_module(f"{app}.routes").router.operations
    return found


def table() -> RouteTable:
    """The route table of the whole API."""
    return RouteTable(operations())
