"""Reads of notify: a person's own inbox, and the outbox for those who look after the system."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from gongdan.kernel import messages
from gongdan.kernel.access import require
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.work import Work
from gongdan.notify import rules
from gongdan.notify.actions import FROZEN

LAST = UUID(int=(1 << 128) - 1)
INBOX = (
    "select id, code, values, order_id, created_at, read_at from notify_notification where user_id = %s and id < %s "
    "and (not %s or read_at is null) order by id desc limit %s"
)
OUTBOX = (
    "select id, channel, address, code, values, state, attempts, next_at, error, receipt, created_at, sent_at "
    "from notify_message where id < %s and (%s = '' or state = %s) order by id desc limit %s"
)
STOPPED = (
    "select count(*) filter (where state = 'queued'), count(*) filter (where state = 'failed'), "
    "count(*) filter (where state = 'parked') "
    "from (select state from notify_message where state in ('queued', 'failed', 'parked') limit 1000) as m"
)


class NotificationOut(msgspec.Struct, frozen=True):
    """A notification in both languages."""

    id: UUID
    code: str
    text: dict[str, str]
    order_id: UUID | None
    created_at: datetime
    read_at: datetime | None


class MessageOut(msgspec.Struct, frozen=True):
    """An outgoing message: where it is on its way. Its address is masked; links in it are not shown."""

    id: UUID
    channel: str
    address: str
    code: str
    subject: dict[str, str]
    state: str
    attempts: int
    next_at: datetime
    error: str
    receipt: str
    created_at: datetime
    sent_at: datetime | None


class OutboxOut(msgspec.Struct, frozen=True):
    """The outbox at a glance: whether it is frozen, and how many messages (up to 1000) are in each state but sent."""

    frozen: bool
    queued: int
    failed: int
    parked: int


def page(work: Work, cursor: str, limit: int | None, *, unread: bool) -> Page[NotificationOut]:
    """The actor's notifications, newest first."""
    require(work.actor, "notification.view")
    most = clamp(limit)
    before = decode_cursor(cursor, UUID)[0] if cursor else LAST
    rows = work.read(INBOX, [work.actor.id, before, unread, most + 1])
    found = [_out(*r) for r in rows[:most]]
    return Page(items=found, next=encode_cursor(found[-1].id) if len(rows) > most else None)


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


def outbox(work: Work, cursor: str, limit: int | None, state: str) -> Page[MessageOut]:
    """Outgoing messages, newest first."""
    require(work.actor, "job.view")
    most = clamp(limit)
    before = decode_cursor(cursor, UUID)[0] if cursor else LAST
    rows = work.read(OUTBOX, [before, state, state, most + 1])
    found = [
        MessageOut(id_, channel, rules.masked(address), code, _subjects(code, values), *rest)
        for id_, channel, address, code, values, *rest in rows[:most]
    ]
    return Page(items=found, next=encode_cursor(found[-1].id) if len(rows) > most else None)


def _subjects(code: str, values: str) -> dict[str, str]:
    given = {**msgspec.json.decode(values), "link": "…"}
    return {locale: (rules.rendered(code, locale, given) or (code, ""))[0] for locale in ("zh", "en")}


def glance(work: Work) -> OutboxOut:
    """How the outbox stands."""
    require(work.actor, "job.view")
    counts, frozen = work.batch([(STOPPED, []), ("select value = 'true'::jsonb from kernel_setting where key = %s", [FROZEN])])
    return OutboxOut(bool(frozen and frozen[0][0]), *counts[0])
