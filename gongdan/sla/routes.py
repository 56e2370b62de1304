"""HTTP of SLA."""

from __future__ import annotations

from gongdan.kernel.http.operations import Call, Router
from gongdan.sla import queries
from gongdan.sla.queries import ClockOut

router = Router("sla")


@router.get("/orders/{order_id}/clocks", permission="sla.view", returns=list[ClockOut], summary="Clocks, explained")
def clocks(call: Call) -> list[ClockOut]:
    return queries.clocks(call.work, call.uuid("order_id"))
