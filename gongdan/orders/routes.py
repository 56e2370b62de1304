"""HTTP of orders: parse, call one action or query, return."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from gongdan.kernel.errors import Invalid
from gongdan.kernel.http.operations import Call, Reply, Router
from gongdan.kernel.http.paging import Page
from gongdan.kernel.pipeline import Statement
from gongdan.orders import around_routes, detail, history, listing, views
from gongdan.orders.actions import assigning, bulk, conversing, creating, editing, moving, working
from gongdan.orders.actions.loading import preload
from gongdan.orders.schemas import (
    Assign,
    AttachIn,
    Because,
    BulkIn,
    BulkOut,
    CommentOut,
    Complete,
    Decision,
    Edit,
    EventOut,
    FollowUp,
    Hold,
    LinkIn,
    Move,
    NewComment,
    NewOrder,
    Observe,
    Receipt,
    Say,
    TagIn,
    TaskDone,
    ViewEdit,
    ViewIn,
    ViewOut,
)

router = Router("orders")
router.operations += around_routes.router.operations
ORDER = "/orders/{order_id}"


class ListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Filters of order lists; `field.<key>` filters custom fields (see docs/adr/0012)."""

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
    due_before: str = ""
    q: str = ""
    sort: str = ""
    by: str = ""
    view: UUID | None = None
    cursor: str = ""
    limit: int | None = None


class Search(msgspec.Struct, frozen=True):
    """Search text."""

    q: str = ""
    limit: int | None = None


class Cursor(msgspec.Struct, frozen=True):
    """A position in a list."""

    cursor: str = ""


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
    given = {
        name: value
        for name in ListQuery.__struct_fields__
        if name not in ("sort", "view", "cursor", "limit", "by") and (value := getattr(query, name))
    }
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
    return Reply(body=listing.page(call.work, _filters(call), sort, query.cursor, query.limit))


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


@router.get("/orders/search", permission="order.view", query=Search, returns=Page[dict[str, Any]], summary="Search")
def search(call: Call) -> Reply:
    return Reply(body=listing.search(call.work, call.query.q, call.query.limit))


@router.post(
    "/orders",
    permission="order.create",
    body=NewOrder,
    returns=Receipt,
    status=201,
    preload=creating.preload,
    summary="Create an order",
)
def create(call: Call, body: NewOrder) -> Receipt:
    return creating.create(call.work, body)


def _detail_preload(params: dict[str, str], _: Any) -> list[Statement]:
    try:
        return detail.statements(UUID(params["order_id"]))
    except ValueError:
        raise Invalid("invalid_value", field="order_id", reason="UUID") from None


@router.get(ORDER, permission="order.view", returns=dict[str, Any], preload=_detail_preload, summary="One order")
def one(call: Call) -> dict[str, Any]:
    return detail.detail(call.work, call.uuid("order_id"))


@router.patch(
    ORDER,
    permission="order.edit",
    body=Edit,
    returns=Receipt,
    versioned=True,
    preload=preload,
    summary="Edit an order",
)
def edit(call: Call, body: Edit) -> Receipt:
    return editing.edit(call.work, call.uuid("order_id"), call.version(), body)


def _verb(path: str, body: type, action: Any, permission: str, summary: str) -> None:
    def say(call: Call, body: Any) -> Receipt:
        return action(call.work, call.uuid("order_id"), call.version(), body)  # type: ignore[no-any-return]

    say.__name__ = path.replace("-", "_")
    router.post(
        f"{ORDER}/{path}",
        permission=permission,
        body=body,
        returns=Receipt,
        versioned=True,
        preload=preload,
        summary=summary,
    )(say)


_verb("accept", Say, moving.accept, "order.accept", "受理/接单 Accept")
_verb("assign", Assign, assigning.assign, "order.assign", "派单 Assign")
_verb("transfer", Assign, assigning.transfer, "order.transfer", "转派 Transfer")
_verb("start", Say, moving.start, "order.start", "开始服务 Start")
_verb("hold", Hold, moving.hold, "order.hold", "挂起 Put on hold")
_verb("resume", Say, moving.resume, "order.resume", "恢复 Resume")
_verb("complete", Complete, moving.complete, "order.complete", "完成服务 Complete")
_verb("follow-up", FollowUp, moving.follow_up, "order.follow_up", "转回访 Follow up")
_verb("close", Say, moving.close, "order.close", "关闭 Close")
_verb("reopen", Because, moving.reopen, "order.reopen", "重新打开 Reopen")
_verb("cancel", Because, moving.cancel, "order.cancel", "取消 Cancel")
_verb("move", Move, moving.move, "order.move", "变更状态 Move to a state")
_verb("observe", Observe, moving.observe, "order.observe", "补记观察 Record an observation")


