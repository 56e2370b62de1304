"""HTTP of calendars."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from gongdan.calendars import actions, queries
from gongdan.calendars import preview as previews
from gongdan.calendars.preview import CalendarPreviewOut
from gongdan.calendars.queries import CalendarOut, CalendarUseOut, CalendarVersionDetail, CalendarVersionOut
from gongdan.calendars.rules import CalendarChoice
from gongdan.kernel.errors import Invalid
from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page

router = Router("calendars")
ONE = "/calendars/{key}"
USE = "/calendar-uses/{kind}/{owner_id}"
KINDS = ("contract", "customer", "team", "company")

Window = tuple[str, str]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Cursor = Annotated[str, msgspec.Meta(max_length=500)]
YearNumber = Annotated[int, msgspec.Meta(ge=1970, le=2100)]


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


class CalendarImportIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which official years to take over; `windows`: the hours of make-up workdays (default: those of the first weekday)."""

    years: Annotated[list[YearNumber], msgspec.Meta(min_length=1, max_length=10)]
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "CN"
    windows: list[Window] | None = None


class CalendarPreviewIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A definition that is not saved yet, and what to compare: a month, sample instants, working minutes from each."""

    definition: Definition
    month: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}$")]
    key: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    starts: Annotated[list[Annotated[datetime, msgspec.Meta(tz=True)]], msgspec.Meta(max_length=50)] = []
    minutes: Annotated[list[Annotated[int, msgspec.Meta(ge=0, le=525_600)]], msgspec.Meta(min_length=1, max_length=10)]


class CalendarUseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The calendar of an owner; null: none of its own."""

    calendar: Annotated[str, msgspec.Meta(max_length=60)] | None


class ListQuery(msgspec.Struct, frozen=True):
    """Where a list goes on."""

    cursor: Cursor = ""
    limit: int = 50


class UsesQuery(msgspec.Struct, frozen=True):
    """Which uses."""

    kind: Literal["contract", "customer", "team", "company"] | None = None
    cursor: Cursor = ""
    limit: int = 50


class AtQuery(msgspec.Struct, frozen=True):
    """An instant."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]


class ChoiceQuery(msgspec.Struct, frozen=True):
    """Whose clock it would be."""

    policy: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    contract_id: UUID | None = None
    customer_id: UUID | None = None
    team_id: UUID | None = None


@router.get("/calendars", permission="calendar.view", returns=list[CalendarOut], summary="Calendars")
def rows(call: Call) -> list[CalendarOut]:
    return queries.rows(call.work)


@router.get(
    "/calendars/choice", permission="calendar.view", query=ChoiceQuery, returns=CalendarChoice, summary="Which calendar, and why",
)  # fmt: skip
def choice(call: Call) -> CalendarChoice:
    q = call.query
    return queries.choose(call.work, policy=q.policy, contract_id=q.contract_id, customer_id=q.customer_id, team_id=q.team_id)


@router.post(
    "/calendars/preview", permission="calendar.edit", body=CalendarPreviewIn, returns=CalendarPreviewOut, writes=False,
    summary="What a changed calendar would change",
)  # fmt: skip
def preview(call: Call, body: CalendarPreviewIn) -> CalendarPreviewOut:
    definition = msgspec.to_builtins(body.definition)
    return previews.preview(call.work, body.key, definition, body.month, body.starts, body.minutes)


@router.get(ONE, permission="calendar.view", returns=CalendarOut, summary="A calendar")
def one(call: Call) -> CalendarOut:
    return queries.one(call.work, call.params["key"])


@router.put(
    ONE, permission="calendar.edit", body=CalendarIn, returns=list[CalendarOut], versioned=True, summary="Change a calendar",
)  # fmt: skip
def put(call: Call, body: CalendarIn) -> list[CalendarOut]:
    actions.put(call.work, call.params["key"], body.name, body.name_en, msgspec.to_builtins(body.definition), call.version())
    return queries.rows(call.work)


@router.delete(ONE, permission="calendar.edit", versioned=True, summary="Delete a calendar that nothing uses")
def delete(call: Call) -> None:
    actions.delete(call.work, call.params["key"], call.version())


@router.post(
    f"{ONE}/import", permission="calendar.edit", body=CalendarImportIn, returns=CalendarOut, versioned=True,
    summary="Take over official holidays",
)  # fmt: skip
def import_years(call: Call, body: CalendarImportIn) -> CalendarOut:
    windows = [list(w) for w in body.windows] if body.windows is not None else None
    actions.import_years(call.work, call.params["key"], body.country, body.years, windows, call.version())
    return queries.one(call.work, call.params["key"])


@router.get(
    f"{ONE}/versions", permission="calendar.view", query=ListQuery, returns=Page[CalendarVersionOut], summary="Its versions",
)  # fmt: skip
def versions(call: Call) -> Page[CalendarVersionOut]:
    return queries.versions(call.work, call.params["key"], call.query.cursor, call.query.limit)


@router.get(
    f"{ONE}/in-force", permission="calendar.view", query=AtQuery, returns=CalendarVersionDetail, summary="A calendar as it was",
)  # fmt: skip
def in_force(call: Call) -> CalendarVersionDetail:
    key = call.params["key"]
    return queries.version(call.work, key, queries.version_at(call.work, key, call.query.at))


@router.get(f"{ONE}/versions/{{number}}", permission="calendar.view", returns=CalendarVersionDetail, summary="One version")
def version(call: Call) -> CalendarVersionDetail:
    number = call.params["number"]
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Invalid("invalid_value", field="number", reason="1")
    return queries.version(call.work, call.params["key"], int(number))


@router.get(
    "/calendar-uses", permission="calendar.view", query=UsesQuery, returns=Page[CalendarUseOut], summary="Whose calendar is which",
)  # fmt: skip
def uses(call: Call) -> Page[CalendarUseOut]:
    return queries.uses(call.work, call.query.kind, call.query.cursor, call.query.limit)


@router.get(USE, permission="calendar.view", returns=CalendarUseOut, summary="An owner's calendar")
def use(call: Call) -> CalendarUseOut:
    return queries.use(call.work, *_owner(call))


@router.put(
    USE, permission="calendar.edit", body=CalendarUseIn, returns=CalendarUseOut, versioned=True, summary="Give an owner a calendar",
)  # fmt: skip
def set_use(call: Call, body: CalendarUseIn) -> CalendarUseOut:
    kind, owner_id = _owner(call)
    actions.set_use(call.work, kind, owner_id, body.calendar, call.version())
    return queries.use(call.work, kind, owner_id)


def _owner(call: Call) -> tuple[str, UUID]:
    """Kind and id from the path; the company is its own tenant, whatever id is given ("default" is usual)."""
    kind = call.params["kind"]
    if kind not in KINDS:
        raise Invalid("invalid_value", field="kind", reason=", ".join(KINDS))
    return kind, call.actor.tenant_id if kind == "company" else call.uuid("owner_id")
