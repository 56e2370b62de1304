"""Jobs that tell people what concerns them; each is safe to repeat because notifications have dedupe keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongdan.accounts import queries as account_queries
from gongdan.automation import duties, trying  # noqa: F401 – its jobs and duty register themselves
from gongdan.kernel.errors import NotFound
from gongdan.kernel.jobs import handles
from gongdan.kernel.work import Work
from gongdan.notify import actions as notify
from gongdan.orders.queries import SeenOrder, placed_order

STILL_OPEN = "select 1 from orders_token where order_id = %s and id = %s and state = 'open'"
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
    """Tell the new owner, or the team whose queue it is in, and who had it before; nobody of what they did themselves."""
    order = _order(work, args)
    if order is None:
        return
    row = order.row
    entry = args.get("seq", 0)  # the ledger's entry: who gets an order back is told again
    values = {"number": row.number, "title": row.title}

    def tell(people: list[UUID], code: str, cause: str) -> None:
        others = [p for p in people if str(p) != args.get("actor_id")]
        notify.tell(work, others, code, values, order_id=row.id, dedupe=f"{cause}:{row.id}:{entry}")

    if args.get("assignee_id"):
        tell([UUID(args["assignee_id"])], "n_assigned", "assigned")
    elif args.get("team_id") and row.assignee_id is None:  # else somebody was faster
        tell(account_queries.team_members(work, UUID(args["team_id"])), "n_team_assigned", "team")
    before = args.get("before_assignee_id")
    if before and before != args.get("assignee_id"):
        tell([UUID(before)], "n_transferred", "away")


@handles("automation.tell_commented")
def tell_commented(work: Work, args: dict[str, Any]) -> None:
    """Tell the owner and the watchers of a comment; not its author, nor those it mentions, who know."""
    order = _order(work, args)
    if order is None:
        return
    watchers = [r[0] for r in work.read("select user_id from orders_watcher where order_id = %s", [order.row.id])]
    people = [*([order.row.assignee_id] if order.row.assignee_id else []), *watchers]
    know = {args.get("author_id"), *args.get("mentions", [])}
    notify.tell(
        work,
        [p for p in people if str(p) not in know],
        "n_replied" if args.get("author_kind") == "link" else "n_commented",
        {"number": order.row.number, "title": order.row.title},
        order_id=order.row.id,
        dedupe=f"comment:{args['comment_id']}",
    )


@handles("automation.tell_merged")
def tell_merged(work: Work, args: dict[str, Any]) -> None:
    """Tell who had the duplicate that it went, and where; not who merged it."""
    order = _order(work, args)
    if order is None or order.row.assignee_id is None or str(order.row.assignee_id) == args["actor_id"]:
        return
    into = placed_order(work, UUID(args["into_id"])).row
    values = {"number": order.row.number, "into": into.number}
    dedupe = f"merged:{order.row.id}:{args['occurred_at']}"
    notify.tell(work, [order.row.assignee_id], "n_merged", values, order_id=into.id, dedupe=dedupe)


@handles("automation.tell_unmerged")
def tell_unmerged(work: Work, args: dict[str, Any]) -> None:
    """Tell who has the order that it is theirs again."""
    order = _order(work, args)
    if order is None or order.row.assignee_id is None or str(order.row.assignee_id) == args["actor_id"]:
        return
    dedupe = f"unmerged:{order.row.id}:{args['occurred_at']}"
    values = {"number": order.row.number}
    notify.tell(work, [order.row.assignee_id], "n_unmerged", values, order_id=order.row.id, dedupe=dedupe)


@handles("automation.tell_breached")
def tell_breached(work: Work, args: dict[str, Any]) -> None:
    """Tell whose order is overdue: its owner, else its team, else the dispatchers."""
    order = _order(work, args)
    if order is None:
        return
    row = order.row
    if row.assignee_id is not None:
        people = [row.assignee_id]
    else:
        people = account_queries.team_members(work, row.team_id) if row.team_id else _with_role(work, "dispatcher")
    values = {"number": row.number, "title": row.title}
    notify.tell(work, people, "n_breached", values, order_id=row.id, dedupe=f"breach:{row.id}:{args['due_at']}")


@handles("automation.tell_task")
def tell_task(work: Work, args: dict[str, Any]) -> None:
    """Tell everybody who may decide an approval that it waits for them, unless it was decided meanwhile."""
    order = _order(work, args)
    if order is None or not work.read(STILL_OPEN, [order.row.id, args["token_id"]]):
        return
    people = [p for rule in _block(order, args["node"]).get("approvers", []) for p in _meant(work, order, rule)]
    values = {"number": order.row.number, "title": order.row.title, "token_id": args["token_id"]}
    notify.tell(work, people, "n_token", values, order_id=order.row.id, dedupe=f"token:{args['token_id']}")


def _meant(work: Work, order: SeenOrder, rule: dict[str, str]) -> list[UUID]:
    """The people of a person rule, as the vote will know them: by role, team, name, or because the order is theirs."""
    found = _with_role(work, rule["role"]) if "role" in rule else []
    if "team" in rule:
        team = account_queries.teams_by_key(work).get(rule["team"])
        found += account_queries.team_members(work, team) if team is not None else []
    if "user" in rule:
        found += [r[0] for r in work.read("select id from accounts_user where active and id::text = %s", [rule["user"]])]
    if rule.get("order") == "assignee" and order.row.assignee_id is not None:
        found.append(order.row.assignee_id)
    return found


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
