"""Verbs of notify: tell a person, read, snooze, mute; queue a message, retry, freeze and release. `sending` delivers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.notify import rules

FROZEN = "notify.frozen"
LONGEST_SNOOZE = timedelta(days=366)
TELL = (
    "insert into notify_notification (id, tenant_id, user_id, kind, code, values, order_id, dedupe, created_at, show_at, read_at) "
    "select n.id, %s, n.user_id, %s, %s, %s::jsonb, %s::uuid, %s, %s, %s, case when exists (select 1 from notify_mute m "
    "where m.user_id = n.user_id and (m.kind is null or m.kind = %s) and (m.order_id is null or m.order_id = %s::uuid) "
    "and (m.until is null or m.until > %s)) then %s::timestamptz end from unnest(%s::uuid[], %s::uuid[]) as n(id, user_id) "
    "on conflict do nothing"
)
SETTLE = (
    "update notify_notification set read_at = %s where kind = 'approval' and read_at is null and dedupe = %s "
    "and (%s::uuid is null or user_id = %s)"
)
MINE = "select created_at from notify_notification where id = %s and user_id = %s for no key update"
ADD_MUTE = "insert into notify_mute (id, tenant_id, user_id, kind, order_id, until, created_at) values (%s, %s, %s, %s, %s, %s, %s)"
QUEUE = (
    "insert into notify_message (id, tenant_id, channel, address, code, values, locale, dedupe, state, attempts, next_at, "
    "error, created_at) values (%s, %s, %s, %s, %s, %s::jsonb, %s, %s, 'queued', 0, %s, '', %s) on conflict do nothing"
)
RETRY = (
    "update notify_message set state = 'queued', attempts = 0, next_at = %s, error = '' "
    "where id = %s and state in ('failed', 'parked')"
)
SET = (
    "insert into kernel_setting (tenant_id, key, value, version, updated_at, updated_by) values (%s, %s, %s::jsonb, 1, %s, %s) "
    "on conflict (tenant_id, key) do update set value = excluded.value, version = kernel_setting.version + 1, "
    "updated_at = excluded.updated_at, updated_by = excluded.updated_by"
)


def tell(
    work: Work,
    users: list[UUID],
    code: str,
    values: dict[str, Any],
    *,
    order_id: UUID | None = None,
    dedupe: str | None = None,
) -> None:
    """Put a notification into people's inboxes, once per dedupe key; never to oneself.

    Who has muted its cause finds it among what is done, and is not told.
    """
    others = [u for u in dict.fromkeys(users) if u != work.actor.id]
    if others:
        ids = [work.new_id() for _ in others]
        kind, plain, at = rules.kind_of(code), msgspec.json.encode(values).decode(), work.at
        about = [work.actor.tenant_id, kind, code, plain, order_id, dedupe, at, at]
        work.write(TELL, [*about, kind, order_id, at, at, ids, others])


def queue(work: Work, channel: str, address: str, code: str, values: dict[str, Any], locale: str, dedupe: str) -> None:
    """Queue a message to an address, in this transaction; the same dedupe key again adds nothing."""
    plain = msgspec.json.encode(values).decode()
    tenant = work.actor.tenant_id
    work.write(QUEUE, [work.new_id(), tenant, channel, address, code, plain, locale, dedupe, work.at, work.at])


def _mine(work: Work, notification_id: UUID) -> datetime:
    """When this notification of the actor was made. Raises NotFound for one of somebody else."""
    found = work.one(MINE, [notification_id, work.actor.id])
    if found is None:
        raise NotFound("not_found")
    made: datetime = found[0]
    return made


def mark_read(work: Work, notification_id: UUID) -> None:
    """Mark one notification of the actor read (done). Raises NotFound for one of somebody else."""
    _mine(work, notification_id)
    work.write("update notify_notification set read_at = %s where id = %s and read_at is null", [work.at, notification_id])


def mark_unread(work: Work, notification_id: UUID) -> None:
    """Undo `mark_read`. Raises NotFound for one of somebody else."""
    _mine(work, notification_id)
    work.write("update notify_notification set read_at = null where id = %s", [notification_id])


def mark_all_read(work: Work) -> None:
    """Mark all notifications of the actor read that are in the inbox now; snoozed ones come back as they were going to."""
    work.write(
        "update notify_notification set read_at = %s where user_id = %s and read_at is null and show_at <= %s",
        [work.at, work.actor.id, work.at],
    )


def settle(work: Work, dedupe: str, user_id: UUID | None = None) -> None:
    """What was waited for is done: the approvals told under `dedupe` leave the inboxes, all or one person's."""
    work.write(SETTLE, [work.at, dedupe, user_id, user_id])


def snooze(work: Work, notification_id: UUID, until: datetime | None) -> None:
    """Put a notification aside; it comes back by itself at `until`. None brings it back now.

    Raises NotFound for one of somebody else, Invalid for an instant that has passed or is more than a year away.
    """
    made = _mine(work, notification_id)
    if until is not None and (until.tzinfo is None or not work.at < until <= work.at + LONGEST_SNOOZE):
        raise Invalid("snooze_when", field="until")
    work.write("update notify_notification set show_at = %s, read_at = null where id = %s", [until or made, notification_id])


def mute(work: Work, kind: str | None, order_id: UUID | None, until: datetime | None) -> UUID:
    """Hear no more of a kind, of an order, or of a kind on an order; until an instant, or for good. Returns the mute's id."""
    if kind is None and order_id is None:
        raise Invalid("mute_what", field="kind")
    if until is not None and (until.tzinfo is None or until <= work.at):
        raise Invalid("snooze_when", field="until")
    made = work.new_id()
    work.write(ADD_MUTE, [made, work.actor.tenant_id, work.actor.id, kind, order_id, until, work.at])
    return made


def unmute(work: Work, mute_id: UUID) -> None:
    """Hear of it again. Raises NotFound for a mute of somebody else."""
    work.write(
        "delete from notify_mute where id = %s and user_id = %s",
        [mute_id, work.actor.id],
        expect=1,
        error=lambda: NotFound("not_found"),
    )


def retry(work: Work, message_id: UUID) -> None:
    """Queue a failed or parked message again. Raises NotFound, Conflict (it is on its way or sent)."""
    require(work.actor, "setting.edit")
    if work.one("select 1 from notify_message where id = %s", [message_id]) is None:
        raise NotFound("not_found")
    work.write(RETRY, [work.at, message_id], expect=1, error=lambda: Conflict("message_not_stopped"))


def freeze(work: Work) -> None:
    """Hold all outgoing messages of the company; they queue up. A restore does this by itself."""
    require(work.actor, "setting.edit")
    _set_frozen(work, "true")


def release(work: Work) -> None:
    """Let outgoing messages go again."""
    require(work.actor, "setting.edit")
    _set_frozen(work, "false")


def _set_frozen(work: Work, value: str) -> None:
    work.write(SET, [work.actor.tenant_id, FROZEN, value, work.at, work.actor.id])
