"""HTTP of notify."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from gongdan.kernel.deadman import SystemState
from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page
from gongdan.notify import actions, queries
from gongdan.notify.queries import MessageOut, MuteOut, NotificationOut, OutboxOut, Unread

router = Router("notify")
Cursor = Annotated[str, msgspec.Meta(max_length=500)]


class InboxQuery(msgspec.Struct, frozen=True):
    """Which notifications."""

    unread: Literal["true", "false", ""] = ""
    snoozed: Literal["true", "false", ""] = ""
    kind: Annotated[str, msgspec.Meta(max_length=200)] = ""
    cursor: Cursor = ""
    limit: int | None = None


class OutboxQuery(msgspec.Struct, frozen=True):
    """Which messages."""

    state: Literal["queued", "sent", "failed", "parked", ""] = ""
    cursor: Cursor = ""
    limit: int | None = None


class Snooze(msgspec.Struct, frozen=True):
    """Until when to put it aside; null brings it back now."""

    until: datetime | None


class MuteIn(msgspec.Struct, frozen=True):
    """What not to hear of: a kind, an order, or a kind on an order; until an instant, or for good."""

    kind: Annotated[str, msgspec.Meta(pattern="^[a-z]{1,30}$")] | None = None
    order_id: UUID | None = None
    until: datetime | None = None


class Muted(msgspec.Struct, frozen=True):
    """The mute that was made."""

    id: UUID


@router.get(
    "/notifications",
    permission="notification.view",
    query=InboxQuery,
    returns=Page[NotificationOut],
    summary="My notifications",
)
def page(call: Call) -> Page[NotificationOut]:
    query: InboxQuery = call.query
    return queries.page(
        call.work, query.cursor, query.limit, unread=query.unread == "true", kind=query.kind, snoozed=query.snoozed == "true"
    )


@router.get("/notifications/count", permission="notification.view", returns=Unread, summary="How many are unread")
def count(call: Call) -> Unread:
    return queries.unread(call.work)


@router.post("/notifications/{notification_id}/read", permission="notification.view", summary="Mark read")
def read(call: Call) -> None:
    actions.mark_read(call.work, call.uuid("notification_id"))


@router.post("/notifications/{notification_id}/unread", permission="notification.view", summary="Mark unread")
def unread(call: Call) -> None:
    actions.mark_unread(call.work, call.uuid("notification_id"))


@router.post("/notifications/{notification_id}/snooze", permission="notification.view", body=Snooze, summary="Snooze")
def snooze(call: Call, body: Snooze) -> None:
    actions.snooze(call.work, call.uuid("notification_id"), body.until)


@router.get("/notifications/mutes", permission="notification.view", returns=list[MuteOut], summary="What I muted")
def mutes(call: Call) -> list[MuteOut]:
    return queries.mutes(call.work)


@router.post("/notifications/mutes", permission="notification.view", body=MuteIn, returns=Muted, status=201, summary="Mute a cause")
def mute(call: Call, body: MuteIn) -> Muted:
    return Muted(actions.mute(call.work, body.kind, body.order_id, body.until))


@router.delete("/notifications/mutes/{mute_id}", permission="notification.view", summary="Unmute")
def unmute(call: Call) -> None:
    actions.unmute(call.work, call.uuid("mute_id"))


@router.post("/notifications/read-all", permission="notification.view", summary="Mark all read")
def read_all(call: Call) -> None:
    actions.mark_all_read(call.work)


@router.get("/system/state", permission="job.view", returns=SystemState, summary="How background work stands")
def system_state(call: Call) -> SystemState:
    return queries.system_state(call.work)


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
