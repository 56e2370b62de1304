"""Reads of calendars, and the process cache of compiled ones."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.calendars import rules
from gongdan.calendars.rules import CalendarChoice
from gongdan.engines.worktime.calendar import Compiled, compile_calendar
from gongdan.kernel.access import require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.work import Work

FRESH_SECONDS = 2.0
MOST_PINNED = 2_000
# what is there now, in one statement: each calendar's version, and a stamp that grows with every change of a use
STATE = (
    "select key, version from calendars_calendar "
    "union all select null, coalesce(sum(version), 0)::int + count(*)::int from calendars_use"
)
_cache: dict[tuple[UUID, str], tuple[int, Compiled]] = {}
_checked: dict[UUID, float] = {}
_uses: dict[UUID, tuple[int, rules.Uses]] = {}
_pinned: OrderedDict[tuple[UUID, str, int], Compiled] = OrderedDict()


class CalendarYearOut(msgspec.Struct, frozen=True):
    """A year whose days differ: official (its holidays are announced) or provisional, and since when it is so."""

    year: int
    state: str
    since: datetime


class CalendarOut(msgspec.Struct, frozen=True):
    """A calendar, with the years it knows the holidays of."""

    key: str
    name: str
    name_en: str
    definition: dict[str, Any]
    version: int
    years: list[CalendarYearOut] = []


class CalendarVersionOut(msgspec.Struct, frozen=True):
    """What a calendar was called from `since` to `until` (null: still in force), and who wrote it."""

    version: int
    name: str
    name_en: str
    since: datetime
    until: datetime | None
    by_id: UUID | None


class CalendarVersionDetail(msgspec.Struct, frozen=True):
    """What a calendar said in one version."""

    key: str
    version: int
    name: str
    name_en: str
    since: datetime
    definition: dict[str, Any]


class CalendarUseOut(msgspec.Struct, frozen=True):
    """Whose calendar it is; `calendar` null: the use was taken back. Version 0: there has never been one."""

    kind: str
    owner_id: UUID
    calendar: str | None
    version: int


def lookup(work: Work) -> Callable[[str], Compiled]:
    """A function from calendar keys to compiled calendars, for rules. An edited calendar is seen within 2 seconds.

    "key" is the calendar as it is now (as it last was, when it has been deleted), "key@3" is its third version, for ever.
    """

    def find(key: str) -> Compiled:
        name, _, number = key.partition("@")
        if number:
            return _version(work, name, int(number))
        _freshen(work)
        held = _cache.get((work.actor.tenant_id, key))
        return held[1] if held is not None else _last(work, key)

    return find


def pin(work: Work, key: str) -> str:
    """The key with the version in force now ("cn-work@3"): what a row keeps so that later edits do not rewrite its past.

    Of a deleted calendar the last one. Raises NotFound for one that never was.
    """
    if "@" in key:
        return key
    _freshen(work)
    held = _cache.get((work.actor.tenant_id, key))
    return f"{key}@{held[0] if held is not None else history(work, key)[-1][0]}"


def choose(
    work: Work,
    *,
    policy: str | None = None,
    contract_id: UUID | None = None,
    customer_id: UUID | None = None,
    team_id: UUID | None = None,
) -> CalendarChoice:
    """Which calendar a clock runs by, and why: `rules.choose` over what this process knows. No statement when that is fresh."""
    _freshen(work)
    tenant = work.actor.tenant_id
    return rules.choose(
        _uses[tenant][1],
        lambda key: (tenant, key.partition("@")[0]) in _cache,
        company=tenant,
        policy=policy,
        contract_id=contract_id,
        customer_id=customer_id,
        team_id=team_id,
    )


def _freshen(work: Work) -> None:
    tenant = work.actor.tenant_id
    now = time.monotonic()  # house: allow clock – age of a cache, not time of the business
    if tenant in _checked and now - _checked[tenant] < FRESH_SECONDS:
        return
    present: set[str] = set()
    for key, version in work.read(STATE):
        if key is None:
            if tenant not in _uses or _uses[tenant][0] != version:
                found = work.read("select kind, owner_id, key from calendars_use where key <> ''")
                _uses[tenant] = (version, {(kind, owner): name for kind, owner, name in found})
            continue
        present.add(key)
        held = _cache.get((tenant, key))
        if held is None or held[0] != version:
            row = work.one("select definition, version from calendars_calendar where key = %s", [key])
            if row is not None:
                _cache[(tenant, key)] = (row[1], compile_calendar(msgspec.json.decode(row[0])))
    for gone in [k for k in _cache if k[0] == tenant and k[1] not in present]:
        del _cache[gone]
    _checked[tenant] = now


def forget(tenant: UUID) -> None:
    """Look again at the next question: this process has just changed a calendar of the tenant."""
    _checked.pop(tenant, None)


def _version(work: Work, key: str, number: int) -> Compiled:
    slot = (work.actor.tenant_id, key, number)
    held = _pinned.get(slot)
    if held is not None:
        _pinned.move_to_end(slot)
        return held
    row = work.one("select definition from calendars_version where key = %s and version = %s", [key, number])
    if row is None:
        raise NotFound("not_found", field=f"calendar {key}@{number}")
    _pinned[slot] = made = compile_calendar(msgspec.json.decode(row[0]))
    if len(_pinned) > MOST_PINNED:
        _pinned.popitem(last=False)
    return made


def _last(work: Work, key: str) -> Compiled:
    row = work.one("select max(version) from calendars_version where key = %s", [key])
    if row is None or row[0] is None:
        raise NotFound("not_found", field=f"calendar {key}")
    return _version(work, key, row[0])


def as_of(work: Work, key: str, at: datetime) -> tuple[int, Compiled]:
    """(version, calendar) in force at an instant; before the first version, the first. Raises NotFound."""
    number = version_at(work, key, at)
    return number, _version(work, key, number)


def version_at(work: Work, key: str, at: datetime) -> int:
    """The number of the version in force at an instant; before the first version, the first. Raises NotFound."""
    row = work.one(
        "select coalesce(max(version) filter (where since <= %s), min(version)) from calendars_version where key = %s", [at, key]
    )
    if row is None or row[0] is None:
        raise NotFound("not_found", field=f"calendar {key}")
    return int(row[0])


def history(work: Work, key: str) -> list[tuple[int, datetime]]:
    """(version, since when) of a calendar, oldest first. Raises NotFound."""
    found: list[tuple[int, datetime]] = work.read(
        "select version, since from calendars_version where key = %s order by version", [key]
    )
    if not found:
        raise NotFound("not_found", field=f"calendar {key}")
    return found


def versions(work: Work, key: str, cursor: str = "", limit: int = 50) -> Page[CalendarVersionOut]:
    """The versions of a calendar, newest first, those of a deleted one too. Raises NotFound."""
    require(work.actor, "calendar.view")
    most = clamp(limit)
    before = decode_cursor(cursor, int)[0] if cursor else (1 << 31) - 1
    rows = work.read(
        "select version, name, name_en, since, lead(since) over (order by version), by_id from calendars_version where key = %s "
        "order by version desc",
        [key],
    )
    if not rows:
        raise NotFound("not_found", field="key")
    shown = [CalendarVersionOut(*r) for r in rows if r[0] < before]
    return Page(items=shown[:most], next=encode_cursor(shown[most - 1].version) if len(shown) > most else None)


def version(work: Work, key: str, number: int) -> CalendarVersionDetail:
    """One version of a calendar. Raises NotFound."""
    require(work.actor, "calendar.view")
    row = work.one(
        "select key, version, name, name_en, since, definition from calendars_version where key = %s and version = %s",
        [key, number],
    )
    if row is None:
        raise NotFound("not_found", field="version")
    return CalendarVersionDetail(row[0], row[1], row[2], row[3], row[4], msgspec.json.decode(row[5]))


def keys(work: Work) -> set[str]:
    """The keys of all calendars."""
    return {r[0] for r in work.read("select key from calendars_calendar")}


def rows(work: Work) -> list[CalendarOut]:
    """All calendars of the tenant."""
    require(work.actor, "calendar.view")
    found = work.read("select key, name, name_en, definition, version from calendars_calendar order by key")
    years = _years(work, None)
    return [CalendarOut(k, n, e, msgspec.json.decode(d), v, years.get(k, [])) for k, n, e, d, v in found]


def one(work: Work, key: str) -> CalendarOut:
    """A calendar. Raises NotFound."""
    require(work.actor, "calendar.view")
    row = work.one("select key, name, name_en, definition, version from calendars_calendar where key = %s", [key])
    if row is None:
        raise NotFound("not_found", field="key")
    return CalendarOut(row[0], row[1], row[2], msgspec.json.decode(row[3]), row[4], _years(work, key).get(key, []))


def _years(work: Work, key: str | None) -> dict[str, list[CalendarYearOut]]:
    """The years of one calendar, or of all, by key."""
    found = work.read(
        "select v.key, v.version, v.since, "
        "array(select distinct left(d, 4)::int from jsonb_object_keys(v.definition -> 'days') d), "
        "array(select p::int from jsonb_array_elements_text(v.definition -> 'provisional') p) "
        "from calendars_version v where (%s::text is null or v.key = %s) order by v.key, v.version",
        [key, key],
    )
    history: dict[str, list[Any]] = {}
    for name, number, since, listed, provisional in found:
        history.setdefault(name, []).append((number, since, set(listed), set(provisional)))
    return {
        name: [CalendarYearOut(year, state, since) for year, (state, since) in rules.year_states(all_).items()]  # type: ignore[arg-type]
        for name, all_ in history.items()
    }


def uses(work: Work, kind: str | None = None, cursor: str = "", limit: int = 50) -> Page[CalendarUseOut]:
    """Whose calendars are which, one page; uses taken back are not shown."""
    require(work.actor, "calendar.view")
    most = clamp(limit)
    after = decode_cursor(cursor, str, UUID) if cursor else ["", UUID(int=0)]
    found = work.read(
        "select kind, owner_id, key, version from calendars_use where key <> '' and (%s::text is null or kind = %s) "
        "and (kind, owner_id) > (%s, %s) order by kind, owner_id limit %s",
        [kind, kind, *after, most + 1],
    )
    shown = [CalendarUseOut(*r) for r in found[:most]]
    return Page(items=shown, next=encode_cursor(shown[-1].kind, shown[-1].owner_id) if len(found) > most else None)


def use(work: Work, kind: str, owner_id: UUID) -> CalendarUseOut:
    """The calendar of one owner, none with version 0."""
    require(work.actor, "calendar.view")
    row = work.one(
        "select kind, owner_id, nullif(key, ''), version from calendars_use where kind = %s and owner_id = %s", [kind, owner_id]
    )
    return CalendarUseOut(*row) if row is not None else CalendarUseOut(kind, owner_id, None, 0)
