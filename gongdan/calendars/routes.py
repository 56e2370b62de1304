"""HTTP of calendars."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from gongdan.calendars import actions, queries
from gongdan.calendars.queries import CalendarOut
from gongdan.kernel.http.operations import Call, Router

router = Router("calendars")


class CalendarIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New values of a calendar."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name_en: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    definition: dict[str, Any]


@router.get("/calendars", permission="calendar.view", returns=list[CalendarOut], summary="Calendars")
def rows(call: Call) -> list[CalendarOut]:
    return queries.rows(call.work)


@router.put(
    "/calendars/{key}", permission="calendar.edit", body=CalendarIn, returns=list[CalendarOut], versioned=True,
    summary="Change a calendar",
)  # fmt: skip
def put(call: Call, body: CalendarIn) -> list[CalendarOut]:
    actions.put(call.work, call.params["key"], body.name, body.name_en, body.definition, call.version())
    return queries.rows(call.work)
