"""Background entry points of orders; each is safe to repeat."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from gongdan.kernel.access import Actor
from gongdan.kernel.jobs import duty, handles
from gongdan.kernel.work import Work, raw_connection, transaction_scope
from gongdan.orders import anchoring
from gongdan.orders.actions import bulk, exporting, moving
from gongdan.orders.actions.loading import open_order
from gongdan.orders.models import Bulk, BulkRow, Export
from gongdan.orders.queries import placed_order
from gongdan.orders.schemas import Say

STEP = 50


@handles("orders.bulk")
def run_bulk(work: Work, args: dict[str, Any]) -> None:
    """Do the next STEP orders of a bulk run, then queue the rest: progress shows, a crash repeats one step at most."""
    run = Bulk.objects.select_for_update().get(id=UUID(args["bulk_id"]))
    if run.state in bulk.OVER:
        return
    actor = msgspec.convert(args["actor"], Actor)
    rows = []
    for n in range(run.done, min(run.done + STEP, len(run.order_ids))):
        with transaction.atomic():
            result = bulk.one(Work(work.raw, actor, work.at), run, n)
            if not result.ok:
                transaction.set_rollback(True)
        rows.append(result)
    BulkRow.objects.bulk_create(rows)
    run.done += len(rows)
    run.refused += sum(not r.ok for r in rows)
    finished = run.done >= len(run.order_ids)
    run.state = "done" if finished else "running"
    run.finished_at = work.at if finished else None
    run.save(update_fields=["done", "refused", "state", "finished_at"])
    if not finished:
        work.defer("orders.bulk", args)


@handles("orders.export")
def run_export(work: Work, args: dict[str, Any]) -> None:
    """Write the next part of an export, then queue the rest."""
    found = Export.objects.select_for_update().get(id=UUID(args["export_id"]))
    if found.state in exporting.OVER:
        return
    each = Work(work.raw, msgspec.convert(args["actor"], Actor), work.at)
    exporting.step(each, found)
    each.flush()
    if found.state not in exporting.OVER:
        work.defer("orders.export", args)


@handles("orders.resume")
def resume_held(work: Work, args: dict[str, Any]) -> None:
    """End a hold whose time has come, unless somebody was faster: a later hold has a time of its own, or none."""
    order_id = UUID(args["order_id"])
    if placed_order(work, order_id).row.merged_into_id is not None:
        return  # undoing the merge asks again
    opened = open_order(work, order_id, "order.resume")
    if opened.row.waiting_on is None:
        return
    newest = work.one("select max(seq) from orders_event where order_id = %s and type = 'hold'", [order_id])
    if newest is None or newest[0] != args["held_at"] + 1:
        return
    moving.resume(work, order_id, None, Say(note=""))


@duty("orders.anchor", 3600)
def anchor_all(at: datetime) -> None:
    """Fingerprint every tenant's ledger; a copy goes to the anchor file outside the database."""
    with transaction_scope() as raw:
        tenants = [r[0] for r in raw.execute("select * from all_tenants()").fetchall()]
    for tenant_id in tenants:
        anchoring.anchor(tenant_id, at)


@duty("orders.partitions", 86_400)
def next_partitions(at: datetime) -> None:
    """Make next year's ledger partition in good time."""
    with transaction_scope():
        raw_connection().execute("select add_event_partition(%s)", [at.year + 1])
