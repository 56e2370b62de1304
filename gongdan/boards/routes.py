"""HTTP of boards."""

from __future__ import annotations

from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from gongdan.boards import actions, kpis, overall, overview, queries, steps, team
from gongdan.boards.overview import Overview
from gongdan.boards.schemas import (
    LIST_FILTERS,
    Card,
    GlobalQuery,
    KindMoves,
    Kpis,
    Limits,
    LimitsIn,
    Overall,
    PeriodQuery,
    StepOut,
    Team,
    TeamQuery,
    Trend,
    TrendQuery,
)
from gongdan.kernel.http.operations import Call, Reply, Router

router = Router("boards")


class LimitsQuery(msgspec.Struct, frozen=True):
    """Of which team; without: of the board of all teams."""

    team_id: UUID | None = None


def _filters(call: Call) -> dict[str, str]:
    """The filters of the work list in a call, custom fields included."""
    given = {name: value for name in LIST_FILTERS if (value := getattr(call.query, name))}
    return given | {k: v for k, v in parse_qsl(call.headers.get("QUERY_STRING", ""), max_num_fields=100) if k.startswith("field.")}


@router.get("/boards/states", permission="board.view", query=TeamQuery, returns=Team, loose_query="field.", summary="Team board")
def states(call: Call) -> Reply:
    return Reply(body=team.board(call.work, _filters(call), call.query.by, call.query.lanes))


@router.get(
    "/boards/global", permission="board.view", query=GlobalQuery, returns=Overall, loose_query="field.", summary="Global board"
)
def everything(call: Call) -> Overall:
    return overall.overall(call.work, _filters(call))


@router.get("/boards/moves", permission="board.view", returns=list[KindMoves], summary="Where orders may be moved")
def moves(call: Call) -> list[KindMoves]:
    return queries.moves(call.work)


@router.get("/boards/kpis", permission="board.view", query=PeriodQuery, returns=Kpis, summary="Figures of a period")
def figures(call: Call) -> Kpis:
    return kpis.kpis(call.work, call.query)


@router.get("/boards/steps", permission="board.view", query=PeriodQuery, returns=list[StepOut], summary="Steps of a period")
def passed_steps(call: Call) -> list[StepOut]:
    return steps.period(call.work, call.query)


@router.get("/boards/trends", permission="board.view", query=TrendQuery, returns=Trend, summary="A figure over time")
def trends(call: Call) -> Trend:
    return kpis.trend(call.work, call.query)


@router.get("/boards/limits", permission="board.view", query=LimitsQuery, returns=Limits, summary="Limits of a board")
def limits(call: Call) -> Limits:
    return queries.limits(call.work, call.query.team_id)


@router.put(
    "/boards/limits",
    permission="board.limit",
    query=LimitsQuery,
    body=LimitsIn,
    returns=Limits,
    versioned=True,
    summary="Set the limits of a board",
)
def set_limits(call: Call, body: LimitsIn) -> Limits:
    return actions.set_limits(call.work, call.query.team_id, call.version(), body)


@router.get("/customers/{customer_id}/overview", permission="customer.view", returns=Overview, summary="客户 360 Customer 360")
def customer_overview(call: Call) -> Overview:
    return overview.of_customer(call.work, call.uuid("customer_id"))


@router.get("/home", permission="order.view", returns=list[Card], summary="The figures of my role")
def home(call: Call) -> list[Card]:
    return queries.home(call.work)
