"""HTTP of knowledge."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page
from gongdan.knowledge import actions, queries
from gongdan.knowledge.rules import Rendered
from gongdan.knowledge.schemas import Preview, ReadyReply, ReplyEdit, ReplyIn, ReplyOut, Words

router = Router("knowledge")
ONE = "/replies/{reply_id}"


class ReplyQuery(msgspec.Struct, frozen=True):
    """Which quick replies."""

    q: Words = ""
    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""
    limit: int | None = None


class ReadyQuery(msgspec.Struct, frozen=True):
    """What was typed, and how many to offer."""

    q: Words = ""
    limit: int | None = None


@router.get("/replies", permission="reply.view", query=ReplyQuery, returns=Page[ReplyOut], summary="Quick replies")
def page(call: Call) -> Page[ReplyOut]:
    return queries.page(call.work, call.query.q, call.query.cursor, call.query.limit)


@router.post("/replies", permission="reply.edit", body=ReplyIn, returns=ReplyOut, status=201, summary="Add a quick reply")
def add(call: Call, body: ReplyIn) -> ReplyOut:
    return queries.one(call.work, actions.add(call.work, body))


@router.post("/replies/preview", permission="reply.view", body=Preview, returns=Rendered, summary="Try words on an order")
def preview(call: Call, body: Preview) -> Rendered:
    return queries.preview(call.work, body.body, body.order_id)


@router.get(ONE, permission="reply.view", returns=ReplyOut, summary="One quick reply")
def one(call: Call) -> ReplyOut:
    return queries.one(call.work, call.uuid("reply_id"))


@router.patch(ONE, permission="reply.edit", body=ReplyEdit, returns=ReplyOut, versioned=True, summary="Change a quick reply")
def change(call: Call, body: ReplyEdit) -> ReplyOut:
    actions.change(call.work, call.uuid("reply_id"), call.version(), body)
    return queries.one(call.work, call.uuid("reply_id"))


@router.delete(ONE, permission="reply.edit", summary="Delete a quick reply")
def delete(call: Call) -> None:
    actions.delete(call.work, call.uuid("reply_id"))


@router.post(f"{ONE}/used", permission="reply.view", summary="Count that a quick reply was used")
def used(call: Call) -> None:
    actions.use(call.work, call.uuid("reply_id"))


@router.get(
    "/orders/{order_id}/replies", permission="reply.view", query=ReadyQuery, returns=list[ReadyReply],
    summary="Quick replies in the words of an order",
)  # fmt: skip
def ready(call: Call) -> list[ReadyReply]:
    return queries.ready(call.work, call.uuid("order_id"), call.query.q, call.query.limit)
