"""Verbs of surveys and customers' links."""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongdan.accounts import queries as account_queries
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.events import emit
from gongdan.kernel.http.begin import token_hash
from gongdan.kernel.work import Work, raw_connection
from gongdan.notify import actions as notify
from gongdan.orders.actions.loading import open_order
from gongdan.orders.queries import placed_order
from gongdan.surveys import rules
from gongdan.surveys.events import SurveyAnswered
from gongdan.surveys.models import CustomerLink, Survey

RATE_DAYS = 30


def address(path: str) -> str:
    """A public address of this installation."""
    return os.environ.get("GONGDAN_URL", "").rstrip("/") + path


def make_link(work: Work, order_id: UUID, kind: str) -> str:
    """A new unguessable link (256 bits) to an order; kinds: track, rate. Returns the token, which is not stored."""
    token = secrets.token_urlsafe(32)
    CustomerLink.objects.create(
        token_hash=token_hash(token),
        tenant_id=work.actor.tenant_id,
        order_id=order_id,
        kind=kind,
        created_at=work.at,
        expires_at=work.at + timedelta(days=RATE_DAYS) if kind == "rate" else None,
    )
    return token


def tracking_link(work: Work, order_id: UUID) -> str:
    """A tracking link to hand to the customer; its path. Raises NotFound, NotAllowed."""
    order = placed_order(work, order_id)
    require(work.actor, "order.comment", order.row)
    return f"/t/{make_link(work, order_id, 'track')}"


def revoke_links(work: Work, order_id: UUID) -> int:
    """End all links to an order at once (one was sent to the wrong person). Returns how many."""
    order = placed_order(work, order_id)
    require(work.actor, "order.comment", order.row)
    return CustomerLink.objects.filter(order_id=order_id, revoked_at=None).update(revoked_at=work.at)


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


def send(work: Work, order_id: UUID, *, again: str = "") -> str:
    """Ask the customer of a finished order for a rating; mails the link when an address is known. Returns the link's path.

    One mail per completion; `again` (any word) is one more. Raises NotFound, NotAllowed, Conflict (not finished, no survey).
    """
    order = placed_order(work, order_id)
    require(work.actor, "survey.send", order.row)
    survey = order.blueprint.document.survey
    if not rules.may_rate(order.row.family, cancelled=order.row.cancelled, enabled=survey.enabled):
        raise Conflict("survey_not_due" if survey.enabled else "survey_off")
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
        dedupe = f"survey:{order_id}:{order.row.reopened}{again and ':'}{again}"
        notify.queue(work, "email", row[0], "mail_survey", values, account_queries.face(work).locale, dedupe)
    return path


def answer(work: Work, order_id: UUID, score: int, reasons: list[str], comment: str) -> Survey:
    """Store a rating; within CHANGE_HOURS it may be changed, and the same again changes nothing.

    `reasons` are the blueprint's, by their Chinese label. Raises Invalid (no stars), Conflict (not finished, too late).
    """
    if not 1 <= score <= 5:
        raise Invalid("score_missing", field="score")
    opened = open_order(work, order_id, "order.view")  # its lock: two presses at once come one after the other
    row, asked = opened.row, opened.blueprint.document.survey
    if not rules.may_rate(row.family, cancelled=row.cancelled, enabled=asked.enabled):
        raise Conflict("survey_not_due")
    found, _ = Survey.objects.get_or_create(  # not by a look and an insert: the job that asks may make it in between
        tenant_id=work.actor.tenant_id, order_id=order_id, defaults={"id": work.new_id(), "sent_at": work.at}
    )
    said = (score, rules.known_reasons(reasons, [r.zh for r in asked.reasons]), comment.strip()[: rules.COMMENT_MOST])
    if found.answered_at is not None and (found.score, found.reasons, found.comment) == said:
        return found
    if not rules.may_change(found.answered_at, work.at):
        raise Conflict("survey_closed")
    found.engineer_id = row.assignee_id
    found.score, found.reasons, found.comment = said
    found.answered_at = found.answered_at or work.at
    found.save()
    data: dict[str, Any] = {"score": score, "reasons": found.reasons}
    opened.record("survey_answered", data, work.at)
    emit(work, SurveyAnswered(order_id=order_id, score=score, engineer_id=found.engineer_id))
    return found
