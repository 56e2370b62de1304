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
from gongdan.orders.actions import bulk, moving
from gongdan.orders.actions.loading import open_order
from gongdan.orders.models import Bulk
from gongdan.orders.queries import placed_order
from gongdan.orders.schemas import Say

STEP = 50


@handles("orders.bulk")
def run_bulk(work: Work, args: dict[str, Any]) -> None:
    """Do the next STEP orders of a bulk run, then queue the rest: progress shows, a crash repeats one step at most."""
    run = Bulk.objects.select_for_update().get(id=UUID(args["bulk_id"]))
    if run.state == "done":
        return
    actor = msgspec.convert(args["actor"], Actor)
    todo = run.order_ids[len(run.results) : len(run.results) + STEP]
    for order_id in todo:
        with transaction.atomic():
            each = Work(work.raw, actor, work.at)
            result = bulk.one(each, run.verb, order_id, run.args)
            if not result.ok:
                transaction.set_rollback(True)
        run.results.append(msgspec.to_builtins(result))
    finished = len(run.results) >= len(run.order_ids)
    run.state = "done" if finished else "running"
    run.finished_at = work.at if finished else None
    run.save(update_fields=["results", "state", "finished_at"])
    if not finished:
        work.defer("orders.bulk", args)


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
