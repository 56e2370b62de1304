"""Reads of notify: a person's own inbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from gongdan.kernel import messages
from gongdan.kernel.access import require
from gongdan.kernel.http.paging import Page, decode_cursor, encode_cursor
from gongdan.kernel.work import Work


class NotificationOut(msgspec.Struct, frozen=True):
    """A notification in both languages."""

    id: UUID
    code: str
    text: dict[str, str]
    order_id: UUID | None
    created_at: datetime
    read_at: datetime | None


def page(work: Work, cursor: str, *, unread: bool) -> Page[NotificationOut]:
    """The actor's notifications, newest first."""
    require(work.actor, "notification.view")
    before = decode_cursor(cursor, UUID)[0] if cursor else UUID(int=(1 << 128) - 1)
    rows = work.read(
        "select id, code, values, order_id, created_at, read_at from notify_notification where user_id = %s and id < %s "
        "and (not %s or read_at is null) order by id desc limit 51",
        [work.actor.id, before, unread],
    )
    found = [_out(*r) for r in rows[:50]]
    return Page(items=found, next=encode_cursor(found[-1].id) if len(rows) > 50 else None)


def _out(
    id_: UUID, code: str, values: str, order_id: UUID | None, created_at: datetime, read_at: datetime | None
) -> NotificationOut:
    given = msgspec.json.decode(values)
    words = {locale: messages.text(code, locale, given) for locale in ("zh", "en")}
    return NotificationOut(id_, code, words, order_id, created_at, read_at)


def unread(work: Work) -> int:
    """How many are unread, up to 1000."""
    row = work.one(
        "select count(*) from (select 1 from notify_notification where user_id = %s and read_at is null limit 1000) as n",
        [work.actor.id],
    )
    return int(row[0]) if row else 0
