"""The outbox's sender: lease, deliver, mark, in batches (architecture.md §6).

At least once: a worker killed between the mail server's "ok" and our mark sends again under the same Message-ID, by which
the receiver's side drops it. Two workers never hold one message (SKIP LOCKED, and a fencing token per lease).
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from gongdan.channels.mail import Down, Mail, Mailer, Refused, mailer, memory
from gongdan.kernel import faults
from gongdan.kernel.pipeline import Row
from gongdan.kernel.work import SET_TENANT, raw_connection, transaction_scope
from gongdan.notify import rules

log = logging.getLogger("gongdan.notify")
BATCH = 50
LEASE_SECONDS = 90
BUDGET_SECONDS = 20.0  # a slow mail server must not keep the worker from its other work
LOAD = (
    "select m.channel, m.address, m.code, m.values, m.locale, m.attempts, m.created_at, t.kind from notify_message m "
    "join accounts_tenant t on t.id = m.tenant_id where m.id = %s and m.lease_token = %s"
)
SENT = (
    "update notify_message set state = 'sent', sent_at = %s, attempts = attempts + 1, receipt = %s, error = '', "
    "values = values - 'link', lease_token = null, lease_until = null where id = %s and lease_token = %s"
)
REFUSED = (
    "update notify_message set state = %s, attempts = attempts + 1, next_at = %s, error = %s, lease_token = null, "
    "lease_until = null where id = %s and lease_token = %s"
)


def send_batch(at: datetime) -> int:
    """Send what is queued and due. Returns how many messages were taken and tried."""
    token = uuid4()
    with transaction_scope() as raw:
        taken = raw.execute(
            "select id, tenant_id from take_messages(%s, %s, %s, %s)", [token, BATCH, at, at + timedelta(seconds=LEASE_SECONDS)]
        ).fetchall()
    begun = time.monotonic()  # house: allow clock – pace of this process, not time of the business
    post = mailer()
    left = dict(taken)
    try:
        while left and time.monotonic() - begun < BUDGET_SECONDS:  # house: allow clock – the same
            message_id = next(iter(left))
            _send_one(post, message_id, left[message_id], token, at)
            del left[message_id]
    except Down as down:
        log.warning("mail waits: %s", down)
        _put_back(list(left), token, at + timedelta(seconds=rules.DOWN_SECONDS), str(down))
        return len(taken) - len(left)
    finally:
        post.close()
    if left:
        _put_back(list(left), token, at, "")
    return len(taken) - len(left)


def _send_one(post: Mailer, message_id: UUID, tenant_id: UUID, token: UUID, at: datetime) -> None:
    row = _in_tenant(tenant_id, LOAD, [message_id, token])
    if row is None:  # the lease ended and another worker has it
        return
    channel, address, code, values, locale, attempts, created_at, kind = row
    try:
        words = rules.rendered(code, locale, msgspec.json.decode(values))
        if words is None or channel != "email":
            raise Refused(f"no words for {code}" if words is None else f"no channel {channel}", final=True)
        mail = Mail(address, *words, f"<{message_id}@gongdan>", created_at)
        receipt = memory().send(mail) if kind == "sandbox" else post.send(mail)
    except Refused as refused:
        state, later = rules.after_refusal(attempts + 1, final=refused.final, at=at)
        log.warning("message %s %s: %s", message_id, state, refused)
        _in_tenant(tenant_id, REFUSED, [state, later, str(refused)[:500], message_id, token])
        return
    faults.point("message_sent_not_marked")
    _in_tenant(tenant_id, SENT, [at, receipt, message_id, token])


def _in_tenant(tenant_id: UUID, statement: str, values: list[Any]) -> Row | None:
    """One statement in a transaction of its own: what was sent stays marked whatever comes next."""
    with transaction_scope() as raw:
        raw.execute(SET_TENANT, [str(tenant_id)])
        cursor = raw.execute(statement, values)
        return cursor.fetchone() if cursor.description else None


def _put_back(ids: list[UUID], token: UUID, later: datetime, why: str) -> None:
    with transaction_scope() as raw:
        raw.execute("select put_back_messages(%s, %s, %s, %s)", [ids, token, later, why[:500]])


def freeze_all(at: datetime) -> int:
    """Freeze the outgoing messages of every company: the last step of a restore. Returns how many companies."""
    with transaction_scope():
        row = raw_connection().execute("select freeze_messages(%s)", [at]).fetchone()
    return int(row[0]) if row else 0
