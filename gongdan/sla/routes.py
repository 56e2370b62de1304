"""HTTP of SLA."""

from __future__ import annotations

from gongdan.kernel.http.operations import Call, Router
from gongdan.sla import changing, policies, queries
from gongdan.sla.queries import ClockOut
from gongdan.sla.schemas import Applied, PoliciesApply, PolicyIn, PolicyOrder, PolicyOut, PolicyTry, Tried

router = Router("sla")
ONE = "/sla/policies/{policy_id}"


@router.get("/orders/{order_id}/clocks", permission="sla.view", returns=list[ClockOut], summary="Clocks, explained")
def clocks(call: Call) -> list[ClockOut]:
    return queries.clocks(call.work, call.uuid("order_id"))


@router.get("/sla/policies", permission="sla.view", returns=list[PolicyOut], summary="Time limit policies by rank")
def rows(call: Call) -> list[PolicyOut]:
    return policies.rows(call.work)


@router.post("/sla/policies", permission="sla.edit", body=PolicyIn, returns=PolicyOut, status=201, summary="Add a policy")
def add(call: Call, body: PolicyIn) -> PolicyOut:
    return policies.one(call.work, changing.add(call.work, body))


@router.put(
    "/sla/policies/order", permission="sla.edit", body=PolicyOrder, returns=list[PolicyOut], summary="Put policies in order"
)
def put_in_order(call: Call, body: PolicyOrder) -> list[PolicyOut]:
    changing.put_in_order(call.work, body)
    return policies.rows(call.work)


@router.post(
    "/sla/policies/apply",
    permission="sla.edit",
    body=PoliciesApply,
    returns=Applied,
    status=202,
    summary="Choose again for open orders",
)
def apply(call: Call, body: PoliciesApply) -> Applied:
    return Applied(changing.apply(call.work, body.blueprint))


@router.post("/sla/policies/try", permission="sla.view", body=PolicyTry, returns=Tried, summary="Which policy would an order get?")
def try_out(call: Call, body: PolicyTry) -> Tried:
    return changing.try_out(call.work, body)


@router.get(ONE, permission="sla.view", returns=PolicyOut, summary="One policy")
def one(call: Call) -> PolicyOut:
    return policies.one(call.work, call.uuid("policy_id"))


@router.put(ONE, permission="sla.edit", body=PolicyIn, returns=PolicyOut, versioned=True, summary="Change a policy")
def change(call: Call, body: PolicyIn) -> PolicyOut:
    changing.change(call.work, call.uuid("policy_id"), call.version(), body)
    return policies.one(call.work, call.uuid("policy_id"))


@router.delete(ONE, permission="sla.edit", versioned=True, summary="Delete a policy")
def delete(call: Call) -> None:
    changing.delete(call.work, call.uuid("policy_id"), call.version())
