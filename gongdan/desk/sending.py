"""Messages that can be taken back for HOLD_SECONDS: kept on the server, so that neither a closed browser nor a crash loses them.

A message is no part of the order until it is sent; sending says it through the order's own actions (ADR 0023).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from gongdan.desk import drafts
from gongdan.desk.models import Outgoing
from gongdan.desk.schemas import OutgoingIn, OutgoingOut
from gongdan.files.queries import require_attachable
from gongdan.kernel import shapes
from gongdan.kernel.access import require
from gongdan.kernel.errors import DomainError, Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.notify import actions as notify
from gongdan.orders.actions import conversing
from gongdan.orders.queries import placed_order
from gongdan.orders.schemas import NewComment
from gongdan.orders.verbs import CALLABLE
from gongdan.surveys import actions as surveys

HOLD_SECONDS = 10
LINK = "{{link}}"


def _out(row: Outgoing, state: str = "") -> OutgoingOut:
    return OutgoingOut(
        row.id, row.order_id, row.body, row.internal, row.files, row.mentions, row.then, state or row.state, row.error,
        row.send_at, row.created_at,
    )  # fmt: skip


def send(work: Work, order_id: UUID, new: OutgoingIn) -> OutgoingOut:
    """Put a message on its way. Raises NotFound, NotAllowed, Invalid (a verb or its arguments that fit no order)."""
    order = placed_order(work, order_id)
    require(work.actor, "order.note" if new.internal else "order.comment", order.row)
    if new.then is not None:
        _check(new.then.verb, new.then.args)
    require_attachable(work, list(new.files))
    if new.draft:
        drafts.drop(work, new.draft)
    row = Outgoing(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        order_id=order_id,
        author_id=work.actor.id,
        body=new.body,
        internal=new.internal,
        files=list(new.files),
        mentions=list(new.mentions),
        then=msgspec.to_builtins(new.then),
        send_at=work.at + timedelta(seconds=HOLD_SECONDS),
        created_at=work.at,
    )
    if not new.hold:
        _say(work, row)
        return _out(row, "sent")
    row.save(force_insert=True)
    work.defer("desk.send", {"id": str(row.id), "actor": msgspec.to_builtins(work.actor)}, run_at=row.send_at)
    return _out(row)


def _check(verb: str, args: dict[str, Any]) -> None:
    entry = CALLABLE.get(verb)
    if entry is None:
        raise Invalid("unknown_verb", field="then.verb", verb=verb)
    try:
        msgspec.convert(args, entry.args)
    except msgspec.ValidationError as error:
        raise Invalid("invalid_body", field="then.args", reason=shapes.detailed(str(error)).reason) from None


def mine(work: Work, order_id: UUID) -> list[OutgoingOut]:
    """The actor's messages of an order that are on their way or could not be sent. Raises NotFound."""
    placed_order(work, order_id)
    found = Outgoing.objects.filter(tenant_id=work.actor.tenant_id, author_id=work.actor.id, order_id=order_id)
    return [_out(o) for o in found.order_by("id")[:50]]


def _locked(work: Work, outgoing_id: UUID) -> Outgoing:
    found = (
        Outgoing.objects.select_for_update().filter(tenant_id=work.actor.tenant_id, author_id=work.actor.id, id=outgoing_id).first()
    )
    if found is None:
        raise NotFound("outgoing_gone")
    return found


def take_back(work: Work, outgoing_id: UUID) -> OutgoingOut:
    """Take a message back before it is sent; its words come with the answer. Raises NotFound when it was sent."""
    row = _locked(work, outgoing_id)
    shown = _out(row, "taken_back")
    row.delete()
    return shown


def send_now(work: Work, outgoing_id: UUID) -> OutgoingOut:
    """Send without waiting any longer. Raises NotFound when it was sent, and what the order says to a comment."""
    row = _locked(work, outgoing_id)
    shown = _out(row, "sent")
    _say(work, row)
    row.delete()
    return shown


def _say(work: Work, row: Outgoing) -> None:
    """The message becomes part of the order, then the verb is said; a verb that is refused does not take the message with it."""
    body = row.body
    if not row.internal and LINK in body:
        body = body.replace(LINK, surveys.address(surveys.tracking_link(work, row.order_id)))
    given: dict[str, Any] = {"body": body, "internal": row.internal, "files": row.files}
    given["mentions"] = row.mentions
    conversing.comment(work, row.order_id, NewComment(**given))
    work.flush()
    if not row.then:
        return
    verb = CALLABLE[row.then["verb"]]
    try:
        with transaction.atomic():
            each = Work(work.raw, work.actor, work.at)
            verb.action(each, row.order_id, None, msgspec.convert(row.then["args"], verb.args))
            each.flush()
    except DomainError as error:
        _tell(work, row, "n_then_refused", {"zh": error.text("zh"), "en": error.text("en")})


def _tell(work: Work, row: Outgoing, code: str, why: dict[str, str]) -> None:
    """Tell the author, who has gone on by now; as the system, because nobody is told of what they do themselves."""
    number = placed_order(work, row.order_id).row.number
    system = Work(work.raw, msgspec.structs.replace(work.actor, id=UUID(int=0), kind="system"), work.at)
    values = {"number": number, "why": {"zh": why["zh"], "en": why["en"]}}
    notify.tell(system, [row.author_id], code, values, order_id=row.order_id, dedupe=f"{code}:{row.id}")
    system.flush()


def deliver(work: Work, each: Work, outgoing_id: UUID) -> None:
    """Send a held message as its author (`each`); one taken back is gone. A refusal keeps the words and tells the author."""
    found = Outgoing.objects.select_for_update().filter(tenant_id=work.actor.tenant_id, id=outgoing_id, state="held")
    row = found.first()
    if row is None:
        return
    try:
        with transaction.atomic():
            _say(each, row)
    except DomainError as error:
        row.state, row.error = "failed", {"code": error.code, "zh": error.text("zh"), "en": error.text("en")}
        row.save(update_fields=["state", "error"])
        _tell(Work(work.raw, each.actor, work.at), row, "n_send_refused", row.error)
        return
    row.delete()
