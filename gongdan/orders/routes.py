"""HTTP of orders: parse, call one action or query, return."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.errors import Invalid
from gongdan.kernel.http.operations import Call, Reply, Router
from gongdan.kernel.http.paging import Page
from gongdan.kernel.pipeline import Statement
from gongdan.orders import around_routes, detail, history, list_routes, listing
from gongdan.orders.actions import assigning, conversing, creating, editing, moving, working
from gongdan.orders.actions.loading import preload
from gongdan.orders.schemas import (
    Assign,
    AttachIn,
    Because,
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
)

router = Router("orders")
router.operations += list_routes.router.operations
router.operations += around_routes.router.operations
ORDER = "/orders/{order_id}"


class Search(msgspec.Struct, frozen=True):
    """Search text."""

    q: str = ""
    limit: int | None = None


class Cursor(msgspec.Struct, frozen=True):
    """A position in a list."""

    cursor: str = ""


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
