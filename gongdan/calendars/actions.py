"""Verbs of calendars."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from gongdan.accounts.queries import teams_by_key
from gongdan.calendars import queries, rules
from gongdan.calendars.models import Calendar, Use, Version
from gongdan.engines.worktime import holidays
from gongdan.engines.worktime.calendar import DAYS, problems
from gongdan.kernel import hooks, messages
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work

SHIFTS = [["09:00", "12:00"], ["13:30", "18:00"]]
ALWAYS = [["00:00", "24:00"]]
KEY = re.compile(r"[A-Za-z0-9_.\-]{1,60}")
CHINA = "CN"


def seed_china(work: Work) -> None:
    """The two calendars every Chinese company begins with: working days with 调休, and around the clock."""
    years = range(work.at.year - 1, work.at.year + 2)
    days, provisional = holidays.china(years, SHIFTS)
    work_days = {
        "zone": "Asia/Shanghai",
        "weekly": dict.fromkeys(DAYS[:5], SHIFTS),
        "days": days,
        "provisional": provisional,
    }
    put(work, "cn-work", "工作日（含调休）", "Working days in China", work_days, None)
    always = {"zone": "Asia/Shanghai", "weekly": dict.fromkeys(DAYS, ALWAYS), "days": {}}
    put(work, "always", "全天候", "Around the clock", always, None)


def put(work: Work, key: str, name: str, name_en: str, definition: dict[str, Any], version: int | None) -> Calendar:
    """Add or replace a calendar, and keep what it says as a version in force from now. Raises Invalid naming the place,
    Conflict on a stale version."""
    require(work.actor, "calendar.edit")
    if not KEY.fullmatch(key):
        raise Invalid("calendar_key_wrong", field="key", key=key)
    check(definition)
    found = Calendar.objects.select_for_update().filter(key=key).first()
    if found is None:
        last = Version.objects.filter(key=key).order_by("-version").values_list("version", flat=True).first()
        found = Calendar(
            id=work.new_id(), tenant_id=work.actor.tenant_id, key=key, version=(last or 0) + 1, created_at=work.at,
        )  # fmt: skip
    else:
        _fresh(found, version, mine={"definition": definition})
        found.version += 1
    found.name, found.name_en, found.definition = name, name_en, definition
    found.updated_at = work.at
    found.save()
    Version.objects.create(
        tenant_id=found.tenant_id,
        key=key,
        version=found.version,
        name=name,
        name_en=name_en,
        definition=definition,
        since=work.at,
        by_id=work.actor.id if work.actor.kind != "system" else None,
    )
    queries.forget(work.actor.tenant_id)
    return found


def check(definition: dict[str, Any]) -> None:
    """Raises Invalid naming the first place that is wrong, with all of them."""
    wrong = problems(definition)
    if wrong:
        raise Invalid(
            "calendar_wrong", field=wrong[0]["path"], reason=Words(wrong[0]["zh"], wrong[0]["en"]), extra={"errors": wrong}
        )


def _fresh(found: Calendar, version: int | None, mine: dict[str, Any]) -> None:
    if version != found.version:
        theirs = {"definition": found.definition, "name": found.name}
        raise Conflict("stale_version", extra={"mine": mine, "theirs": theirs, "version": found.version})


def import_years(
    work: Work, key: str, country: str, years: list[int], windows: list[list[str]] | None, version: int | None
) -> Calendar:
    """Take the official holidays of `years` into a calendar; make-up workdays get `windows` (default: those of its first weekday).

    Days of the company's own stay; what a provisional year had guessed goes. A year nobody has announced becomes provisional.
    Raises NotFound, Invalid for a country without data, Conflict on a stale version.
    """
    require(work.actor, "calendar.edit")
    found = Calendar.objects.filter(key=key).first()
    if found is None:
        raise NotFound("not_found", field="key")
    _fresh(found, version, mine={"years": years})
    definition = dict(found.definition)
    weekly = definition.get("weekly") or {}
    hours = windows or next((weekly[d] for d in DAYS if weekly.get(d)), SHIFTS)
    guessed = set(definition.get("provisional") or ())
    days = dict(definition.get("days") or {})
    official: dict[str, Any] = {}
    provisional: set[int] = set()
    for year in sorted(set(years)):
        statutory = _statutory(country, year)
        if year in guessed:
            days = {d: entry for d, entry in days.items() if statutory.get(d) != entry}
        if country == CHINA:
            listed, unknown = holidays.china(range(year, year + 1), hours)
            official |= listed
            provisional |= set(unknown)
        else:
            official |= statutory
    definition["days"] = dict(sorted((days | official).items()))
    definition["provisional"] = sorted((guessed - set(years)) | provisional)
    return put(work, key, found.name, found.name_en, definition, version)


def _statutory(country: str, year: int) -> dict[str, dict[str, Any]]:
    try:
        return holidays.statutory(country, year)
    except NotImplementedError:
        raise Invalid("country_unknown", field="country", country=country) from None


def delete(work: Work, key: str, version: int) -> None:
    """Take a calendar away; its versions stay, for deadlines of the past. Raises NotFound, Conflict when stale or in use."""
    require(work.actor, "calendar.edit")
    found = Calendar.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise NotFound("not_found", field="key")
    _fresh(found, version, mine={})
    blockers = _using(work, key) + hooks.blockers("calendar.delete", work, key)
    if blockers:
        said = [
            {
                "code": b.code,
                "zh": messages.text(b.code, "zh", b.values),
                "en": messages.text(b.code, "en", b.values),
                "link": b.link,
            }
            for b in blockers
        ]
        first = Words(said[0]["zh"], said[0]["en"])
        raise Conflict("calendar_used", field="key", key=key, first=first, extra={"blockers": said})
    found.delete()
    queries.forget(work.actor.tenant_id)


def _using(work: Work, key: str) -> list[hooks.Blocker]:
    """The uses that name a calendar, by kind; the shipped default counts until the company names another."""
    counts = work.read("select kind, count(*) from calendars_use where key = %s group by kind order by kind", [key])
    found = [
        hooks.Blocker(
            code="calendar_used_by", values={"source": Words(*rules.SOURCES[kind]), "count": str(count)}, link=f"uses.{kind}"
        )
        for kind, count in counts
    ]
    if key == rules.SHIPPED and not Use.objects.filter(kind="company").exclude(key="").exists():
        found.append(hooks.Blocker(code="calendar_is_default", link="uses.company"))
    return found


def set_use(work: Work, kind: str, owner_id: UUID, key: str | None, version: int) -> Use:
    """Give an owner a calendar of its own, or none (null). Version 0: it has none yet. Raises NotFound for a team or customer that
    is not there, Invalid for an unknown calendar, Conflict on a stale version."""
    require(work.actor, "calendar.edit")
    if hooks.blockers("calendar.use", work, (kind, owner_id)) or (kind == "team" and owner_id not in teams_by_key(work).values()):
        raise NotFound("calendar_owner_unknown", field="owner_id", source=Words(*rules.SOURCES[kind]))
    if key is not None and not Calendar.objects.select_for_update().filter(key=key).exists():
        raise Invalid("calendar_unknown_use", field="calendar", key=key)
    found = Use.objects.select_for_update().filter(kind=kind, owner_id=owner_id).first()
    held = found.version if found is not None else 0
    if version != held:
        theirs = {"calendar": (found.key or None) if found is not None else None}
        raise Conflict("stale_version", extra={"mine": {"calendar": key}, "theirs": theirs, "version": held})
    queries.forget(work.actor.tenant_id)
    values = {"key": key or "", "version": held + 1, "updated_at": work.at}
    if found is None:
        return Use.objects.create(tenant_id=work.actor.tenant_id, kind=kind, owner_id=owner_id, **values)
    Use.objects.filter(kind=kind, owner_id=owner_id).update(**values)
    found.key, found.version = key or "", held + 1
    return found
