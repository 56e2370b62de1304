"""Reads of notify: a person's own inbox, and the outbox for those who look after the system."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel import deadman, messages
from gongdan.kernel.access import require
from gongdan.kernel.deadman import SystemState
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.work import Work
from gongdan.notify import rules
from gongdan.notify.actions import FROZEN

LAST = UUID(int=(1 << 128) - 1)
END = datetime(9999, 1, 1, tzinfo=UTC)
INBOX = (
    "select id, kind, code, values, order_id, created_at, read_at, show_at from notify_notification where user_id = %s "
    "and (show_at, id) < (%s, %s) and show_at <= %s and (not %s or read_at is null) and (%s = '' or kind = any(%s)) "
    "order by show_at desc, id desc limit %s"
)
SNOOZED = (
    "select id, kind, code, values, order_id, created_at, read_at, show_at from notify_notification where user_id = %s "
    "and (show_at, id) < (%s, %s) and show_at > %s and read_at is null and (%s = '' or kind = any(%s)) "
    "order by show_at desc, id desc limit %s"
)
UNREAD = (
    "select kind, count(*) from (select kind from notify_notification where user_id = %s and read_at is null and show_at <= %s "
    "limit 1000) as n group by kind"
)
MUTES = (
    "select id, kind, order_id, until, created_at from notify_mute where user_id = %s and (until is null or until > %s) "
    "order by id desc limit 200"
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
    """A notification in both languages. `show_at` after `created_at`: it was snoozed, and is back from then on."""

    id: UUID
    code: str
    text: dict[str, str]
    order_id: UUID | None
    created_at: datetime
    read_at: datetime | None
    kind: str
    show_at: datetime
    token_id: UUID | None


class MuteOut(msgspec.Struct, frozen=True):
    """A cause that is not told: a kind, an order, or both; until an instant, or for good."""

    id: UUID
    kind: str | None
    order_id: UUID | None
    until: datetime | None
    created_at: datetime


class Unread(msgspec.Struct, frozen=True):
    """How many are unread (up to 1000), and of which kinds."""

    unread: int
    kinds: dict[str, int]


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


def page(
    work: Work, cursor: str, limit: int | None, *, unread: bool = False, kind: str = "", snoozed: bool = False
) -> Page[NotificationOut]:
    """The actor's notifications, newest first; one that is back from its snooze counts from then. `kind`: any of, by commas."""
    require(work.actor, "notification.view")
    most = clamp(limit)
    before = decode_cursor(cursor, datetime, UUID) if cursor else [END, LAST]
    given: list[Any] = [work.actor.id, *before, work.at, *([] if snoozed else [unread]), kind, kind.split(","), most + 1]
    rows = work.read(SNOOZED if snoozed else INBOX, given)
    found = [_out(*r) for r in rows[:most]]
    return Page(items=found, next=encode_cursor(found[-1].show_at, found[-1].id) if len(rows) > most else None)


def _out(
    id_: UUID,
    kind: str,
    code: str,
    values: str,
    order_id: UUID | None,
    created_at: datetime,
    read_at: datetime | None,
    show_at: datetime,
) -> NotificationOut:
    given = {k: messages.Words(**v) if isinstance(v, dict) else v for k, v in msgspec.json.decode(values).items()}
    words = {locale: messages.text(code, locale, given) for locale in ("zh", "en")}
    token = given.get("token_id")
    return NotificationOut(
        id_, code, words, order_id, created_at, read_at, kind, show_at, UUID(token) if isinstance(token, str) else None
    )


def unread(work: Work) -> Unread:
    """How many are in the inbox unread, up to 1000, by kind."""
    kinds: dict[str, int] = dict(work.read(UNREAD, [work.actor.id, work.at]))
    return Unread(sum(kinds.values()), kinds)


def mutes(work: Work) -> list[MuteOut]:
    """What the actor does not want to hear of; at most 200."""
    require(work.actor, "notification.view")
    return [MuteOut(*r) for r in work.read(MUTES, [work.actor.id, work.at])]


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


def system_state(work: Work) -> SystemState:
    """How background duties and jobs of the installation stand."""
    require(work.actor, "job.view")
    return deadman.state(work.raw, work.at)


def glance(work: Work) -> OutboxOut:
    """How the outbox stands."""
    require(work.actor, "job.view")
    counts, frozen = work.batch([(STOPPED, []), ("select value = 'true'::jsonb from kernel_setting where key = %s", [FROZEN])])
    return OutboxOut(bool(frozen and frozen[0][0]), *counts[0])