@router.post(
    f"{ORDER}/claim",
    permission="order.claim",
    body=Say,
    returns=Receipt,
    preload=preload,
    summary="抢单 Claim",
)
def claim(call: Call, body: Say) -> Receipt:
    return assigning.claim(call.work, call.uuid("order_id"), None, body)


@router.get(f"{ORDER}/events", permission="order.view", query=Cursor, returns=Page[EventOut], summary="Timeline")
def events(call: Call) -> Page[EventOut]:
    return detail.events(call.work, call.uuid("order_id"), call.query.cursor)


@router.get(f"{ORDER}/comments", permission="order.view", query=Cursor, returns=Page[CommentOut], summary="What was said")
def comments(call: Call) -> Page[CommentOut]:
    return history.comments(call.work, call.uuid("order_id"), call.query.cursor)


@router.post(
    f"{ORDER}/comments", permission="order.view", body=NewComment, returns=CommentOut, status=201, preload=preload,
    summary="Comment",
)  # fmt: skip
def comment(call: Call, body: NewComment) -> CommentOut:
    return conversing.comment(call.work, call.uuid("order_id"), body)


@router.post(
    f"{ORDER}/attachments", permission="order.attach", body=AttachIn, returns=Receipt, status=201, preload=preload,
    summary="Attach a file",
)  # fmt: skip
def attach(call: Call, body: AttachIn) -> Receipt:
    return conversing.attach(call.work, call.uuid("order_id"), body)


@router.delete(
    f"{ORDER}/attachments/{{file_id}}", permission="order.attach", returns=Receipt, preload=preload,
    summary="Remove a file",
)  # fmt: skip
def detach(call: Call) -> Receipt:
    return conversing.detach(call.work, call.uuid("order_id"), call.uuid("file_id"))


@router.post(f"{ORDER}/tags", permission="order.tag", body=TagIn, returns=Receipt, preload=preload, summary="Tag")
def tag(call: Call, body: TagIn) -> Receipt:
    return conversing.tag(call.work, call.uuid("order_id"), body.tag)


@router.delete(f"{ORDER}/tags/{{tag}}", permission="order.tag", returns=Receipt, preload=preload, summary="Untag")
def untag(call: Call) -> Receipt:
    return conversing.untag(call.work, call.uuid("order_id"), call.params["tag"])


@router.post(f"{ORDER}/links", permission="order.link", body=LinkIn, returns=Receipt, preload=preload, summary="Link")
def link(call: Call, body: LinkIn) -> Receipt:
    return conversing.link(call.work, call.uuid("order_id"), body)


@router.delete(f"{ORDER}/links", permission="order.link", body=LinkIn, returns=Receipt, preload=preload, summary="Unlink")
def unlink(call: Call, body: LinkIn) -> Receipt:
    return conversing.unlink(call.work, call.uuid("order_id"), body)


@router.post(f"{ORDER}/watchers", permission="order.watch", preload=preload, summary="Watch")
def watch(call: Call) -> None:
    conversing.watch(call.work, call.uuid("order_id"))


@router.delete(f"{ORDER}/watchers", permission="order.watch", preload=preload, summary="Stop watching")
def unwatch(call: Call) -> None:
    conversing.unwatch(call.work, call.uuid("order_id"))


@router.post(
    f"{ORDER}/tasks/{{token_id}}/complete", permission="order.view", body=TaskDone, returns=Receipt, preload=preload,
    summary="Finish a task of the flow",
)  # fmt: skip
def task_done(call: Call, body: TaskDone) -> Receipt:
    return working.finish_task(call.work, call.uuid("order_id"), call.uuid("token_id"), body)


@router.post(
    f"{ORDER}/approvals/{{token_id}}", permission="order.view", body=Decision, returns=Receipt, preload=preload,
    summary="Decide an approval",
)  # fmt: skip
def decide(call: Call, body: Decision) -> Receipt:
    return working.decide(call.work, call.uuid("order_id"), call.uuid("token_id"), body)


@router.post("/orders/bulk", permission="order.bulk", body=BulkIn, returns=BulkOut, status=202, summary="Bulk verb")
def ask_bulk(call: Call, body: BulkIn) -> BulkOut:
    return bulk.ask(call.work, body)


@router.get("/orders/bulk/{bulk_id}", permission="order.bulk", returns=BulkOut, summary="Progress of a bulk run")
def bulk_progress(call: Call) -> BulkOut:
    return bulk.progress(call.work, call.uuid("bulk_id"))


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
