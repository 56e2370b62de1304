"""Simulated customers for lessons: somebody in a sandbox order who answers what a learner writes.

For other slices: `work.defer("simulator.reply", {"order_id": …})` in the unit of work of the learner's comment, without import.
`reply_later` does so after the time the model's customers take; `reply` answers at once, in a unit of work of its own.
"""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

from gongdan.accounts.models import Tenant
from gongdan.kernel.errors import Conflict, NotFound
from gongdan.kernel.work import Work
from gongdan.orders.actions import conversing
from gongdan.orders.queries import placed_order
from gongdan.orders.schemas import CommentOut, NewComment
from gongdan.portal.writing import customer as customer_of
from gongdan.simulator.model import Model, load

JOB = "simulator.reply"  # handled in jobs.py
MOST_MINUTES = 5.0  # a lesson is not spent waiting: the model's hours become minutes, and no more than these
SHRINK = 1 / 60
LAST = "select author_kind, internal from orders_comment where order_id = %s order by id desc limit 1"
SAYINGS = {
    "waiting": ["请问什么时候有人来？", "我们这边比较急，麻烦尽快安排。"],
    "asked": ["明天上午可以，请提前半小时电话联系。", "下午三点以后方便，到前台登记即可。"],
    "working": ["好的，辛苦了。", "收到，费用方面请先告诉我。"],
    "resolved": ["试过了，正常，谢谢！", "可以用了，服务很好。"],
}


def saying(state_family: int, asked: bool, luck: random.Random) -> str:  # noqa: FBT001 – a fact of the order
    """What a customer says: to a question, else by how far the order is (family 1 waiting, 2 working, 3 and 4 resolved). Pure."""
    mood = "asked" if asked else {1: "waiting", 2: "working"}.get(state_family, "resolved")
    return luck.choice(SAYINGS[mood])


def reply(work: Work, order_id: UUID) -> CommentOut | None:
    """The customer's next word on an order of a sandbox or demo company, written as the portal writes it.

    None when the last word was already theirs. The same order at the same length of its ledger gets the same words.
    Raises NotFound, Conflict (`company_real`): real customers are never made up.
    """
    tenant = Tenant.objects.filter(id=work.actor.tenant_id).first()
    if tenant is None:
        raise NotFound("not_found")
    if tenant.kind == "real":
        raise Conflict("company_real")
    row = placed_order(work, order_id).row
    last = work.one(LAST, [order_id])
    if last is not None and last[0] == "link":
        return None
    asked = row.waiting_on == "customer" or (last is not None and not last[1])
    words = saying(row.family, asked, random.Random(f"{row.number} {row.seq}"))
    spoken = Work(work.raw, customer_of(work.actor.tenant_id), work.at)
    said = conversing.comment(spoken, order_id, NewComment(body=words))
    spoken.flush()
    return said


def reply_later(work: Work, order_id: UUID, model: Model | None = None) -> None:
    """The same after the time the model's customers take, shrunk to a lesson's pace; one answer waits at a time."""
    answer = (model or load("demo")).customer.answer
    minutes = min(answer.minutes(random.Random(f"{order_id} {work.at}").gauss(0, 1)) * SHRINK, MOST_MINUTES)
    run_at = work.at + timedelta(minutes=minutes)
    work.defer(JOB, {"order_id": str(order_id)}, run_at=run_at, dedupe=f"{JOB}:{order_id}")
