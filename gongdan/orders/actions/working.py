"""Verbs on the flow inside an order: finish a task, decide an approval."""

from __future__ import annotations

from uuid import UUID

from gongdan.engines.flows.engine import Token
from gongdan.kernel.access import can
from gongdan.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work
from gongdan.notify import actions as notify
from gongdan.orders import flowing
from gongdan.orders.actions.loading import open_order
from gongdan.orders.rows import OpenOrder
from gongdan.orders.rules import LABELS, receipt
from gongdan.orders.schemas import Decision, Receipt, TaskDone


def _token(opened: OpenOrder, token_id: UUID, kind: str) -> Token:
    for token in opened.tokens:
        if token.id == token_id and flowing.node(opened.blueprint, token.node_key).get("kind") == kind:
            return token
    raise NotFound("token_unknown")


def _seats(work: Work, opened: OpenOrder) -> set[str]:
    """The ways in which the actor can be meant by a person rule."""
    actor = work.actor
    seats = {f"user:{actor.id}", *(f"role:{r}" for r in actor.roles)}
    if opened.row.assignee_id == actor.id:
        seats.add("order:assignee")
    keys = work.read("select key from accounts_team where id = any(%s)", [list(actor.team_ids)])
    return seats | {f"team:{k[0]}" for k in keys}


def finish_task(work: Work, order_id: UUID, token_id: UUID, done: TaskDone) -> Receipt:
    """完成任务: by its owner or somebody who may assign. Required checklist items must be ticked."""
    opened = open_order(work, order_id, "order.view")
    token = _token(opened, token_id, "task")
    block = flowing.node(opened.blueprint, token.node_key)
    owner = {f"{k}:{v}" for k, v in (block.get("owner") or {}).items()}
    if not (owner & _seats(work, opened) or can(work.actor, "order.assign", opened.row)):
        raise NotAllowed("not_your_turn")
    missing = [c for c in block.get("checklist", []) if c.get("required") and c["key"] not in done.checklist]
    if missing:
        raise Invalid("field_required", field="checklist", label=Words(**missing[0]["label"]))
    if block.get("done_by"):
        verb = block["done_by"]
        raise Conflict("task_by_verb", verb=Words(*LABELS.get(verb, (verb, verb))))
    data = {
        "node": token.node_key,
        "label": block.get("label"),
        "outcome": done.outcome,
        "checklist": done.checklist,
    }
    if done.note:
        data["note"] = done.note
    opened.record("task_done", data, work.at)
    flowing.finish(opened, token, done.outcome, work.at)
    return receipt(opened.row, work.at)


def decide(work: Work, order_id: UUID, token_id: UUID, decision: Decision) -> Receipt:
    """审批: approve or reject, once per person."""
    opened = open_order(work, order_id, "order.view")
    token = _token(opened, token_id, "approval")
    flowing.vote(opened, token, decision.decision, _seats(work, opened), work.at)
    notify.settle(work, f"token:{token.id}", work.actor.id)
    block = flowing.node(opened.blueprint, token.node_key)
    kind = "approved" if decision.decision == "approve" else "rejected"
    data = {"node": token.node_key, "label": block.get("label")}
    if decision.note:
        data["note"] = decision.note
    opened.record(kind, data, work.at)
    return receipt(opened.row, work.at)
