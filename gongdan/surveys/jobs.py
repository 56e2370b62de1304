"""Background work of surveys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongdan.kernel.jobs import handles
from gongdan.kernel.work import Work
from gongdan.notify import actions as notify
from gongdan.orders.queries import placed_order
from gongdan.surveys import actions, rules


@handles("surveys.send")
def send(work: Work, args: dict[str, Any]) -> None:
    """Ask for a rating after completion, when the blueprint wants one."""
    row = (order := placed_order(work, UUID(args["order_id"]))).row
    enabled = order.blueprint.document.survey.enabled
    if args.get("survey") and rules.may_rate(row.family, cancelled=row.cancelled, enabled=enabled):
        actions.send(work, row.id)


@handles("surveys.low_score")
def low_score(work: Work, args: dict[str, Any]) -> None:
    """Tell the managers of a bad rating."""
    if args["score"] > rules.LOW:
        return
    order = placed_order(work, UUID(args["order_id"]))
    people = [r[0] for r in work.read("select id from accounts_user where active and 'manager' = any(roles) limit 50")]
    values = {"number": order.row.number, "score": args["score"]}
    notify.tell(
        work,
        people,
        "n_low_score",
        values,
        order_id=order.row.id,
        dedupe=f"low:{order.row.id}:{args['score']}",
    )
