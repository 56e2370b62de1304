"""HTTP of lists of orders: the work list and its other shapes, bulk runs, exports, saved views, the feed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from gongdan.kernel.http.operations import Call, Reply, Router
from gongdan.kernel.http.paging import Page
from gongdan.orders import layouts, listing, views
from gongdan.orders.actions import bulk, exporting
from gongdan.orders.schemas import (
    BulkIn,
    BulkOut,
    ExportIn,
    ExportOut,
    OrderDays,
    OrderGroups,
    OrderMap,
    ViewEdit,
    ViewIn,
    ViewOut,
    Vocabulary,
)

router = Router("orders")


class ListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Filters of order lists; `field.<key>` filters custom fields (see docs/adr/0012). `fields`: custom fields to show."""

    state: str = ""
    family: str = ""
    priority: str = ""
    team_id: str = ""
    assignee_id: str = ""
    created_by: str = ""
    customer_id: str = ""
    asset_id: str = ""
    site_id: str = ""
    org_unit_id: str = ""
    blueprint: str = ""
    channel: str = ""
    sla: str = ""
    waiting_on: str = ""
    open: str = ""
    tag: str = ""
    watching: str = ""
    external_key: str = ""
    created_from: str = ""
    created_to: str = ""
    opened_from: str = ""
    opened_to: str = ""
    closed_from: str = ""
    resolved_from: str = ""
    resolved_to: str = ""
    reopened: str = ""
    first_time: str = ""
    step: str = ""
    passed: str = ""
    rating: str = ""
    due_from: str = ""
    due_before: str = ""
    updated_from: str = ""
    id: str = ""
    bbox: str = ""
    q: str = ""
    sort: str = ""
    by: str = ""
    fields: str = ""
    from_: str = msgspec.field(default="", name="from")
    days: int = 31
    per_day: int = 5
    view: UUID | None = None
    cursor: str = ""
    limit: int | None = None


NO_FILTERS = ("sort", "view", "cursor", "limit", "by", "fields", "from_", "days", "per_day")


class Count(msgspec.Struct, frozen=True):
    """A number of orders, exact to 10 000."""

    count: int
    capped: bool


class Figure(msgspec.Struct, frozen=True):
    """A value and how many orders have it."""

    value: str
    count: int


class FeedQuery(msgspec.Struct, frozen=True):
    """A position in the event feed: "<xid>.<event id>"; empty begins at the present."""

    after: str = ""


class FeedItem(msgspec.Struct, frozen=True):
    """Something happened to an order."""

    order_id: UUID
    type: str
    seq: int


class Feed(msgspec.Struct, frozen=True):
    """New entries and the position to ask from next."""

    position: str
    items: list[FeedItem]


def _filters(call: Call) -> dict[str, str]:
    """The filters of a list call: the saved view's, then the query's, custom fields included."""
    query: ListQuery = call.query
    given = {name: value for name in ListQuery.__struct_fields__ if name not in NO_FILTERS and (value := getattr(query, name))}
    given |= {k: v for k, v in parse_qsl(call.headers.get("QUERY_STRING", ""), max_num_fields=100) if k.startswith("field.")}
    return {**view.filters, **given} if (view := _view(call)) is not None else given


def _view(call: Call) -> ViewOut | None:
    """The saved view that a list call names."""
    return views.one(call.work, call.query.view) if call.query.view is not None else None


@router.get(
    "/orders",
    permission="order.view",
    query=ListQuery,
    returns=Page[dict[str, Any]],
    loose_query="field.",
    summary="Work list",
)
def orders(call: Call) -> Reply:
    query: ListQuery = call.query
    view = _view(call) if not query.sort else None
    sort = query.sort or (view.sort if view is not None else "")
    shown = [f for f in query.fields.split(",") if f]
    return Reply(body=listing.page(call.work, _filters(call), sort, query.cursor, query.limit, shown))


@router.get(
    "/orders/count",
    permission="order.view",
    query=ListQuery,
    returns=Count,
    loose_query="field.",
    summary="Count orders",
)
def count(call: Call) -> Count:
    return Count(*listing.count(call.work, _filters(call)))


@router.get(
    "/orders/figures",
    permission="order.view",
    query=ListQuery,
    returns=list[Figure],
    loose_query="field.",
    summary="Counts by a column",
)
def figures(call: Call) -> list[Figure]:
    return [Figure(*f) for f in listing.figures(call.work, _filters(call), call.query.by or "state")]


