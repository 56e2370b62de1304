"""Verbs of surveys and customers' links."""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.events import emit
from gongdan.kernel.http.begin import token_hash
from gongdan.kernel.work import Work, raw_connection
from gongdan.notify import actions as notify
from gongdan.orders.actions.loading import open_order
from gongdan.orders.queries import placed_order
from gongdan.surveys.events import SurveyAnswered
from gongdan.surveys.models import CustomerLink, Survey

TRACK_DAYS = 365
RATE_DAYS = 30
CHANGE_HOURS = 24
LOW = 2


def address(path: str) -> str:
    """A public address of this installation."""
    return os.environ.get("GONGDAN_URL", "").rstrip("/") + path


def make_link(work: Work, order_id: UUID, kind: str) -> str:
    """A new unguessable link (256 bits) to an order; kinds: track, rate. Returns the token, which is not stored."""
    token = secrets.token_urlsafe(32)
    days = TRACK_DAYS if kind == "track" else RATE_DAYS
    CustomerLink.objects.create(
        token_hash=token_hash(token),
        tenant_id=work.actor.tenant_id,
        order_id=order_id,
        kind=kind,
        created_at=work.at,
        expires_at=work.at + timedelta(days=days),
    )
    return token


def find_link(token: str, kinds: tuple[str, ...], at: datetime) -> tuple[UUID, UUID]:
    """(tenant id, order id) of a link, before any tenant is set. Raises NotFound."""
    for kind in kinds:
        row = (
            raw_connection()
            .execute("select tenant_id, order_id from find_link(%s, %s, %s)", [token_hash(token), kind, at])
            .fetchone()
        )
        if row is not None:
            return row[0], row[1]
    raise NotFound("link_ended")


def send(work: Work, order_id: UUID) -> str:
    """Ask the customer of a completed order for a rating; mails the link when an address is known. Returns the link's path."""
    order = placed_order(work, order_id)
    Survey.objects.get_or_create(
        tenant_id=work.actor.tenant_id,
        order_id=order_id,
        defaults={"id": work.new_id(), "engineer_id": order.row.assignee_id, "sent_at": work.at},
    )
    path = f"/s/{make_link(work, order_id, 'rate')}"
    contact = order.row.contact_id
    row = work.one("select email from customers_contact where id = %s and email <> ''", [contact]) if contact else None
    if row is not None:
        values = {"number": order.row.number, "link": address(path)}
        notify.queue(work, "email", row[0], "mail_survey", values, "zh", f"survey:{order_id}:{order.row.reopened}")
    return path


def answer(work: Work, order_id: UUID, score: int, reasons: list[str], comment: str) -> Survey:
    """Store a rating; within CHANGE_HOURS it may be changed. Raises Invalid, Conflict."""
    if not 1 <= score <= 5:
        raise Invalid("score_missing", field="score")
    found = Survey.objects.select_for_update().filter(order_id=order_id).first()
    if found is None:
        found = Survey(id=work.new_id(), tenant_id=work.actor.tenant_id, order_id=order_id, sent_at=work.at)
    if found.answered_at is not None and work.at > found.answered_at + timedelta(hours=CHANGE_HOURS):
        raise Conflict("survey_closed")
    opened = open_order(work, order_id, "order.view")
    found.engineer_id = opened.row.assignee_id
    found.score, found.reasons, found.comment = score, [r[:100] for r in reasons[:20]], comment[:2000]
    found.answered_at = found.answered_at or work.at
    found.save()
    data: dict[str, Any] = {"score": score, "reasons": found.reasons}
    opened.record("survey_answered", data, work.at)
    emit(work, SurveyAnswered(order_id=order_id, score=score, engineer_id=found.engineer_id))
    return found
