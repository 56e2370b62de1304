"""One verb over many orders, run as a job with a result per order; each order is its own unit of work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel import shapes
from gongdan.kernel.access import require
from gongdan.kernel.errors import DomainError, Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.orders.models import Bulk
from gongdan.orders.schemas import BulkIn, BulkOut, BulkResult
from gongdan.orders.verbs import CALLABLE

MOST = 5_000


def ask(work: Work, new: BulkIn) -> BulkOut:
    """Queue a bulk run. Raises Invalid for an unknown verb or arguments that fit no order."""
    require(work.actor, "order.bulk")
    entry = CALLABLE.get(new.verb)
    if entry is None:
        raise Invalid("unknown_verb", field="verb", verb=new.verb)
    if len(new.ids) > MOST:
        raise Invalid("bulk_too_many", field="ids", most=MOST)
    try:
        msgspec.convert(new.args, entry.args)
    except msgspec.ValidationError as error:
        raise Invalid("invalid_body", field="args", reason=shapes.detailed(str(error)).reason) from None
    ids = list(dict.fromkeys(new.ids))
    run = Bulk.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        asked_by=work.actor.id,
        verb=new.verb,
        args=new.args,
        order_ids=ids,
        state="queued",
        created_at=work.at,
    )
    work.defer("orders.bulk", {"bulk_id": str(run.id), "actor": msgspec.to_builtins(work.actor)})
    return BulkOut(run.id, "queued", len(ids), 0, [])


def progress(work: Work, bulk_id: UUID) -> BulkOut:
    """How far a bulk run is. Only the person who asked for it sees it."""
    run = Bulk.objects.filter(id=bulk_id, asked_by=work.actor.id).first()
    if run is None:
        raise NotFound("not_found")
    results = msgspec.convert(run.results, list[BulkResult])
    return BulkOut(run.id, run.state, len(run.order_ids), len(results), results)


def one(work: Work, verb: str, order_id: UUID, args: dict[str, Any]) -> BulkResult:
    """Say `verb` to one order; a refusal is a result, not an error."""
    entry = CALLABLE[verb]
    try:
        done = entry.action(work, order_id, None, msgspec.convert(args, entry.args))
        work.flush()
    except DomainError as error:
        return BulkResult(order_id, "", ok=False, code=error.code, zh=error.text("zh"), en=error.text("en"))
    return BulkResult(order_id, done.number, ok=True)
