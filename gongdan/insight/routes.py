"""HTTP of insight. Its posts only read: a text is too long for an address."""

from __future__ import annotations

from gongdan.insight import queries
from gongdan.insight.chats import Reading
from gongdan.insight.schemas import ProposeIn, SplitOut, SplitQuery, SuggestIn, SuggestOut
from gongdan.kernel.http.operations import Call, Router

router = Router("insight")


@router.post(
    "/orders/suggest", permission="order.create", body=SuggestIn, returns=SuggestOut, writes=False,
    summary="What past orders suggest for a new one",
)  # fmt: skip
def suggest(call: Call, body: SuggestIn) -> SuggestOut:
    return queries.suggest(call.work, body)


@router.post(
    "/orders/propose", permission="order.create", body=ProposeIn, returns=Reading, writes=False,
    summary="What a pasted chat proposes for a new order",
)  # fmt: skip
def propose(call: Call, body: ProposeIn) -> Reading:
    return queries.propose(call.work, body.text)


@router.get(
    "/addresses/split", permission="order.create", query=SplitQuery, returns=SplitOut, summary="Province, city, district, detail",
)  # fmt: skip
def split(call: Call) -> SplitOut:
    return queries.split(call.work, call.query.q)
