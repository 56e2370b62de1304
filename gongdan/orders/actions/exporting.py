"""Writing a list into a file: short ones at once, long ones by a job in parts, so that a crash repeats one part at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

import msgspec
from django.db import transaction

from gongdan.files import actions as files
from gongdan.files.storage import store
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.orders import exporting, listing, sheets
from gongdan.orders.models import Export
from gongdan.orders.schemas import ExportIn, ExportOut

AT_ONCE = 2_000
PART = 2_000
MOST = 1_000_000  # a sheet has 1 048 576 rows
KEPT = 10
OVER = ("done", "cancelled")


def ask(work: Work, new: ExportIn) -> ExportOut:
    """Begin an export. Up to AT_ONCE orders it is finished in the answer. Raises Invalid for unknown columns and filters."""
    require(work.actor, "order.export")
    exporting.plan(work, new.columns, work.actor.locale)
    count, capped = (len(new.ids), False) if new.ids else listing.count(work, new.filter)
    if not count:
        raise Invalid("bulk_nothing", field="filter")
    made = Export.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        asked_by=work.actor.id,
        format=new.format,
        columns=new.columns,
        filters={} if new.ids else new.filter,
        ids=list(new.ids),
        locale="en" if work.actor.locale == "en" else "zh",
        total=0 if capped else count,
        state="queued",
        created_at=work.at,
    )
    if count <= AT_ONCE:
        while made.state not in OVER:
            step(work, made)
    else:
        work.defer("orders.export", {"export_id": str(made.id), "actor": msgspec.to_builtins(work.actor)})
    return _out(made)


def step(work: Work, export: Export) -> None:
    """Write the next part into the store; after the last one, make the file. `work` is of whoever asked for it."""
    plan = exporting.plan(work, export.columns, export.locale)
    rows, last = exporting.rows(work, export.filters, export.ids, plan, export.last_id, PART)
    write = sheets.csv_row if export.format == "csv" else sheets.xlsx_row
    if rows:
        incoming = store().incoming()
        try:
            for row in rows:
                incoming.write(write(row, work.actor.zone))
        except BaseException:
            incoming.discard()
            raise
        export.parts.append(incoming.commit())
    export.done += len(rows)
    export.last_id, export.state = last, "running"
    if last is None or export.done >= MOST:
        _finish(work, export, write(plan.heads, work.actor.zone))
    export.save()


def _finish(work: Work, export: Export, head: bytes) -> None:
    join = sheets.csv if export.format == "csv" else sheets.xlsx
    parts = list(export.parts)
    stamp = work.at.strftime("%Y%m%d-%H%M")
    export.file_id = files.make(work, join(_pieces(head, parts)), f"orders-{stamp}.{export.format}").id
    export.state, export.finished_at, export.parts = "done", work.at, []
    transaction.on_commit(lambda: _drop(parts))


def _pieces(head: bytes, parts: Iterable[str]) -> Iterator[bytes]:
    yield head
    for key in parts:
        yield from store().chunks(key)


def _drop(keys: Iterable[str]) -> None:
    for key in keys:
        store().delete(key)


def cancel(work: Work, export_id: UUID) -> ExportOut:
    """Stop an export. Raises Conflict when it has ended."""
    export = _mine(work, export_id, lock=True)
    if export.state in OVER:
        raise Conflict("bulk_over")
    parts, export.parts = list(export.parts), []
    export.state, export.finished_at = "cancelled", work.at
    export.save()
    transaction.on_commit(lambda: _drop(parts))
    return _out(export)


def mine(work: Work) -> list[ExportOut]:
    """My last KEPT exports, the newest first."""
    return [_out(e) for e in Export.objects.filter(asked_by=work.actor.id).defer("ids").order_by("-id")[:KEPT]]


def _mine(work: Work, export_id: UUID, *, lock: bool = False) -> Export:
    found = (
        (Export.objects.select_for_update() if lock else Export.objects.all()).filter(id=export_id, asked_by=work.actor.id).first()
    )
    if found is None:
        raise NotFound("not_found")
    return found


def _out(e: Export) -> ExportOut:
    return ExportOut(e.id, e.state, e.format, e.total, e.done, e.file_id, e.created_at, e.finished_at)
