"""Verbs that give an order to somebody: assign, claim, transfer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from gongdan.kernel.errors import Conflict, Invalid, NotAllowed
from gongdan.kernel.events import emit
from gongdan.kernel.work import Work
from gongdan.orders.actions.creating import assigned_fact
from gongdan.orders.actions.loading import happened_at, open_order
from gongdan.orders.actions.moving import advance, allowed_step
from gongdan.orders.rows import OpenOrder
from gongdan.orders.rules import receipt
from gongdan.orders.schemas import Assign, Receipt, Say

PERSON = "select u.id, u.name, u.partner_id, u.org_unit_id, u.team_ids from accounts_user u where u.id = %s and u.active"
TEAM = "select id, name, org_unit_id from accounts_team where id = %s"


def assign(work: Work, order_id: UUID, version: int | None, say: Assign, *, why: dict[str, Any] | None = None) -> Receipt:
    """派单: give the order to a person, a team, or both. `why` is the explanation of an automatic choice."""
    return _give(work, order_id, "assign", version, say, why)


def transfer(work: Work, order_id: UUID, version: int | None, say: Assign) -> Receipt:
    """转派: hand over, with a reason."""
    if not say.reason:
        raise Invalid("reason_missing", field="reason")
    return _give(work, order_id, "transfer", version, say, None)


def claim(work: Work, order_id: UUID, version: int | None, say: Say) -> Receipt:
    """抢单: take an order from one of my teams' queues. The first wins; the others are told who it was."""
    opened = open_order(work, order_id, "order.claim")
    row = opened.row
    if row.assignee_id is not None and row.assignee_id != work.actor.id:
        name = work.one("select name from accounts_user where id = %s", [row.assignee_id])
        raise Conflict("already_claimed", name=name[0] if name else "?")
    if row.assignee_id == work.actor.id:
        return receipt(row, work.at)
    if version is not None and version != row.version:
        raise Conflict("stale_version", extra={"version": row.version, "mine": {}, "theirs": {"state": row.state}})
    if row.team_id is not None and row.team_id not in work.actor.team_ids and "manager" not in work.actor.roles:
        raise NotAllowed("not_in_team")
    at = happened_at(work, say.occurred_at, row.opened_at)
    step = allowed_step(work, opened, "claim")
    data = _hand_over(work, opened, work.actor.id, row.team_id, work.actor.partner_id)
    advance(work, opened, step, "claim", step.to[0], data, at)
    emit(work, assigned_fact(work, row, None))
    return receipt(row, at)


def _give(work: Work, order_id: UUID, verb: str, version: int | None, say: Assign, why: dict[str, Any] | None) -> Receipt:
    if say.assignee_id is None and say.team_id is None:
        raise Invalid("assignee_or_team", field="assignee_id")
    opened = open_order(work, order_id, f"order.{verb}", version, assignee_id=say.assignee_id, team_id=say.team_id)
    row = opened.row
    at: datetime = happened_at(work, say.occurred_at, row.opened_at)
    step = allowed_step(work, opened, verb)
    partner_id = None
    before = row.assignee_id
    team_id = say.team_id or row.team_id
    if say.assignee_id is not None:
        person = work.one(PERSON, [say.assignee_id])
        if person is None:
            raise Invalid("assignee_inactive", field="assignee_id")
        partner_id = person[2]
    if say.team_id is not None:
        team = work.one(TEAM, [say.team_id])
        if team is None:
            raise Invalid("unknown_reference", field="team_id")
        row.org_unit_id = team[2]
    data = _hand_over(work, opened, say.assignee_id, team_id, partner_id)
    if say.reason:
        data["reason"] = say.reason
    if why:
        data["why"] = why
    advance(work, opened, step, verb, step.to[0], data, at)
    emit(work, assigned_fact(work, row, before))
    return receipt(row, at)


def _hand_over(
    work: Work, opened: OpenOrder, assignee_id: UUID | None, team_id: UUID | None, partner_id: UUID | None
) -> dict[str, Any]:
    row = opened.row
    data: dict[str, Any] = {
        "assignee_id": assignee_id,
        "team_id": team_id,
        "before_assignee_id": row.assignee_id,
        "before_team_id": row.team_id,
    }
    if (row.assignee_id is not None and assignee_id != row.assignee_id) or (row.team_id is not None and team_id != row.team_id):
        row.handovers += 1
    row.assignee_id, row.team_id, row.partner_id = assignee_id, team_id, partner_id
    row.accepted_at = None
    opened.touch()
    return data
