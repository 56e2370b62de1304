"""What merge and split share: their records, how long they can be undone, what stands in the way, and how both look to people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints.compiled import Compiled
from gongdan.engines.flows.engine import Token
from gongdan.kernel import hooks, messages
from gongdan.kernel.errors import Conflict, Invalid
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work
from gongdan.orders.rows import OpenOrder, OrderRow

UNDO = timedelta(days=30)
CLOSED = 4
LIVE = (
    "select id, kind, order_id, other_id, reason, made_by_name, at, kept from orders_reshape "
    "where order_id = %s and kind = %s and undone_at is null"
)
INTO = (
    "select id, kind, order_id, other_id, reason, made_by_name, at, kept from orders_reshape "
    "where other_id = %s and kind = 'merge' and undone_at is null order by id"
)
ADD = (
    "insert into orders_reshape (tenant_id, id, kind, order_id, other_id, reason, made_by, made_by_name, at, kept) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)"
)
UNDONE = "update orders_reshape set undone_at = %s, undone_by = %s where id = %s and undone_at is null"
NUMBER = "select number from orders_order where id = %s"


class Before(msgspec.Struct, kw_only=True):
    """The columns of an order that a merge changes."""

    state: str
    family: int
    cancelled: bool
    waiting_on: str | None
    hold_reason: str | None
    state_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None


class Kept(msgspec.Struct, kw_only=True):
    """What undoing needs.

    Of a merge: the state before, its open tokens, the tags and watchers that came from the duplicate, whether the link is ours.
    `seq`: where the ledger of the survivor (of a split: of the new order) stood when it was done.
    """

    seq: int
    before: Before | None = None
    tokens: list[Token] = []
    tags: list[str] = []
    watchers: list[UUID] = []
    linked: bool = False


class Record(msgspec.Struct, frozen=True):
    """A merge or a split as stored."""

    id: UUID
    kind: str
    order_id: UUID
    other_id: UUID
    reason: str
    by_name: str
    at: datetime
    kept: Kept

    @property
    def undo_until(self) -> datetime:
        return self.at + UNDO


def records(work: Work, sql: str, params: list[Any]) -> list[Record]:
    """Live records, read with LIVE or INTO."""
    return [
        Record(id_, kind, order_id, other_id, reason, by_name, at, msgspec.json.decode(kept, type=Kept))
        for id_, kind, order_id, other_id, reason, by_name, at, kept in work.read(sql, params)
    ]


def add(work: Work, kind: str, reshape_id: UUID, order_id: UUID, other_id: UUID, reason: str, kept: Kept) -> None:
    """Store a merge or a split."""
    actor = work.actor
    text = msgspec.json.encode(kept).decode()
    work.write(ADD, [actor.tenant_id, reshape_id, kind, order_id, other_id, reason, actor.id, actor.name, work.at, text])


def undo(work: Work, record: Record) -> None:
    """Mark a record undone. Raises Conflict when its 30 days are over, or when somebody was faster."""
    if work.at > record.undo_until:
        raise Conflict("undo_too_late", days=UNDO.days)
    gone = "not_merged" if record.kind == "merge" else "not_split"
    work.write(UNDONE, [work.at, work.actor.id, record.id], expect=1, error=lambda: Conflict(gone))


def end_state(blueprint: Compiled, now: str) -> str:
    """The state a merged order ends in: a cancelled one, else a closed one, else the one it is in."""
    states = blueprint.document.states
    ends = [s.key for s in states if s.cancelled] or [s.key for s in states if s.family == "closed"]
    return ends[0] if ends else now


def number(work: Work, order_id: UUID) -> str:
    """The number of an order."""
    row = work.one(NUMBER, [order_id])
    return str(row[0]) if row else "?"


def merged_away(work: Work, row: OrderRow) -> hooks.Blocker | None:
    """Why nothing can be done with a merged order: it names the one that lives on. None for any other."""
    if row.merged_into_id is None:
        return None
    values: dict[str, str | Words] = {"number": row.number, "into": number(work, row.merged_into_id)}
    return hooks.Blocker(code="merged_away", values=values, link=f"orders/{row.merged_into_id}")


def refusals(work: Work, gone: OpenOrder, stays: OpenOrder) -> list[hooks.Blocker]:
    """Everything that keeps `gone` from being merged into `stays`, each with its remedy."""
    found = [b for b in (merged_away(work, gone.row), merged_away(work, stays.row)) if b is not None]
    if found:
        return found
    held = records(work, INTO, [gone.row.id])
    values: dict[str, str | Words] = {"number": gone.row.number, "into": stays.row.number}
    if held:
        found.append(hooks.Blocker(code="merge_holds_others", values=values, link=f"orders/{held[0].order_id}"))
    if gone.row.family == CLOSED:
        found.append(hooks.Blocker(code="merge_closed", values=values, link=f"orders/{gone.row.id}"))
    if stays.row.family == CLOSED:
        found.append(hooks.Blocker(code="into_closed", values=values, link=f"orders/{stays.row.id}"))
    return found + hooks.blockers("order.merge", work, gone.row)


def conflict(blocker: hooks.Blocker, blockers: list[dict[str, Any]]) -> Conflict:
    """The first blocker as an error that carries all of them."""
    error = Conflict(blocker.code, extra={"blockers": blockers})
    error.values = dict(blocker.values)
    return error


def said(code: str, **values: str | Words | int) -> dict[str, str]:
    """A sentence in both languages."""
    return {"code": code, "zh": messages.text(code, "zh", values), "en": messages.text(code, "en", values)}


def differences(gone: OpenOrder, stays: OpenOrder) -> list[dict[str, str]]:
    """What does not fit between the two, in words: nobody is stopped by it, everybody should have read it."""
    one, two = gone.row, stays.row
    found = []
    if one.customer_id != two.customer_id and one.customer_id and two.customer_id:
        found.append(said("merge_other_customer"))
    if one.asset_id != two.asset_id and one.asset_id and two.asset_id:
        found.append(said("merge_other_asset"))
    if one.blueprint_key != two.blueprint_key:
        found.append(said("merge_other_blueprint"))
    if one.contact_phone != two.contact_phone and one.contact_phone and two.contact_phone:
        found.append(said("merge_other_contact"))
    if one.assignee_id and one.assignee_id != two.assignee_id:
        found.append(said("merge_other_assignee", number=one.number))
    if one.family > two.family:
        found.append(said("merge_further_on", number=one.number))
    if one.priority < two.priority:
        found.append(said("merge_more_urgent", number=one.number))
    if gone.tokens:
        found.append(said("merge_open_steps", number=one.number, n=len(gone.tokens)))
    return found


def same_id(order_id: UUID, into: UUID) -> None:
    """An order cannot be merged into itself. Raises Invalid."""
    if order_id == into:
        raise Invalid("merge_self", field="into")
