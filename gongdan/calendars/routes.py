"""HTTP of calendars."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gongdan.calendars import actions, queries
from gongdan.calendars.queries import CalendarOut
from gongdan.kernel.http.operations import Call, Router

router = Router("calendars")


Window = tuple[str, str]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Exceptional(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A day that differs: its windows (none: off) and what it is called."""

    windows: list[Window]
    name: str = ""


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Working hours: an IANA zone, windows per weekday, days that differ, years whose holidays are not official yet."""

    weekly: dict[Day, list[Window]]
    zone: Annotated[str, msgspec.Meta(max_length=60)] = "Asia/Shanghai"
    days: dict[str, Exceptional | list[Window]] = {}
    provisional: list[int] = []


class CalendarIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New values of a calendar."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name_en: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    definition: Definition


@router.get("/calendars", permission="calendar.view", returns=list[CalendarOut], summary="Calendars")
def rows(call: Call) -> list[CalendarOut]:
    return queries.rows(call.work)


@router.put(
    "/calendars/{key}", permission="calendar.edit", body=CalendarIn, returns=list[CalendarOut], versioned=True,
    summary="Change a calendar",
)  # fmt: skip
def put(call: Call, body: CalendarIn) -> list[CalendarOut]:
    actions.put(call.work, call.params["key"], body.name, body.name_en, msgspec.to_builtins(body.definition), call.version())
    return queries.rows(call.work)
