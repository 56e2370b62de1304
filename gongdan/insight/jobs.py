"""Background work of insight; each job is safe to repeat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongdan.insight import actions
from gongdan.kernel.jobs import duty, handles
from gongdan.kernel.work import Work, system_work, transaction_scope


@duty("insight.learn", 900)
def ask_all(at: datetime) -> None:
    """Ask every company's worker to look whether there is something to learn."""
    with transaction_scope() as raw:
        tenants = [r[0] for r in raw.execute("select * from all_tenants()").fetchall()]
    for tenant_id in tenants:
        with system_work(tenant_id, "insight", at) as work:
            work.defer("insight.learn", {}, dedupe="insight.learn")


@handles("insight.learn")
def learn(work: Work, _: dict[str, Any]) -> None:
    """Learn from what was finished since the last time."""
    actions.learn_all(work)
