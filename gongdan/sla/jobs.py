"""Background work of SLA: the sweep that turns due clocks red."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from gongdan.kernel.access import system_actor
from gongdan.kernel.events import emit
from gongdan.kernel.jobs import duty
from gongdan.kernel.pipeline import run
from gongdan.kernel.work import SET_TENANT, Work, transaction_scope
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
