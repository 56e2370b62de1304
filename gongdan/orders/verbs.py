"""Which verbs automation, bulk edit and outside agents may call, with the shape of their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from gongdan.kernel.verbs import Verb, offer
from gongdan.kernel.work import Work
from gongdan.orders.actions import assigning, conversing, editing, moving
from gongdan.orders.actions.loading import open_order
from gongdan.orders.rules import LABELS, receipt
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

MOVED = ("order.moved",)
GIVEN = ("order.moved", "order.assigned")
ENDED = ("order.moved", "order.closed")


def _comment(work: Work, order_id: UUID, _: int | None, new: NewComment) -> Receipt:
    conversing.comment(work, order_id, new)
    return receipt(open_order(work, order_id, "order.view").row, work.at)


def _set(work: Work, order_id: UUID, version: int | None, new: SetPriority) -> Receipt:
    return editing.edit(work, order_id, version, Edit(priority=new.priority))


def _tag(work: Work, order_id: UUID, _: int | None, new: TagIn) -> Receipt:
    return conversing.tag(work, order_id, new.tag)


def _untag(work: Work, order_id: UUID, _: int | None, new: TagIn) -> Receipt:
    return conversing.untag(work, order_id, new.tag)


def _needs(*names: str) -> Callable[[Any], tuple[str, ...]]:
    return lambda _: names


def _comment_needs(new: NewComment) -> tuple[str, ...]:
    return ("order.note" if new.internal else "order.comment",)


def _tagged(*, added: bool) -> Callable[[TagIn], dict[str, Any]]:
    return lambda new: {"fact.tag": new.tag, "fact.added": added}


def _comment_sets(new: NewComment) -> dict[str, Any]:
    return {"fact.internal": new.internal, "fact.author_kind": "system"}


def _moving(
    verb: str,
    args: type,
    action: Callable[..., Receipt],
    emits: tuple[str, ...] = MOVED,
    sets: Callable[[Any], dict[str, Any]] = lambda _: {},
    **more: Any,
) -> Verb:
    def known(say: Any) -> dict[str, Any]:
        return {"fact.verb": verb, **sets(say)}

    return Verb(action, args, LABELS[verb], _needs(f"order.{verb}"), emits, known, **more)


def _given(say: Assign) -> dict[str, Any]:
    return {"has_assignee": say.assignee_id is not None, "waiting_on": None}


CALLABLE: dict[str, Verb] = {
    "accept": _moving("accept", Say, moving.accept),
    "assign": _moving("assign", Assign, assigning.assign, GIVEN, sets=_given),
    "transfer": _moving("transfer", Assign, assigning.transfer, GIVEN, sets=_given),
    "claim": _moving("claim", Say, assigning.claim, GIVEN, automatic=False),
    "start": _moving("start", Say, moving.start),
    "hold": _moving("hold", Hold, moving.hold, sets=lambda say: {"waiting_on": say.waiting_on}, again=False),
    "resume": _moving("resume", Say, moving.resume, sets=lambda _: {"waiting_on": None}, again=False),
    "complete": _moving("complete", Complete, moving.complete, ("order.moved", "order.completed")),
    "follow_up": _moving("follow_up", FollowUp, moving.follow_up),
    "close": _moving("close", Say, moving.close, ENDED),
    "reopen": _moving("reopen", Because, moving.reopen),
    "cancel": _moving("cancel", Because, moving.cancel, ENDED),
    "move": _moving("move", Move, moving.move, ENDED, sets=lambda say: {"state": say.to}),
    "comment": Verb(_comment, NewComment, ("写评论", "Comment"), _comment_needs, ("order.commented",), _comment_sets),
    "set": Verb(
        _set,
        SetPriority,
        ("设置优先级", "Set the priority"),
        _needs("order.edit"),
        ("order.edited",),
        sets=lambda new: {"priority": new.priority, "fact.priority": new.priority, "fact.keys": ["priority"]},
        again=False,
    ),
    "tag": Verb(_tag, TagIn, ("打标签", "Add a tag"), _needs("order.tag"), ("order.tagged",), _tagged(added=True), again=False),
    "untag": Verb(
        _untag, TagIn, ("去标签", "Remove a tag"), _needs("order.tag"), ("order.tagged",), _tagged(added=False), again=False
    ),
}
offer(CALLABLE)
