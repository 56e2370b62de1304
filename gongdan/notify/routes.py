"""HTTP of notify."""

from __future__ import annotations

from typing import Literal

import msgspec

from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page
from gongdan.notify import actions, queries
from gongdan.notify.queries import NotificationOut

router = Router("notify")


class InboxQuery(msgspec.Struct, frozen=True):
    """Which notifications."""

    unread: Literal["true", "false", ""] = ""
    cursor: str = ""


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
    return queries.page(call.work, call.query.cursor, unread=call.query.unread == "true")


@router.get("/notifications/count", permission="notification.view", returns=Unread, summary="How many are unread")
def count(call: Call) -> Unread:
    return Unread(queries.unread(call.work))


@router.post("/notifications/{notification_id}/read", permission="notification.view", summary="Mark read")
def read(call: Call) -> None:
    actions.mark_read(call.work, call.uuid("notification_id"))


@router.post("/notifications/read-all", permission="notification.view", summary="Mark all read")
def read_all(call: Call) -> None:
    actions.mark_read(call.work, None)
