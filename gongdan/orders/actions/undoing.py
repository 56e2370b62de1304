"""Taking a verb of a bulk run back: the order becomes what it was, as a new entry of the ledger. Nothing is erased.

Only what has not changed since goes back, and nothing that was told to a customer. Clocks follow as with any move.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec

from gongdan.engines.flows.engine import Token
from gongdan.kernel.errors import Conflict
from gongdan.kernel.events import emit
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work
from gongdan.orders import flowing
from gongdan.orders.actions import conversing, editing
from gongdan.orders.actions.creating import assigned_fact
from gongdan.orders.actions.loading import open_order
from gongdan.orders.actions.moving import waits_on
from gongdan.orders.events import OrderMoved
from gongdan.orders.rows import OpenOrder, OrderRow
from gongdan.orders.rules import LABELS, receipt
from gongdan.orders.schemas import Edit, Receipt

ROW = (
    "state family cancelled waiting_on hold_reason team_id assignee_id org_unit_id partner_id state_at accepted_at started_at "
    "resolved_at closed_at reopened handovers"
).split()
MOVES = frozenset(
    {"accept", "assign", "transfer", "claim", "start", "hold", "resume", "follow_up", "close", "reopen", "cancel", "move"}
)
COLUMN_TYPES = {f.name: f.type for f in msgspec.structs.fields(OrderRow)}
UNDOABLE = MOVES | {"set", "tag", "untag"}


class Before(msgspec.Struct, frozen=True):
    """What a bulk run remembers of an order: its row and open tokens before the verb."""

    row: dict[str, Any]
    tokens: list[Token]
    priority: int


def remembered(row: OrderRow, tokens: list[Token]) -> dict[str, Any]:
    """What `restore` needs, as plain data."""
    before = Before({c: getattr(row, c) for c in ROW}, tokens, row.priority)
    found: dict[str, Any] = msgspec.to_builtins(before)
    return found


def restore(work: Work, order_id: UUID, verb: str, args: dict[str, Any], kept: Any, version: int) -> Receipt:
    """Undo `verb` on an order that is still at `version`. Raises Conflict saying why not, NotAllowed, NotFound."""
    if verb not in UNDOABLE:
        raise Conflict("undo_said", verb=Words(*LABELS.get(verb, ("留言", "Comment"))))
    opened = open_order(work, order_id, _permission(verb))
    if opened.row.version != version:
        raise Conflict("undo_changed")
    before = msgspec.convert(kept, Before)
    if verb == "set":
        return editing.edit(work, order_id, version, Edit(priority=before.priority))
    if verb in ("tag", "untag"):
        return (conversing.untag if verb == "tag" else conversing.tag)(work, order_id, args["tag"])
    return _put_back(work, opened, verb, before)


def _permission(verb: str) -> str:
    return {"set": "order.edit", "untag": "order.tag"}.get(verb, f"order.{verb}")


def _put_back(work: Work, opened: OpenOrder, verb: str, before: Before) -> Receipt:
    row = opened.row
    was_state, was_family, was_assignee, was_team = row.state, row.family, row.assignee_id, row.team_id
    said_at = row.updated_at
    for column, value in before.row.items():
        setattr(row, column, msgspec.convert(value, COLUMN_TYPES[column]))
    _flow_back(work, opened, before.tokens)
    data = {
        "verb": verb,
        "from": was_state,
        "to": row.state,
        "assignee_id": row.assignee_id,
        "team_id": row.team_id,
        "before_assignee_id": was_assignee,
        "before_team_id": was_team,
    }
    opened.record("undone", data, work.at)
    emit(
        work,
        OrderMoved(
            order_id=row.id, verb="undo", from_state=was_state, to_state=row.state, from_family=was_family, to_family=row.family,
            waiting_on=waits_on(opened), occurred_at=work.at, actor_id=work.actor.id, undone_at=said_at,
        ),
    )  # fmt: skip
    if (was_assignee, was_team) != (row.assignee_id, row.team_id):
        emit(work, assigned_fact(work, row, was_assignee))
    return receipt(row, work.at)


def _flow_back(work: Work, opened: OpenOrder, tokens: list[Token]) -> None:
    """The flow stands where it stood: what the verb opened is cancelled, what it closed is open again."""
    then = {t.id: t for t in tokens}
    for token in [t for t in opened.tokens if t.id not in then]:
        opened.put_token(replace(token, state="cancelled", done_at=work.at), None)
    now = {t.id for t in opened.tokens}
    for token in then.values():
        if token.id not in now:
            opened.put_token(token, flowing.limit(opened.blueprint, token))
