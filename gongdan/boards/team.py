"""The team board: columns by state or person, lanes by team, priority or kind, each cell as long as its list.

Three round trips: who asks; counts of all cells, states, limits and completion; the first cards of all cells.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from gongdan.boards.queries import LIMITS, NO_TEAM, STATES, by_state, counted, from_index, read_limits
from gongdan.boards.schemas import Completion, Team
from gongdan.kernel.access import require
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import ENCODER, Work
from gongdan.orders import listing
from gongdan.orders.listing import FAMILIES, JOINS, ROW_SQL

CARDS_MOST, CELL_MOST, CELL_LEAST, CELLS_MOST = 500, 100, 4, 120
PEOPLE_MOST = 24
RECENT_DAYS = 7
UNRESOLVED = "waiting,working"
COLUMN_SQL = {"state": "o.state", "person": "o.assignee_id"}
# "is null" fixes no place in an index, so the person is named again: all cards of a cell have the same
CARD_ORDER = {"state": "o.next_due_at, o.id", "person": "o.assignee_id, o.next_due_at, o.id"}
CLOSED_ORDER = "o.closed_at desc, o.id"
LANE_SQL = {"": "''", "team": "o.team_id", "priority": "o.priority", "blueprint": "o.blueprint_key"}
LANE_FILTER = {"team": "team_id", "priority": "priority", "blueprint": "blueprint"}
TEAMS = "select id::text, name, name_en from accounts_team order by key"
PEOPLE = (
    "select u.id::text, u.name, %s::uuid is not null and %s::uuid = any(u.team_ids) from accounts_user u "
    "where u.active order by u.pinyin, u.id limit 2000"
)
# who is at work or was, and every state of every version: what a bounded count is made for
VALUES = {"state": "select distinct s.key from blueprints_state s", "person": "select u.id as key from accounts_user u"}
COMPLETION = "select o.team_id, count(*), count(*) filter (where o.family >= 3) from orders_order o where {} group by 1"
STRANGERS = "select distinct on (key) key, label from blueprints_state where key = any(%s) order by key"


class Cell(NamedTuple):
    """One field of the board: its column, its lane, how many orders, and the list they are."""

    column: str
    lane: str
    orders: int
    family: str
    wanted: dict[str, str]


def board(work: Work, given: dict[str, str], by: str, lanes: str) -> bytes:
    """A `Team`. `given`: filters of the work list; closed orders only of the last days, unless a filter says since when."""
    require(work.actor, "board.view")
    team_id = _one_team(given)
    since = (work.at - timedelta(days=RECENT_DAYS)).isoformat()
    scopes = _scopes(given, by, since)
    base = {k: v for k, v in given.items() if k not in ("state", "family", "open")} | {"opened_from": since}
    lately = listing.scope(work, base)
    found = work.batch(
        [
            (STATES, [given.get("blueprint", "")] * 2),
            (LIMITS, [team_id or NO_TEAM]),
            (TEAMS, []),
            (PEOPLE, [team_id, team_id]),
            (COMPLETION.format(lately.sql), lately.params),
            *[_counts(work, wanted, by, lanes) for wanted in scopes],
        ]
    )
    states, limit_rows, teams, people, completion, *counts = found
    cells = _cells(scopes, counts, by, lanes)
    strangers: dict[str, Any] = {}
    if by == "state":
        strange = {c.column for c in cells} - {s[0] for s in states}
        if strange:
            strangers = dict(work.read(STRANGERS, [sorted(strange)]))
        columns = _state_columns(states, given, cells, strangers)
    else:
        columns = _person_columns(people, cells)
    shown = [c for column in columns for c in cells if c.column == column["key"]]
    cards = _cards(work, shown, by)
    for column in columns:
        _fill(column, [c for c in shown if c.column == column["key"]], cards, given, by, since)
    names = {t[0]: t[1] for t in teams}
    out = Team(
        by=by,
        lanes=_lanes(lanes, shown, teams),
        columns=columns,
        completion=_completion(completion, base, names),
        limits=read_limits(limit_rows),
        cards=sum(len(v) for v in cards.values()),
        recent_days=RECENT_DAYS,
        at=work.at,
    )
    return ENCODER.encode(out)


def _one_team(given: dict[str, str]) -> UUID | None:
    try:
        return UUID(given.get("team_id", ""))
    except ValueError:
        return None


def _scopes(given: dict[str, str], by: str, since: str) -> list[dict[str, str]]:
    """The lists the board is made of: open orders, and what was closed lately; of people only what is still to be done."""
    if by == "person":
        return [{**given, "family": given.get("family", UNRESOLVED)}]
    wanted = []
    if given.get("open") != "false":
        wanted.append({**given, "open": "true"})
    if given.get("open") != "true":
        wanted.append({**given, "open": "false", "closed_from": given.get("closed_from", since)})
    return wanted


def _counts(work: Work, wanted: dict[str, str], by: str, lanes: str) -> Statement:
    """(column, lane, family, count) of each cell; where indexes allow it, no further than the cap."""
    if not lanes and from_index(work, wanted):
        return _bounded(listing.scope(work, wanted), by)
    if by == "state":
        return by_state(work, wanted, f"{LANE_SQL[lanes]}, min(o.family), count(*)", "1", [])
    within = listing.scope(work, wanted)
    columns = f"{COLUMN_SQL[by]}, {LANE_SQL[lanes]}, min(o.family), count(*)"
    return f"select {columns} from orders_order o where {within.sql} group by 1, 2", within.params


def _bounded(within: listing.Scope, by: str) -> Statement:
    column = COLUMN_SQL[by]
    counted_to = "select min(p.family) as family, count(*) as n from (select o.family from orders_order o where {} limit %s) p"
    params = [*within.params, listing.COUNT_CAP + 1]
    each = counted_to.format(f"{within.sql} and {column} = v.key")
    sql = f"select v.key::text, '', c.family, c.n from ({VALUES[by]}) v, lateral ({each}) c where c.n > 0"
    if by == "person":
        nobody = counted_to.format(f"{within.sql} and {column} is null")
        sql += f" union all select null, '', c.family, c.n from ({nobody}) c where c.n > 0"
        params *= 2
    return sql, params


def _cells(scopes: list[dict[str, str]], counts: list[list[tuple[Any, ...]]], by: str, lanes: str) -> list[Cell]:
    cells = []
    for wanted, rows in zip(scopes, counts, strict=True):
        for key, part, family, count in sorted(rows, key=lambda r: -r[3]):
            column, lane = str(key or "none"), str(part or "none")
            mine = {**wanted, "state" if by == "state" else "assignee_id": column}
            if lanes:
                mine[LANE_FILTER[lanes]] = lane
            cells.append(Cell(column, lane, count, FAMILIES[family - 1], mine))
    return cells


def _wanted(value: str, allowed: str) -> bool:
    return not allowed or value in allowed.split(",")


def _state_columns(states: list[Any], given: dict[str, str], cells: list[Cell], strangers: dict[str, Any]) -> list[dict[str, Any]]:
    """The states of the kinds shown, in the order of the four families; those of older versions only when orders stand in them."""
    found = []
    for key, label, family, place, cancelled in states:
        closed = family == "closed"
        if not _wanted(key, given.get("state", "")) or not _wanted(family, given.get("family", "")):
            continue
        if given.get("open") == ("true" if closed else "false"):
            continue
        found.append(
            (FAMILIES.index(family), place, {"key": key, "label": _plain(label), "family": family, "cancelled": cancelled})
        )
    for key, label in strangers.items():
        family = next(c.family for c in cells if c.column == key)
        found.append((FAMILIES.index(family), 1_000, {"key": key, "label": _plain(label), "family": family, "cancelled": False}))
    return [f[2] for f in sorted(found, key=lambda f: f[:2])]


def _plain(label: Any) -> Any:
    return msgspec.json.decode(label) if isinstance(label, str) else label


def _person_columns(people: list[Any], cells: list[Cell]) -> list[dict[str, Any]]:
    """Nobody first, then the team's people and whoever has orders, by name; beyond the most loaded ones the list has to do."""
    load: dict[str, int] = {}
    for cell in cells:
        load[cell.column] = load.get(cell.column, 0) + cell.orders
    named = [(p[0], p[1]) for p in people if p[0] in load or p[2]]
    if len(named) > PEOPLE_MOST:
        kept = {p for p, _ in sorted(named, key=lambda p: -load.get(p[0], 0))[:PEOPLE_MOST]}
        named = [p for p in named if p[0] in kept]
    return [{"key": "none", "name": None}, *[{"key": key, "name": name} for key, name in named]]


