"""HTTP of assets."""

from __future__ import annotations

from gongdan.assets import actions, queries
from gongdan.assets.schemas import AssetIn, AssetOut, AssetQuery, Hit, LookupQuery
from gongdan.kernel.http.operations import Call, Router
from gongdan.kernel.http.paging import Page

router = Router("assets")


@router.get("/assets", permission="asset.view", query=AssetQuery, returns=Page[AssetOut], summary="Assets")
def page(call: Call) -> Page[AssetOut]:
    return queries.page(call.work, call.query)


@router.get("/assets/{asset_id}", permission="asset.view", returns=AssetOut, summary="One asset")
def one(call: Call) -> AssetOut:
    return queries.one(call.work, call.uuid("asset_id"))


@router.post("/assets", permission="asset.edit", body=AssetIn, returns=AssetOut, status=201, summary="Add an asset")
def add(call: Call, body: AssetIn) -> AssetOut:
    return queries.one(call.work, actions.add_asset(call.work, body).id)


@router.get(
    "/lookup",
    permission="order.create",
    query=LookupQuery,
    returns=list[Hit],
    summary="Find anybody by anything",
)
def lookup(call: Call) -> list[Hit]:
    return queries.lookup(call.work, call.query.q)
