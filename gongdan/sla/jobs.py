"""Background work of SLA: the sweep that turns due clocks red."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from gongdan.kernel.access import system_actor
from gongdan.kernel.jobs import duty, handles
from gongdan.kernel.pipeline import run
from gongdan.kernel.work import SET_TENANT, Work, transaction_scope
from gongdan.sla import actions, sweeping

BATCH = 200  # orders in one transaction of the sweep
MOST_BATCHES = 50


@duty("sla.sweep", 2)
def sweep(at: datetime) -> None:
    """Look at every clock that is due: say once what it reached, turn its order orange or red, set when to look next.

    Every 2 s, so that a breach is red on screen within 5 s. Safe to repeat and to kill: a batch is one transaction.
    """
    for _ in range(MOST_BATCHES):
        with transaction_scope() as raw:
            taken = run(raw, [("select tenant_id, order_id from due_clocks(%s, %s)", [at, BATCH])])[0].rows
            for tenant_id, group in groupby(taken, key=lambda r: r[0]):
                run(raw, [(SET_TENANT, [str(tenant_id)])])
                work = Work(raw, system_actor(tenant_id, "sla"), at)
                sweeping.wake(work, [r[1] for r in group])
                work.flush()
        if len(taken) < BATCH // 2:
            return


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
