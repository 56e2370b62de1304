"""HTTP of desk."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gongdan.desk import actions, drafts, queries, sending
from gongdan.desk.schemas import DraftIn, DraftOut, OutgoingIn, OutgoingOut, PaletteOut, PaletteQuery, PreferenceIn, PreferenceOut
from gongdan.kernel.errors import Invalid
from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page

router = Router("desk")
DRAFT = "/drafts/{key}"
KEY_MOST = 200


class DraftQuery(msgspec.Struct, frozen=True):
    """Which drafts: all, or the one of a key (none, when there is none)."""

    key: Annotated[str, msgspec.Meta(max_length=KEY_MOST)] = ""
    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""
    limit: int | None = None


def _key(call: Call) -> str:
    key = call.params["key"]
    if not 0 < len(key) <= KEY_MOST or "\x00" in key:
        raise Invalid("invalid_value", field="key", reason=f"1–{KEY_MOST}")
    return key


@router.get("/drafts", permission="order.view", query=DraftQuery, returns=Page[DraftOut], summary="My drafts")
def my_drafts(call: Call) -> Page[DraftOut]:
    return drafts.mine(call.work, call.query.key, call.query.cursor, call.query.limit)


@router.get(DRAFT, permission="order.view", returns=DraftOut, summary="One draft of mine")
def one_draft(call: Call) -> DraftOut:
    return drafts.one(call.work, _key(call))


@router.put(DRAFT, permission="order.view", body=DraftIn, returns=DraftOut, summary="Keep a draft")
def put_draft(call: Call, body: DraftIn) -> DraftOut:
    return drafts.put(call.work, _key(call), body)


@router.delete(DRAFT, permission="order.view", summary="Forget a draft")
def drop_draft(call: Call) -> None:
    drafts.drop(call.work, _key(call))


@router.get(
    "/orders/{order_id}/outgoing", permission="order.view", returns=list[OutgoingOut], summary="My messages on their way"
)  # fmt: skip
def my_outgoing(call: Call) -> list[OutgoingOut]:
    return sending.mine(call.work, call.uuid("order_id"))


@router.post(
    "/orders/{order_id}/outgoing", permission="order.view", body=OutgoingIn, returns=OutgoingOut, status=201,
    summary="Send a message that can be taken back for a moment",
)  # fmt: skip
def send(call: Call, body: OutgoingIn) -> OutgoingOut:
    return sending.send(call.work, call.uuid("order_id"), body)


@router.post("/outgoing/{outgoing_id}/send", permission="order.view", returns=OutgoingOut, summary="Send without waiting")
def send_now(call: Call) -> OutgoingOut:
    return sending.send_now(call.work, call.uuid("outgoing_id"))


@router.delete("/outgoing/{outgoing_id}", permission="order.view", returns=OutgoingOut, summary="Take a message back")
def take_back(call: Call) -> OutgoingOut:
    return sending.take_back(call.work, call.uuid("outgoing_id"))


@router.get("/me/preferences", returns=list[PreferenceOut], summary="What I prefer")
def preferences(call: Call) -> list[PreferenceOut]:
    return queries.preferences(call.work)


@router.put(
    "/me/preferences/{key}",
    body=PreferenceIn,
    returns=PreferenceOut,
    versioned=True,
    max_body=2 * actions.MOST_BYTES,
    summary="Keep a preference",
)
def put_preference(call: Call, body: PreferenceIn) -> PreferenceOut:
    return actions.put_preference(call.work, call.params["key"], call.version(), body.value)


@router.get("/palette", query=PaletteQuery, returns=PaletteOut, summary="Find anything")
def palette(call: Call) -> PaletteOut:
    return queries.palette(call.work, call.query.q)
