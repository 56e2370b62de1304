"""HTTP of what surrounds an order: similar ones, merge, split, who holds it. Part of the routes of orders."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec

from gongdan.kernel.http.operations import Call, Router
from gongdan.orders import holders, previews, similar
from gongdan.orders.actions import merging, splitting
from gongdan.orders.actions.loading import preload
from gongdan.orders.holders import Holders
from gongdan.orders.schemas import Because, MergeIn, ReshapeOut, SplitIn, UnmergeIn
from gongdan.orders.similar import SimilarList

router = Router("orders")
ORDER = "/orders/{order_id}"


class SimilarQuery(msgspec.Struct, frozen=True):
    """What is known of an order that is being written down."""

    text: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    customer_id: UUID | None = None
    asset_id: UUID | None = None
    contact_phone: Annotated[str, msgspec.Meta(max_length=200)] = ""
    blueprint: Annotated[str, msgspec.Meta(max_length=60)] = ""
    limit: int | None = None


class Limit(msgspec.Struct, frozen=True):
    """How many."""

    limit: int | None = None


@router.get("/orders/similar", permission="order.view", query=SimilarQuery, returns=SimilarList, summary="相似单 Similar orders")
def similar_to(call: Call) -> SimilarList:
    query: SimilarQuery = call.query
    wanted = similar.Wanted(query.text, query.customer_id, query.asset_id, query.contact_phone, query.blueprint)
    return similar.find(call.work, wanted, query.limit)


@router.get(f"{ORDER}/similar", permission="order.view", query=Limit, returns=SimilarList, summary="相似单 Orders like this one")
def similar_orders(call: Call) -> SimilarList:
    return similar.of_order(call.work, call.uuid("order_id"), call.query.limit)


@router.get(f"{ORDER}/holders", permission="order.view", returns=Holders, summary="Who holds it now")
def who_holds(call: Call) -> Holders:
    return holders.holders(call.work, call.uuid("order_id"))


class MergeQuery(msgspec.Struct, frozen=True):
    """The order that stays."""

    into: UUID


class SplitQuery(msgspec.Struct, frozen=True):
    """The blueprint of the new order; the present one's when empty."""

    blueprint: str = ""


@router.get(
    f"{ORDER}/merge-preview", permission="order.merge", query=MergeQuery, returns=dict[str, Any], summary="What a merge would do"
)
def merge_preview(call: Call) -> dict[str, Any]:
    return previews.merge(call.work, call.uuid("order_id"), call.query.into)


@router.post(
    f"{ORDER}/merge", permission="order.merge", body=MergeIn, returns=ReshapeOut, versioned=True, summary="合并 Merge into another"
)
def merge(call: Call, body: MergeIn) -> ReshapeOut:
    return merging.merge(call.work, call.uuid("order_id"), call.version(), body)


@router.post(
    f"{ORDER}/unmerge",
    permission="order.merge",
    body=UnmergeIn,
    returns=ReshapeOut,
    versioned=True,
    summary="撤销合并 Undo a merge",
)
def unmerge(call: Call, body: UnmergeIn) -> ReshapeOut:
    return merging.unmerge(call.work, call.uuid("order_id"), call.version(), body)


@router.get(
    f"{ORDER}/split-preview", permission="order.split", query=SplitQuery, returns=dict[str, Any], summary="What a split would make"
)
def split_preview(call: Call) -> dict[str, Any]:
    return previews.split(call.work, call.uuid("order_id"), call.query.blueprint)


@router.post(
    f"{ORDER}/split", permission="order.split", body=SplitIn, returns=ReshapeOut, status=201, versioned=True, preload=preload,
    summary="拆分 Split off a new order",
)  # fmt: skip
def split(call: Call, body: SplitIn) -> ReshapeOut:
    return splitting.split(call.work, call.uuid("order_id"), call.version(), body)


@router.post(
    f"{ORDER}/unsplit", permission="order.split", body=Because, returns=ReshapeOut, versioned=True, summary="撤销拆分 Undo a split"
)
def unsplit(call: Call, body: Because) -> ReshapeOut:
    return splitting.unsplit(call.work, call.uuid("order_id"), call.version(), body)
