"""Verbs of notify: tell a person, queue a message, read, retry, freeze and release. `sending` delivers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, NotFound
from gongdan.kernel.work import Work

FROZEN = "notify.frozen"
TELL = (
    "insert into notify_notification (id, tenant_id, user_id, code, values, order_id, dedupe, created_at) "
    "select n.id, %s, n.user_id, %s, %s::jsonb, %s, %s, %s from unnest(%s::uuid[], %s::uuid[]) as n(id, user_id) "
    "on conflict do nothing"
)
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
    """Put a notification into people's inboxes, once per dedupe key; never to oneself."""
    others = [u for u in dict.fromkeys(users) if u != work.actor.id]
    if others:
        ids = [work.new_id() for _ in others]
        plain = msgspec.json.encode(values).decode()
        work.write(TELL, [work.actor.tenant_id, code, plain, order_id, dedupe, work.at, ids, others])


def queue(work: Work, channel: str, address: str, code: str, values: dict[str, Any], locale: str, dedupe: str) -> None:
    """Queue a message to an address, in this transaction; the same dedupe key again adds nothing."""
    plain = msgspec.json.encode(values).decode()
    tenant = work.actor.tenant_id
    work.write(QUEUE, [work.new_id(), tenant, channel, address, code, plain, locale, dedupe, work.at, work.at])


def mark_read(work: Work, notification_id: UUID) -> None:
    """Mark one notification of the actor read. Raises NotFound for one of somebody else."""
    mine = work.one("select 1 from notify_notification where id = %s and user_id = %s", [notification_id, work.actor.id])
    if mine is None:
        raise NotFound("not_found")
    work.write("update notify_notification set read_at = %s where id = %s and read_at is null", [work.at, notification_id])


def mark_all_read(work: Work) -> None:
    """Mark all notifications of the actor read."""
    work.write("update notify_notification set read_at = %s where user_id = %s and read_at is null", [work.at, work.actor.id])


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
