"""HTTP of notify."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page
from gongdan.notify import actions, queries
from gongdan.notify.queries import MessageOut, NotificationOut, OutboxOut

router = Router("notify")
Cursor = Annotated[str, msgspec.Meta(max_length=500)]


class InboxQuery(msgspec.Struct, frozen=True):
    """Which notifications."""

    unread: Literal["true", "false", ""] = ""
    cursor: Cursor = ""
    limit: int | None = None


class OutboxQuery(msgspec.Struct, frozen=True):
    """Which messages."""

    state: Literal["queued", "sent", "failed", "parked", ""] = ""
    cursor: Cursor = ""
    limit: int | None = None


class Unread(msgspec.Struct, frozen=True):
    """How many are unread."""

    unread: int


@router.get(
    "/notifications",
    permission="notification.view",
    query=InboxQuery,
    returns=Page[NotificationOut],
    summary="My notifications",
)
def page(call: Call) -> Page[NotificationOut]:
    return queries.page(call.work, call.query.cursor, call.query.limit, unread=call.query.unread == "true")


@router.get("/notifications/count", permission="notification.view", returns=Unread, summary="How many are unread")
def count(call: Call) -> Unread:
    return Unread(queries.unread(call.work))


@router.post("/notifications/{notification_id}/read", permission="notification.view", summary="Mark read")
def read(call: Call) -> None:
    actions.mark_read(call.work, call.uuid("notification_id"))


@router.post("/notifications/read-all", permission="notification.view", summary="Mark all read")
def read_all(call: Call) -> None:
    actions.mark_all_read(call.work)


@router.get("/outbox", permission="job.view", query=OutboxQuery, returns=Page[MessageOut], summary="Outgoing messages")
def outbox(call: Call) -> Page[MessageOut]:
    return queries.outbox(call.work, call.query.cursor, call.query.limit, call.query.state)


@router.get("/outbox/state", permission="job.view", returns=OutboxOut, summary="How the outbox stands")
def outbox_state(call: Call) -> OutboxOut:
    return queries.glance(call.work)


@router.post("/outbox/{message_id}/retry", permission="setting.edit", summary="Send a stopped message again")
def retry(call: Call) -> None:
    actions.retry(call.work, call.uuid("message_id"))


@router.post("/outbox/freeze", permission="setting.edit", summary="Hold all outgoing messages")
def freeze(call: Call) -> None:
    actions.freeze(call.work)


@router.post("/outbox/release", permission="setting.edit", summary="Let outgoing messages go again")
def release(call: Call) -> None:
    actions.release(call.work)
