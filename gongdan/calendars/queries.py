"""Reads of calendars, and the process cache of compiled ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from gongdan.engines.worktime.calendar import Compiled, compile_calendar
from gongdan.kernel.access import require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.work import Work

FRESH_SECONDS = 2.0
_cache: dict[tuple[UUID, str], tuple[int, Compiled]] = {}
_checked: dict[UUID, float] = {}


class CalendarOut(msgspec.Struct, frozen=True):
    """A calendar."""

    key: str
    name: str
    name_en: str
    definition: dict[str, Any]
    version: int


def lookup(work: Work) -> Callable[[str], Compiled]:
    """A function from calendar keys to compiled calendars, for rules. An edited calendar is seen within 2 seconds."""
    tenant = work.actor.tenant_id

    def find(key: str) -> Compiled:
        held = _cache.get((tenant, key))
        now = time.monotonic()  # house: allow clock – age of a cache, not time of the business
        if held is not None and now - _checked.get(tenant, 0.0) < FRESH_SECONDS:
            return held[1]
        _refresh(work, tenant)
        _checked[tenant] = now
        if (tenant, key) not in _cache:
            raise NotFound("not_found", field=f"calendar {key}")
        return _cache[(tenant, key)][1]

    return find


def _refresh(work: Work, tenant: UUID) -> None:
    for key, version in work.read("select key, version from calendars_calendar"):
        held = _cache.get((tenant, key))
        if held is None or held[0] != version:
            row = work.one("select definition, version from calendars_calendar where key = %s", [key])
            if row is not None:
                _cache[(tenant, key)] = (row[1], compile_calendar(msgspec.json.decode(row[0])))


def keys(work: Work) -> set[str]:
    """The keys of all calendars."""
    return {r[0] for r in work.read("select key from calendars_calendar")}


def rows(work: Work) -> list[CalendarOut]:
    """All calendars of the tenant."""
    require(work.actor, "calendar.view")
    found = work.read("select key, name, name_en, definition, version from calendars_calendar order by key")
    return [CalendarOut(k, n, e, msgspec.json.decode(d), v) for k, n, e, d, v in found]
