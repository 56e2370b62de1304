"""HTTP of dispatch."""

from __future__ import annotations

from gongdan.dispatch import actions, queries
from gongdan.dispatch.queries import CandidateOut
from gongdan.kernel.http.operations import Call, Router
from gongdan.orders.schemas import Receipt

router = Router("dispatch")


@router.get(
    "/orders/{order_id}/candidates",
    permission="dispatch.view",
    returns=list[CandidateOut],
    summary="Who fits, and why",
)
def candidates(call: Call) -> list[CandidateOut]:
    return queries.for_order(call.work, call.uuid("order_id"))


@router.post(
    "/orders/{order_id}/dispatch",
    permission="dispatch.run",
    returns=Receipt,
    versioned=True,
    summary="自动派单 Dispatch",
)
def dispatch(call: Call) -> Receipt:
    return actions.dispatch_now(call.work, call.uuid("order_id"), call.version())
