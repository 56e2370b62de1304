"""HTTP of boards."""

from __future__ import annotations

from typing import Any

import msgspec

from gongdan.boards import overview, queries
from gongdan.boards.overview import Overview
from gongdan.boards.queries import Card
from gongdan.kernel.http.operations import Call, Reply, Router

router = Router("boards")


class BoardQuery(msgspec.Struct, frozen=True):
    """Whose orders the board shows."""

    blueprint: str = ""
    team_id: str = ""
    assignee_id: str = ""
    priority: str = ""


class Board(msgspec.Struct, frozen=True):
    """A board: columns by state."""

    columns: list[dict[str, Any]]


@router.get("/boards/states", permission="board.view", query=BoardQuery, returns=Board, summary="Board by state")
def states(call: Call) -> Reply:
    query: BoardQuery = call.query
    filters = {k: v for k in ("team_id", "assignee_id", "priority") if (v := getattr(query, k))}
    return Reply(body=queries.states(call.work, filters, query.blueprint))


@router.get("/customers/{customer_id}/overview", permission="customer.view", returns=Overview, summary="客户 360 Customer 360")
def customer_overview(call: Call) -> Overview:
    return overview.of_customer(call.work, call.uuid("customer_id"))


@router.get("/home", permission="order.view", returns=list[Card], summary="The figures of my role")
def home(call: Call) -> list[Card]:
    return queries.home(call.work)
