"""Jobs that tell people what concerns them; each is safe to repeat because notifications have dedupe keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongdan.accounts import queries as account_queries
from gongdan.kernel.errors import NotFound
from gongdan.kernel.jobs import handles
from gongdan.kernel.work import Work
from gongdan.notify import actions as notify
from gongdan.orders.queries import SeenOrder, placed_order

PEOPLE_WITH_ROLE = "select id from accounts_user where active and %s = any(roles) order by id limit 50"


def _order(work: Work, args: dict[str, Any]) -> SeenOrder | None:
    try:
        return placed_order(work, UUID(args["order_id"]))
    except NotFound:
        return None


def _with_role(work: Work, role: str) -> list[UUID]:
    return [r[0] for r in work.read(PEOPLE_WITH_ROLE, [role])]


@handles("automation.tell_assigned")
def tell_assigned(work: Work, args: dict[str, Any]) -> None:
    """Tell the new owner, or the team whose queue it is in."""
    order = _order(work, args)
    if order is None:
        return
    row = order.row
    values = {"number": row.number, "title": row.title}
    if args.get("assignee_id"):
        notify.tell(
            work,
            [UUID(args["assignee_id"])],
            "n_assigned",
            values,
            order_id=row.id,
            dedupe=f"assigned:{row.id}:{args['assignee_id']}",
        )
    elif args.get("team_id"):
        members = account_queries.team_members(work, UUID(args["team_id"]))
        notify.tell(
            work,
            members,
            "n_team_assigned",
            values,
            order_id=row.id,
            dedupe=f"team:{row.id}:{args['team_id']}",
        )


@handles("automation.tell_commented")
def tell_commented(work: Work, args: dict[str, Any]) -> None:
    """Tell the owner and the watchers of a comment, but not its author."""
    order = _order(work, args)
    if order is None:
        return
    watchers = [r[0] for r in work.read("select user_id from orders_watcher where order_id = %s", [order.row.id])]
    people = [*([order.row.assignee_id] if order.row.assignee_id else []), *watchers]
    others = [p for p in people if str(p) != args.get("author_id")]
    notify.tell(
        work,
        others,
        "n_commented",
        {"number": order.row.number},
        order_id=order.row.id,
        dedupe=f"comment:{args['comment_id']}",
    )


@handles("automation.tell_task")
def tell_task(work: Work, args: dict[str, Any]) -> None:
    """Tell managers of an approval that waits for them."""
    order = _order(work, args)
    if order is None:
        return
    block = _block(order, args["node"])
    roles = [r["role"] for r in block.get("approvers", []) if "role" in r]
    for role in roles:
        values = {"number": order.row.number}
        notify.tell(
            work,
            _with_role(work, role),
            "n_token",
            values,
            order_id=order.row.id,
            dedupe=f"token:{args['token_id']}",
        )


def _block(order: SeenOrder, key: str) -> dict[str, Any]:
    flow = order.blueprint.flow
    node = flow.by_key.get(key) if flow else None
    return dict(node.block) if node else {}


@handles("automation.tell_nobody_found")
def tell_nobody_found(work: Work, args: dict[str, Any]) -> None:
    """Tell the dispatchers that an order fits nobody."""
    values = {"number": args["number"]}
    people = _with_role(work, "dispatcher")
    notify.tell(
        work,
        people,
        "n_nobody_found",
        values,
        order_id=UUID(args["order_id"]),
        dedupe=f"nobody:{args['order_id']}",
    )
