"""Verbs of calendars."""

from __future__ import annotations

from typing import Any

from gongdan.calendars.models import Calendar
from gongdan.engines.worktime import holidays
from gongdan.engines.worktime.calendar import DAYS, problems
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work

SHIFTS = [["09:00", "12:00"], ["13:30", "18:00"]]
ALWAYS = [["00:00", "24:00"]]


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
    """Add or replace a calendar. Raises Invalid naming the place, Conflict on a stale version."""
    require(work.actor, "calendar.edit")
    wrong = problems(definition)
    if wrong:
        raise Invalid(
            "calendar_wrong", field=wrong[0]["path"], reason=Words(wrong[0]["zh"], wrong[0]["en"]), extra={"errors": wrong}
        )
    found = Calendar.objects.select_for_update().filter(key=key).first()
    if found is None:
        return Calendar.objects.create(
            id=work.new_id(),
            tenant_id=work.actor.tenant_id,
            key=key,
            name=name,
            name_en=name_en,
            definition=definition,
            created_at=work.at,
            updated_at=work.at,
        )
    if version != found.version:
        theirs = {"definition": found.definition, "name": found.name}
        raise Conflict(
            "stale_version",
            extra={"mine": {"definition": definition}, "theirs": theirs, "version": found.version},
        )
    found.name, found.name_en, found.definition = name, name_en, definition
    found.version += 1
    found.updated_at = work.at
    found.save()
    return found
