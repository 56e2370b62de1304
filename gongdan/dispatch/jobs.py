"""Background work of dispatch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongdan.dispatch import actions
from gongdan.kernel.jobs import handles
from gongdan.kernel.work import Work
from gongdan.orders.actions.loading import open_order
from gongdan.orders.queries import placed_order


@handles("dispatch.auto")
def auto(work: Work, args: dict[str, Any]) -> None:
    """Dispatch a new order when its blueprint says so and nobody was faster."""
    order_id = UUID(args["order_id"])
    seen = placed_order(work, order_id)
    if seen.blueprint.document.dispatch.mode != "auto" or seen.row.merged_into_id is not None:
        return
    row = open_order(work, order_id, "order.assign").row  # its lock: who claims while we choose comes after us, and is told so
    if row.assignee_id is None and row.family == 1:
        actions.dispatch(work, order_id)
