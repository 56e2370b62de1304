"""Verbs of notify: tell a person, queue a message, send what is queued."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from gongdan.channels.mail import Mail, mailer
from gongdan.kernel import messages
from gongdan.kernel.work import SET_TENANT, Work, raw_connection, transaction_scope

log = logging.getLogger("gongdan.notify")
BATCH = 50
LEASE_SECONDS = 60
MAX_ATTEMPTS = 6
TELL = (
    "insert into notify_notification (id, tenant_id, user_id, code, values, order_id, dedupe, created_at) "
    "select n.id, %s, n.user_id, %s, %s::jsonb, %s, %s, %s from unnest(%s::uuid[], %s::uuid[]) as n(id, user_id) "
    "on conflict do nothing"
)
QUEUE = (
    "insert into notify_message (id, tenant_id, channel, address, code, values, locale, dedupe, state, attempts, next_at, "
    "error, created_at) values (%s, %s, %s, %s, %s, %s::jsonb, %s, %s, 'queued', 0, %s, '', %s) on conflict do nothing"
)
LOAD = "select address, code, values, locale, attempts, created_at from notify_message where id = %s and lease_token = %s"
SENT = (
    "update notify_message set state = 'sent', sent_at = %s, attempts = attempts + 1, lease_token = null "
    "where id = %s and lease_token = %s"
)
FAILED = (
    "update notify_message set state = %s, attempts = attempts + 1, next_at = %s, error = %s, lease_token = null, "
    "lease_until = null where id = %s and lease_token = %s"
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
    """Queue a message to an address; the same dedupe key again adds nothing."""
    plain = msgspec.json.encode(values).decode()
    tenant = work.actor.tenant_id
    work.write(QUEUE, [work.new_id(), tenant, channel, address, code, plain, locale, dedupe, work.at, work.at])


def send_batch(at: datetime) -> int:
    """Send what is queued and due: lease, deliver, mark. A crash in between repeats with the same Message-ID."""
    token = uuid4()
    with transaction_scope():
        taken = (
            raw_connection()
            .execute(
                "select id, tenant_id from take_messages(%s, %s, %s, %s)",
                [token, BATCH, at, at + timedelta(seconds=LEASE_SECONDS)],
            )
            .fetchall()
        )
    for message_id, tenant_id in taken:
        _send_one(message_id, tenant_id, token, at)
    return len(taken)


def _send_one(message_id: UUID, tenant_id: UUID, token: UUID, at: datetime) -> None:
    with transaction_scope() as raw:
        raw.execute(SET_TENANT, [str(tenant_id)])
        row = raw.execute(LOAD, [message_id, token]).fetchone()
    if row is None:
        return
    address, code, values, locale, attempts, created_at = row
    subject, _, body = messages.text(code, locale, msgspec.json.decode(values)).partition("\n\n")
    mail = Mail(address, subject, body or subject, f"<{message_id}@gongdan>", created_at)
    try:
        mailer().send(mail)
    except OSError as error:
        log.warning("message %s not sent: %s", message_id, error)
        state = "parked" if attempts + 1 >= MAX_ATTEMPTS else "queued"
        later = at + timedelta(seconds=30 * 2**attempts)
        statement: tuple[str, list[Any]] = (FAILED, [state, later, str(error)[:500], message_id, token])
    else:
        statement = (SENT, [at, message_id, token])
    with transaction_scope() as raw:
        raw.execute(SET_TENANT, [str(tenant_id)])
        raw.execute(statement[0], statement[1])


def mark_read(work: Work, notification_id: UUID | None) -> None:
    """Mark one notification of the actor read, or all."""
    work.write(
        "update notify_notification set read_at = %s where user_id = %s and read_at is null and (%s::uuid is null or id = %s)",
        [work.at, work.actor.id, notification_id, notification_id],
    )
