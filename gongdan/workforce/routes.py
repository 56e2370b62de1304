"""HTTP of workforce."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from gongdan.kernel.errors import Invalid
from gongdan.kernel.http.operations import Call, Router
from gongdan.workforce import actions, queries
from gongdan.workforce.schemas import AbsenceIn, EngineerIn, EngineerOut, Interval, IntervalOut, SkillIn

router = Router("workforce")


class During(msgspec.Struct, frozen=True):
    """A stretch of time."""

    start: datetime | None = None
    end: datetime | None = None


class Made(msgspec.Struct, frozen=True):
    """Ids of what was made."""

    ids: list[UUID]


@router.get("/engineers", permission="workforce.view", returns=list[EngineerOut], summary="Engineers")
def engineers(call: Call) -> list[EngineerOut]:
    return queries.engineers(call.work)


@router.put(
    "/engineers",
    permission="workforce.edit",
    body=EngineerIn,
    returns=list[EngineerOut],
    summary="Set an engineer's profile",
)
def put_engineer(call: Call, body: EngineerIn) -> list[EngineerOut]:
    actions.put_engineer(call.work, body)
    return queries.engineers(call.work)


@router.get("/skills", permission="workforce.view", returns=list[dict[str, str]], summary="Skills")
def skills(call: Call) -> list[dict[str, str]]:
    return queries.skills(call.work)


@router.post("/skills", permission="workforce.edit", body=SkillIn, returns=Made, status=201, summary="Add a skill")
def add_skill(call: Call, body: SkillIn) -> Made:
    return Made([actions.add_skill(call.work, body).id])


@router.get(
    "/shifts",
    permission="workforce.view",
    query=During,
    returns=list[IntervalOut],
    summary="Shifts and absences",
)
def shifts(call: Call) -> list[IntervalOut]:
    during: During = call.query
    if during.start is None or during.end is None or during.start.tzinfo is None or during.end.tzinfo is None:
        raise Invalid("invalid_value", field="start", reason="2026-03-02T01:00:00Z")
    return queries.shifts(call.work, during.start, during.end)


@router.post(
    "/shifts",
    permission="workforce.edit",
    body=list[Interval],
    returns=Made,
    status=201,
    summary="Add shifts",
)
def add_shifts(call: Call, body: list[Interval]) -> Made:
    return Made(actions.add_shifts(call.work, body))


@router.post(
    "/absences",
    permission="workforce.edit",
    body=AbsenceIn,
    returns=Made,
    status=201,
    summary="Record an absence",
)
def add_absence(call: Call, body: AbsenceIn) -> Made:
    return Made([actions.add_absence(call.work, body)])


@router.delete("/absences/{absence_id}", permission="workforce.edit", summary="Take an absence back")
def remove_absence(call: Call) -> None:
    actions.remove_absence(call.work, call.uuid("absence_id"))
