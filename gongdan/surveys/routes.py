"""HTTP of surveys."""

from __future__ import annotations

import msgspec

from gongdan.kernel.http.operations import Call, Router
from gongdan.surveys import actions, queries
from gongdan.surveys.queries import SurveyOut

router = Router("surveys")


class LinkOut(msgspec.Struct, frozen=True):
    """A link to hand to the customer."""

    path: str


class Revoked(msgspec.Struct, frozen=True):
    """How many links have ended."""

    links: int


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
    return LinkOut(actions.send(call.work, call.uuid("order_id"), again=str(call.work.operation_id or "")))


@router.post(
    "/orders/{order_id}/tracking-link",
    permission="order.comment",
    returns=LinkOut,
    status=201,
    summary="A tracking link",
)
def tracking(call: Call) -> LinkOut:
    return LinkOut(actions.tracking_link(call.work, call.uuid("order_id")))


@router.delete(
    "/orders/{order_id}/tracking-link",
    permission="order.comment",
    returns=Revoked,
    summary="End all of the customer's links",
)
def revoke(call: Call) -> Revoked:
    return Revoked(actions.revoke_links(call.work, call.uuid("order_id")))
