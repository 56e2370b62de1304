"""HTTP of surveys."""

from __future__ import annotations

import msgspec

from gongdan.kernel.access import require
from gongdan.kernel.http.operations import Call, Router
from gongdan.orders.queries import placed_order
from gongdan.surveys import actions, queries
from gongdan.surveys.queries import SurveyOut

router = Router("surveys")


class LinkOut(msgspec.Struct, frozen=True):
    """A link to hand to the customer."""

    path: str


@router.get(
    "/orders/{order_id}/survey",
    permission="survey.view",
    returns=list[SurveyOut],
    summary="The order's rating",
)
def of_order(call: Call) -> list[SurveyOut]:
    return queries.of_order(call.work, call.uuid("order_id"))


@router.post(
    "/orders/{order_id}/survey",
    permission="survey.send",
    returns=LinkOut,
    status=201,
    summary="Ask for a rating",
)
def send(call: Call) -> LinkOut:
    return LinkOut(actions.send(call.work, call.uuid("order_id")))


@router.post(
    "/orders/{order_id}/tracking-link",
    permission="order.comment",
    returns=LinkOut,
    status=201,
    summary="A tracking link",
)
def tracking(call: Call) -> LinkOut:
    order = placed_order(call.work, call.uuid("order_id"))
    require(call.work.actor, "order.comment", order.row)
    return LinkOut(f"/t/{actions.make_link(call.work, order.row.id, 'track')}")
