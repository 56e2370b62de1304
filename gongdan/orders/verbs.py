"""Which verbs automation, bulk edit and outside agents may call, with the shape of their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.work import Work
from gongdan.orders.actions import assigning, conversing, editing, moving
from gongdan.orders.actions.loading import open_order
from gongdan.orders.rules import receipt
from gongdan.orders.schemas import (
    Assign,
    Because,
    Complete,
    Edit,
    FollowUp,
    Hold,
    Move,
    NewComment,
    Receipt,
    Say,
    SetPriority,
    TagIn,
)


class Verb(msgspec.Struct, frozen=True):
    """A callable verb: its action and its arguments."""

    action: Callable[[Work, UUID, int | None, Any], Receipt]
    args: type


def _comment(work: Work, order_id: UUID, _: int | None, new: NewComment) -> Receipt:
    conversing.comment(work, order_id, new)
    return receipt(open_order(work, order_id, "order.view").row, work.at)


def _set(work: Work, order_id: UUID, version: int | None, new: SetPriority) -> Receipt:
    return editing.edit(work, order_id, version, Edit(priority=new.priority))


def _tag(work: Work, order_id: UUID, _: int | None, new: TagIn) -> Receipt:
    return conversing.tag(work, order_id, new.tag)


def _untag(work: Work, order_id: UUID, _: int | None, new: TagIn) -> Receipt:
    return conversing.untag(work, order_id, new.tag)


CALLABLE: dict[str, Verb] = {
    "accept": Verb(moving.accept, Say),
    "assign": Verb(assigning.assign, Assign),
    "transfer": Verb(assigning.transfer, Assign),
    "claim": Verb(assigning.claim, Say),
    "start": Verb(moving.start, Say),
    "hold": Verb(moving.hold, Hold),
    "resume": Verb(moving.resume, Say),
    "complete": Verb(moving.complete, Complete),
    "follow_up": Verb(moving.follow_up, FollowUp),
    "close": Verb(moving.close, Say),
    "reopen": Verb(moving.reopen, Because),
    "cancel": Verb(moving.cancel, Because),
    "move": Verb(moving.move, Move),
    "comment": Verb(_comment, NewComment),
    "set": Verb(_set, SetPriority),
    "tag": Verb(_tag, TagIn),
    "untag": Verb(_untag, TagIn),
}
