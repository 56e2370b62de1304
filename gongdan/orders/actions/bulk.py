"""One verb over many orders, run as a job with a row per order; each order is its own unit of work. And the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from gongdan.kernel import shapes
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, DomainError, Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.orders.actions import undoing
from gongdan.orders.actions.loading import TOKENS, lock_statements
from gongdan.orders.listing import matching
from gongdan.orders.models import Bulk, BulkRow
from gongdan.orders.rows import OpenOrder, row_from
from gongdan.orders.schemas import BulkIn, BulkOut, BulkResult
from gongdan.orders.statements import COLUMNS
from gongdan.orders.verbs import CALLABLE

MOST = 10_000
SHOWN = 500
KEPT = 20
UNDO_HOURS = 24
OVER = ("done", "cancelled")


def ask(work: Work, new: BulkIn) -> BulkOut:
    """Queue a bulk run. Raises Invalid for an unknown verb, arguments that fit no order, or no orders at all.

    A filter is looked up once, here: what matches later is not touched. Beyond MOST the newest are taken and `capped` says so.
    """
    require(work.actor, "order.bulk")
    entry = CALLABLE.get(new.verb)
    if entry is None:
        raise Invalid("unknown_verb", field="verb", verb=new.verb)
    try:
        msgspec.convert(new.args, entry.args)
    except msgspec.ValidationError as error:
        raise Invalid("invalid_body", field="args", reason=shapes.detailed(str(error)).reason) from None
    ids, capped = _ids(work, new)
    return _queue(work, new.verb, new.args, ids, capped=capped)


def _ids(work: Work, new: BulkIn) -> tuple[list[UUID], bool]:
    if sum((bool(new.ids), new.filter is not None, new.retry_of is not None)) != 1:
        raise Invalid("bulk_which", field="ids")
    if new.retry_of is not None:
        run = _mine(work, new.retry_of)
        found = BulkRow.objects.filter(tenant_id=run.tenant_id, bulk_id=run.id, ok=False).order_by("n")
        ids, capped = list(found.values_list("order_id", flat=True)), False
    elif new.filter is not None:
        ids, capped = matching(work, new.filter, MOST, list(new.except_))
    else:
        ids, capped = list(dict.fromkeys(new.ids)), False
    if not ids:
        raise Invalid("bulk_nothing", field="filter" if new.filter is not None else "ids")
    return ids, capped


def _queue(
    work: Work, verb: str, args: dict[str, Any], ids: list[UUID], *, undo_of: UUID | None = None, capped: bool = False
) -> BulkOut:
    run = Bulk.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        asked_by=work.actor.id,
        verb=verb,
        args=args,
        order_ids=ids,
        undo_of=undo_of,
        state="queued",
        created_at=work.at,
    )
    work.defer("orders.bulk", {"bulk_id": str(run.id), "actor": msgspec.to_builtins(work.actor)})
    return _out(work, run, [], capped=capped)


def _mine(work: Work, bulk_id: UUID, *, lock: bool = False) -> Bulk:
    rows: QuerySet[Bulk] = Bulk.objects.select_for_update() if lock else Bulk.objects.all()
    run = rows.filter(id=bulk_id, asked_by=work.actor.id).first()
    if run is None:
        raise NotFound("not_found")
    return run


def _out(work: Work, run: Bulk, results: list[BulkResult], *, capped: bool = False) -> BulkOut:
    fresh = run.finished_at is not None and work.at - run.finished_at < timedelta(hours=UNDO_HOURS)
    undo = fresh and run.verb in undoing.UNDOABLE and run.done > run.refused and not _undone(run)
    return BulkOut(
        run.id, run.state, len(run.order_ids), run.done, results, run.verb, run.args, run.refused, capped, undo, run.undo_of,
        run.created_at, run.finished_at,
    )  # fmt: skip


def _undone(run: Bulk) -> bool:
    return Bulk.objects.filter(undo_of=run.id).exists()


def progress(work: Work, bulk_id: UUID) -> BulkOut:
    """How far a bulk run is, the refused orders first. Only the person who asked for it sees it."""
    run = _mine(work, bulk_id)
    rows = BulkRow.objects.filter(tenant_id=run.tenant_id, bulk_id=run.id).order_by("ok", "n")[:SHOWN]
    return _out(work, run, [BulkResult(r.order_id, r.number, r.ok, r.code, r.zh, r.en) for r in rows])


def mine(work: Work) -> list[BulkOut]:
    """My last KEPT runs, the newest first, without their results."""
    runs = Bulk.objects.filter(asked_by=work.actor.id).defer("order_ids").order_by("-id")[:KEPT]
    return [_out(work, run, []) for run in runs]


def cancel(work: Work, bulk_id: UUID) -> BulkOut:
    """Stop a run; what is done stays done (and can be undone). Raises Conflict when it has ended."""
    run = _mine(work, bulk_id, lock=True)
    if run.state in OVER:
        raise Conflict("bulk_over")
    run.state, run.finished_at = "cancelled", work.at
    run.save(update_fields=["state", "finished_at"])
    return _out(work, run, [])


def undo(work: Work, bulk_id: UUID) -> BulkOut:
    """Queue a run that takes another one back, order by order. Raises Conflict when it is too late or was done before."""
    require(work.actor, "order.bulk")
    run = _mine(work, bulk_id, lock=True)
    if run.state not in OVER or run.finished_at is None:
        raise Conflict("undo_running")
    if work.at - run.finished_at >= timedelta(hours=UNDO_HOURS):
        raise Conflict("undo_late")
    if _undone(run):
        raise Conflict("undo_twice")
    rows = BulkRow.objects.filter(tenant_id=run.tenant_id, bulk_id=run.id, ok=True).order_by("n")
    ids = list(rows.values_list("order_id", flat=True))
    if not ids:
        raise Invalid("bulk_nothing", field="ids")
    return _queue(work, "undo", {"verb": run.verb}, ids, undo_of=run.id)


def one(work: Work, run: Bulk, n: int) -> BulkRow:
    """Do one order of a run; a refusal is a result, not an error."""
    order_id = run.order_ids[n]
    result = BulkRow(tenant_id=run.tenant_id, bulk_id=run.id, n=n, order_id=order_id, number="", ok=True)
    try:
        if run.undo_of is not None:
            result.number = _undo_one(work, run.undo_of, order_id)
        else:
            _say(work, run, result)
    except DomainError as error:
        result.ok, result.before, result.version = False, None, None
        result.code, result.zh, result.en = error.code, error.text("zh"), error.text("en")
    return result


def _say(work: Work, run: Bulk, result: BulkRow) -> None:
    entry = CALLABLE[run.verb]
    work.loaded["preload"] = rows = work.batch(lock_statements(result.order_id))
    before: dict[str, Any] | None = None
    version = 0
    if rows[0]:
        row = row_from(rows[0][0])
        result.number, version = row.number, row.version
        before = undoing.remembered(row, TOKENS.decode(rows[0][0][len(COLUMNS)]))
    entry.action(work, result.order_id, None, msgspec.convert(run.args, entry.args))
    opened: OpenOrder = work.loaded[("order", result.order_id)]
    if opened.row.version != version:
        result.before, result.version = before, opened.row.version
    work.flush()


def _undo_one(work: Work, undo_of: UUID, order_id: UUID) -> str:
    done = BulkRow.objects.get(tenant_id=work.actor.tenant_id, bulk_id=undo_of, order_id=order_id)
    if done.version is not None:  # otherwise the verb had changed nothing
        run = Bulk.objects.only("verb", "args").get(id=undo_of)
        undoing.restore(work, order_id, run.verb, run.args, done.before, done.version)
        work.flush()
    return str(done.number)
