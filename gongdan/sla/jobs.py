"""Background work of SLA: the sweep that turns due clocks red."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from gongdan.kernel.access import system_actor
from gongdan.kernel.events import emit
from gongdan.kernel.jobs import duty, handles
from gongdan.kernel.pipeline import run
from gongdan.kernel.work import SET_TENANT, Work, transaction_scope
from gongdan.sla import actions
from gongdan.sla.events import SlaBreached


@duty("sla.sweep", 2)
def sweep(at: datetime) -> None:
    """Mark orders whose next deadline has passed or come near, and say which passed; safe to repeat.

    Every 2 s, so that a breach is red on screen within 5 s.
    """
    passed: dict[UUID, list[Any]] = defaultdict(list)
    with transaction_scope() as raw:
        for tenant_id, order_id, due_at, state in run(raw, [("select * from mark_due(%s, 500)", [at])])[0].rows:
            if state == "breached":
                passed[tenant_id].append((order_id, due_at))
        for tenant_id, found in passed.items():
            run(raw, [(SET_TENANT, [str(tenant_id)])])
            work = Work(raw, system_actor(tenant_id, "sla"), at)
            for order_id, due_at in found:
                emit(work, SlaBreached(order_id=order_id, due_at=due_at))
            work.flush()


OPEN = (
    "select id from orders_order where family < 3 and merged_into_id is null and id > %s and (%s = '' or blueprint_key = %s) "
    "and (%s::uuid is null or customer_id = %s::uuid) order by id limit %s"
)
AT_ONCE = 100


@handles("sla.reapply")
def reapply(work: Work, args: dict[str, Any]) -> None:
    """Choose the policy of the next open orders again, then queue the rest. An order in which nothing changes is not touched."""
    blueprint, customer = args.get("blueprint", ""), args.get("customer_id")
    after = UUID(args["after"]) if args.get("after") else UUID(int=0)
    found = [r[0] for r in work.read(OPEN, [after, blueprint, blueprint, customer, customer, AT_ONCE])]
    for order_id in found:
        actions.reapply(work, order_id, fresh=bool(args.get("fresh")))
    if len(found) == AT_ONCE:
        work.defer("sla.reapply", {**args, "after": str(found[-1])})


@handles("sla.customer_changed")
def customer_changed(work: Work, args: dict[str, Any]) -> None:
    """Another tier may mean another policy for what the customer has open."""
    if "tier" in args["keys"]:
        work.defer("sla.reapply", {"customer_id": args["customer_id"]})