@router.get(
    "/orders/groups",
    permission="order.view",
    query=ListQuery,
    returns=OrderGroups,
    loose_query="field.",
    summary="Groups of a list",
)
def groups(call: Call) -> OrderGroups:
    return layouts.groups(call.work, _filters(call), call.query.by or "state")


@router.get(
    "/orders/calendar", permission="order.view", query=ListQuery, returns=OrderDays, loose_query="field.",
    summary="Orders by day",
)  # fmt: skip
def calendar(call: Call) -> OrderDays:
    query: ListQuery = call.query
    return layouts.calendar(call.work, _filters(call), query.by or "due", query.from_, query.days, query.per_day)


@router.get(
    "/orders/map",
    permission="order.view",
    query=ListQuery,
    returns=OrderMap,
    loose_query="field.",
    summary="Orders in a box of the map",
)
def points(call: Call) -> OrderMap:
    return layouts.points(call.work, _filters(call))


@router.get("/orders/vocabulary", permission="order.view", returns=Vocabulary, summary="What lists can be filtered by")
def vocabulary(call: Call) -> Vocabulary:
    return Vocabulary(
        layouts.vocabulary_states(call.work), layouts.vocabulary_steps(call.work), layouts.vocabulary_fields(call.work)
    )


@router.post("/orders/bulk", permission="order.bulk", body=BulkIn, returns=BulkOut, status=202, summary="Bulk verb")
def ask_bulk(call: Call, body: BulkIn) -> BulkOut:
    return bulk.ask(call.work, body)


@router.get("/orders/bulk", permission="order.bulk", returns=list[BulkOut], summary="My bulk runs")
def my_bulks(call: Call) -> list[BulkOut]:
    return bulk.mine(call.work)


@router.post("/orders/bulk/{bulk_id}/cancel", permission="order.bulk", returns=BulkOut, summary="Stop a bulk run")
def cancel_bulk(call: Call) -> BulkOut:
    return bulk.cancel(call.work, call.uuid("bulk_id"))


@router.post("/orders/bulk/{bulk_id}/undo", permission="order.bulk", returns=BulkOut, status=202, summary="Undo a bulk run")
def undo_bulk(call: Call) -> BulkOut:
    return bulk.undo(call.work, call.uuid("bulk_id"))


@router.get("/orders/bulk/{bulk_id}", permission="order.bulk", returns=BulkOut, summary="Progress of a bulk run")
def bulk_progress(call: Call) -> BulkOut:
    return bulk.progress(call.work, call.uuid("bulk_id"))


@router.post("/orders/exports", permission="order.export", body=ExportIn, returns=ExportOut, status=202, summary="Export a list")
def ask_export(call: Call, body: ExportIn) -> ExportOut:
    return exporting.ask(call.work, body)


@router.get("/orders/exports", permission="order.export", returns=list[ExportOut], summary="My exports")
def my_exports(call: Call) -> list[ExportOut]:
    return exporting.mine(call.work)


@router.post("/orders/exports/{export_id}/cancel", permission="order.export", returns=ExportOut, summary="Stop an export")
def cancel_export(call: Call) -> ExportOut:
    return exporting.cancel(call.work, call.uuid("export_id"))


@router.get("/views", permission="order.view", returns=list[ViewOut], summary="Saved views")
def saved_views(call: Call) -> list[ViewOut]:
    return views.mine(call.work)


@router.post("/views", permission="order.save_view", body=ViewIn, returns=ViewOut, status=201, summary="Save a view")
def save_view(call: Call, body: ViewIn) -> ViewOut:
    return views.save(call.work, body)


@router.patch(
    "/views/{view_id}",
    permission="order.save_view",
    body=ViewEdit,
    returns=ViewOut,
    versioned=True,
    summary="Change a view",
)
def change_view(call: Call, body: ViewEdit) -> ViewOut:
    return views.change(call.work, call.uuid("view_id"), call.version(), body)


@router.delete("/views/{view_id}", permission="order.save_view", summary="Delete a view")
def delete_view(call: Call) -> None:
    views.delete(call.work, call.uuid("view_id"))


@router.get("/feed", permission="order.view", query=FeedQuery, returns=Feed, summary="What happened since a position")
def feed(call: Call) -> Feed:
    position, items = views.feed(call.work, call.query.after)
    return Feed(position, [FeedItem(*i) for i in items])