def _fill(
    column: dict[str, Any], cells: list[Cell], cards: dict[int, list[Any]], given: dict[str, str], by: str, since: str
) -> None:
    """Put counts, lists and cards into a column."""
    wanted = {**given, "state" if by == "state" else "assignee_id": column["key"]}
    if by == "person":
        wanted["family"] = given.get("family", UNRESOLVED)
    elif column["family"] == "closed":
        wanted |= {"open": "false", "closed_from": given.get("closed_from", since)}
    else:
        wanted["open"] = "true"
    total = counted(sum(c.orders for c in cells), wanted)
    column |= {"count": total.count, "capped": total.capped, "filter": total.filter, "cells": []}
    for cell in cells:
        part = counted(cell.orders, cell.wanted)
        column["cells"].append(
            {"lane": cell.lane, "count": part.count, "capped": part.capped, "filter": part.filter, "items": cards.get(id(cell), [])}
        )


def _cards(work: Work, cells: list[Cell], by: str) -> dict[int, list[Any]]:
    """The first cards of each cell, by deadline; what was closed, the latest first. One statement."""
    cells = cells[:CELLS_MOST]
    if not cells:
        return {}
    most = max(min(CARDS_MOST // len(cells), CELL_MOST), CELL_LEAST)
    parts, params = [], []
    for number, cell in enumerate(cells):
        within = listing.scope(work, cell.wanted)
        order = CLOSED_ORDER if cell.family == "closed" else CARD_ORDER[by]
        parts.append(
            f"(select o.id, {number:d} as cell, row_number() over (order by {order}) as place from orders_order o "
            f"where {within.sql} order by {order} limit {most:d})"
        )
        params += within.params
    rows = work.read(
        f"with p as materialized ({' union all '.join(parts)}) "
        f"select p.cell, {ROW_SQL}::text from p join orders_order o on o.id = p.id {JOINS} order by p.cell, p.place",
        params,
    )
    found: dict[int, list[Any]] = {}
    for number, text in rows:
        found.setdefault(id(cells[number]), []).append(msgspec.Raw(text.encode()))
    return found


def _lanes(lanes: str, cells: list[Cell], teams: list[Any]) -> list[dict[str, Any]]:
    """The lanes that have orders, in their order; without lanes one that says nothing."""
    there = {c.lane for c in cells}
    if not lanes:
        return [{"key": "none", "label": None}]
    if lanes == "team":
        known = [(t[0], {"zh": t[1], "en": t[2] or t[1]}) for t in teams if t[0] in there]
        return [{"key": k, "label": label} for k, label in known] + ([{"key": "none", "label": None}] if "none" in there else [])
    return [{"key": k, "label": None} for k in sorted(there)]


def _completion(rows: list[Any], base: dict[str, str], names: dict[str, str]) -> list[Completion]:
    found = []
    for team_id, opened, done in sorted(rows, key=lambda r: -r[1]):
        mine = {**base, "team_id": str(team_id or "none")}
        name = names.get(str(team_id), "") if team_id else ""
        found.append(Completion(team_id, name, counted(opened, mine), counted(done, {**mine, "family": "resolved,closed"})))
    return found
