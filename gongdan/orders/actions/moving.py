"""Verbs that move an order along its lifecycle. All go through `_say`, so that every verb has the same order of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints.compiled import Step
from gongdan.kernel import hooks
from gongdan.kernel.errors import Conflict, Invalid
from gongdan.kernel.events import emit
from gongdan.kernel.messages import Words
from gongdan.kernel.work import ENCODER, Work
from gongdan.orders import flowing
from gongdan.orders.actions.editing import apply_fields, for_ledger
from gongdan.orders.actions.loading import explain, happened_at, open_order
from gongdan.orders.events import OrderClosed, OrderCompleted, OrderMoved
from gongdan.orders.rows import OpenOrder
from gongdan.orders.rules import (
    ENDS_HOLD,
    LABELS,
    condition_values,
    form_context,
    held_blocks,
    receipt,
    stamp,
)
from gongdan.orders.schemas import Because, Complete, FollowUp, Hold, Move, Observe, Receipt, Say

PROJECT_MANY = (
    "update orders_order o set next_due_at = n.due_at, sla_state = n.state "
    "from json_to_recordset(%s::json) n(order_id uuid, due_at timestamptz, state text) where o.id = n.order_id"
)
Change = Callable[[OpenOrder], dict[str, Any]]


def _nothing(_: OpenOrder) -> dict[str, Any]:
    return {}


def accept(work: Work, order_id: UUID, version: int | None, say: Say) -> Receipt:
    """受理/接单: somebody takes responsibility; the response clock stops."""
    return _say(work, order_id, "accept", version, say.occurred_at, note=say.note)


def start(work: Work, order_id: UUID, version: int | None, say: Say) -> Receipt:
    """开始服务: work begins."""
    return _say(work, order_id, "start", version, say.occurred_at, note=say.note)


def hold(work: Work, order_id: UUID, version: int | None, say: Hold) -> Receipt:
    """挂起: wait on the customer, a vendor or parts; the SLA clock may pause. `resume_at` ends it by a job."""

    def change(opened: OpenOrder) -> dict[str, Any]:
        if opened.row.waiting_on is not None:
            raise Conflict("already_held")
        opened.row.waiting_on = say.waiting_on
        opened.row.hold_reason = say.reason
        if say.resume_at is not None:
            if say.resume_at.tzinfo is None or say.resume_at <= work.at:
                raise Invalid("invalid_value", field="resume_at", reason="> now")
            args = {"order_id": str(order_id), "held_at": opened.row.seq}
            work.defer("orders.resume", args, run_at=say.resume_at)
        return {"waiting_on": say.waiting_on, "reason": say.reason, "resume_at": say.resume_at}

    return _say(work, order_id, "hold", version, say.occurred_at, change)


def resume(work: Work, order_id: UUID, version: int | None, say: Say) -> Receipt:
    """恢复: go on after a hold."""

    def change(opened: OpenOrder) -> dict[str, Any]:
        if opened.row.waiting_on is None:
            raise Conflict("not_held")
        was = opened.row.waiting_on
        opened.row.waiting_on = opened.row.hold_reason = None
        return {"waited_on": was}

    return _say(work, order_id, "resume", version, say.occurred_at, change, note=say.note)


def complete(work: Work, order_id: UUID, version: int | None, say: Complete) -> Receipt:
    """完成服务: the work is done; last field values come along and are checked first."""

    def before(opened: OpenOrder) -> dict[str, Any]:
        return for_ledger(work, opened, apply_fields(opened, say.fields)) if say.fields else {}

    return _say(work, order_id, "complete", version, say.occurred_at, before=before, note=say.note)


def follow_up(work: Work, order_id: UUID, version: int | None, say: FollowUp) -> Receipt:
    """转回访: a follow-up call is due, or its result is noted."""
    return _say(work, order_id, "follow_up", version, say.occurred_at, lambda _: {"result": say.result}, note=say.note)


def close(work: Work, order_id: UUID, version: int | None, say: Say) -> Receipt:
    """关闭."""
    return _say(work, order_id, "close", version, say.occurred_at, note=say.note)


def reopen(work: Work, order_id: UUID, version: int | None, say: Because) -> Receipt:
    """重新打开: back to work, with a reason."""
    return _say(work, order_id, "reopen", version, say.occurred_at, lambda _: {"reason": say.reason})


def cancel(work: Work, order_id: UUID, version: int | None, say: Because) -> Receipt:
    """取消: the order ends undone, with a reason."""
    return _say(work, order_id, "cancel", version, say.occurred_at, lambda _: {"reason": say.reason})


def move(work: Work, order_id: UUID, version: int | None, say: Move) -> Receipt:
    """变更状态: to a named state, as far as the blueprint allows; replay uses it."""
    return _say(work, order_id, "move", version, say.occurred_at, lambda _: dict(say.data), to=say.to)


def observe(work: Work, order_id: UUID, version: int | None, say: Observe) -> Receipt:
    """补记观察: a snapshot without a change of state; only the ledger grows."""
    opened = open_order(work, order_id, "order.observe", version)
    at = happened_at(work, say.occurred_at, opened.row.opened_at)
    opened.record("observed", {"state": opened.row.state, **say.data}, at)
    return receipt(opened.row, at)


def _say(
    work: Work,
    order_id: UUID,
    verb: str,
    version: int | None,
    asked_at: datetime | None,
    change: Change = _nothing,
    *,
    before: Change = _nothing,
    to: str | None = None,
    note: str = "",
) -> Receipt:
    opened = open_order(work, order_id, f"order.{verb}", version)
    at = happened_at(work, asked_at, opened.row.opened_at)
    data = before(opened)
    step = allowed_step(work, opened, verb, to)
    data |= change(opened)
    if note:
        data["note"] = note
    advance(work, opened, step, verb, to or step.to[0], data, at)
    return receipt(opened.row, at)


def allowed_step(work: Work, opened: OpenOrder, verb: str, to: str | None = None) -> Step:
    """The transition of `verb` here. Raises Conflict saying why not, with all blockers."""
    row = opened.row
    step = opened.blueprint.step(row.state, verb)
    if step is None:
        raise Conflict("verb_not_here", verb=_verb_words(verb), state=_state_words(opened, row.state))
    if len(step.to) > 1 and to is None:
        raise Invalid("target_missing_move", field="to")
    if to is not None and to not in step.to:
        raise Conflict("target_not_allowed", field="to", state=_state_words(opened, row.state), to=_state_words(opened, to))
    found = blockers(work, opened, step, verb)
    if found:
        listed = [explain(b) for b in found]
        first = Words(listed[0]["zh"], listed[0]["en"])
        raise Conflict("blocked", verb=_verb_words(verb), first=first, extra={"blockers": listed})
    return step


def _verb_words(verb: str) -> Words:
    return Words(*LABELS.get(verb, (verb, verb)))


def _state_words(opened: OpenOrder, key: str) -> Words:
    state = opened.blueprint.states.get(key)
    return Words(state.label.zh, state.label.en) if state else Words(key, key)


def blockers(work: Work, opened: OpenOrder, step: Step, verb: str) -> list[hooks.Blocker]:
    """Everything that keeps `verb` from being said now: hold, condition, required fields, flow, upper slices."""
    row = opened.row
    found: list[hooks.Blocker] = []
    if held_blocks(row, verb):
        found.append(hooks.Blocker(code="held", link="hold"))
    context = form_context(work.at, work.actor.zone)
    if step.condition is not None and not opened.blueprint.holds(step, condition_values(row, opened.blueprint.form), context):
        found.append(hooks.Blocker(code="condition_fails"))
    fields = opened.blueprint.form.fields
    found += [
        hooks.Blocker(code="field_required", values={"label": _field_words(fields, field)}, link=f"fields.{field}")
        for field in step.transition.require
        if row.fields.get(field) in (None, "", [])
    ]
    found += flowing.blockers(opened, verb)
    found += hooks.blockers(f"order.{verb}", work, row)
    return found


def _field_words(fields: Mapping[str, Mapping[str, Any]], key: str) -> Words:
    label = fields.get(key, {}).get("label", {})
    return Words(label.get("zh", key), label.get("en", key))


def advance(work: Work, opened: OpenOrder, step: Step, verb: str, to: str, data: dict[str, Any], at: datetime) -> None:
    """Change state, write the ledger, advance the flow, tell the listeners."""
    row = opened.row
    before, family_before = row.state, row.family
    state = opened.blueprint.states[to]
    if verb in ENDS_HOLD and row.waiting_on is not None:
        row.waiting_on = row.hold_reason = None
    if to != before:
        row.state, row.family, row.cancelled = to, opened.blueprint.families[to], state.cancelled
        row.state_at = at
    stamp(row, verb, family_before, at)
    opened.record(verb, {"from": before, "to": to, **data}, at)
    flowing.after_verb(opened, verb, at)
    emit(
        work,
        OrderMoved(
            order_id=row.id,
            verb=verb,
            from_state=before,
            to_state=to,
            from_family=family_before,
            to_family=row.family,
            waiting_on=waits_on(opened),
            occurred_at=at,
            actor_id=work.actor.id,
        ),
    )
    if verb == "complete":
        survey = any(d.get("action") == "survey" for d in step.transition.do)
        emit(
            work,
            OrderCompleted(order_id=row.id, assignee_id=row.assignee_id, survey=survey, occurred_at=at),
        )
    if row.family == 4 and family_before != 4:
        emit(work, OrderClosed(order_id=row.id, cancelled=row.cancelled, occurred_at=at))


def waits_on(opened: OpenOrder) -> str | None:
    """On whom the order waits: its hold, or what its state says; None means on us."""
    waiting = opened.row.waiting_on or opened.blueprint.states[opened.row.state].waiting_on
    return None if waiting == "us" else waiting


def project(work: Work, order_id: UUID, **columns: Any) -> None:
    """Upper slices write their projection columns (next_due_at, sla_state) here, inside the verb that changes them.

    Outside a verb the columns are written directly; neither raises the version, nor is it an event.
    """
    opened = work.loaded.get(("order", order_id))
    if isinstance(opened, OpenOrder) and order_id in work.pending:
        for name, value in columns.items():
            msgspec.structs.force_setattr(opened.row, name, value)
        return
    work.write(
        "update orders_order set next_due_at = %s, sla_state = %s where id = %s",
        [columns.get("next_due_at"), columns.get("sla_state", "none"), order_id],
    )


def project_many(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """`project` for many orders outside of verbs: rows of order_id, due_at, state."""
    work.write(PROJECT_MANY, [ENCODER.encode(rows).decode()])
