"""Verbs of policies: add, change, put in order, delete, choose again for open orders, try."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.calendars import queries as calendar_queries
from gongdan.engines.expressions.syntax import ExpressionError
from gongdan.kernel import messages
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.orders.queries import placed_order
from gongdan.orders.rules import form_context
from gongdan.sla import actions, choosing, plans, policies, rules
from gongdan.sla.models import Policy, PolicyVersion
from gongdan.sla.plans import Plan, PlanTarget
from gongdan.sla.schemas import Due, PolicyIn, PolicyOrder, PolicyTry, Tried

PRIORITIES = ("1", "2", "3", "4")


def add(work: Work, new: PolicyIn) -> UUID:
    """Add a policy, asked last. Raises Invalid naming the places."""
    require(work.actor, "sla.edit")
    _check(work, new)
    last = work.one("select max(rank) from sla_policy where deleted_at is null")
    policy_id = work.new_id()
    Policy.objects.create(
        id=policy_id,
        tenant_id=work.actor.tenant_id,
        rank=(last[0] or 0) + 1 if last else 1,
        active=new.active,
        document=msgspec.to_builtins(new),
        created_at=work.at,
        updated_at=work.at,
    )
    _keep_version(work, policy_id, 1, new)
    return policy_id


def change(work: Work, policy_id: UUID, version: int, new: PolicyIn) -> None:
    """Replace a policy's content; orders keep the version they have until chosen again. Raises NotFound, Conflict, Invalid."""
    require(work.actor, "sla.edit")
    found = _locked(policy_id)
    _fresh(found, version, new)
    _check(work, new)
    found.document, found.active = msgspec.to_builtins(new), new.active
    found.version += 1
    found.updated_at = work.at
    found.save()
    _keep_version(work, policy_id, found.version, new)


def delete(work: Work, policy_id: UUID, version: int) -> None:
    """Delete a policy: no new order gets it; orders that follow it go on. Raises NotFound, Conflict."""
    require(work.actor, "sla.edit")
    found = _locked(policy_id)
    _fresh(found, version, None)
    found.deleted_at = found.updated_at = work.at
    found.version += 1
    found.save()
    policies.forget(work.actor.tenant_id)


def put_in_order(work: Work, order: PolicyOrder) -> None:
    """Set the ranks. Raises Conflict when the list is not exactly the policies there are."""
    require(work.actor, "sla.edit")
    there = {p.id: p for p in Policy.objects.select_for_update().filter(deleted_at=None).order_by("id")}
    if sorted(order.ids) != sorted(there):
        raise Conflict("policies_others", field="ids", extra={"ids": sorted(str(i) for i in there)})
    for rank, policy_id in enumerate(order.ids, 1):
        there[policy_id].rank = rank
    Policy.objects.bulk_update(there.values(), ["rank"])
    policies.forget(work.actor.tenant_id)


def apply(work: Work, blueprint: str = "") -> UUID:
    """Choose again for all open orders, as a job. Returns its id."""
    require(work.actor, "sla.edit")
    return work.defer("sla.reapply", {"blueprint": blueprint, "fresh": True})


def _locked(policy_id: UUID) -> Policy:
    found = Policy.objects.select_for_update().filter(id=policy_id, deleted_at=None).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _fresh(found: Policy, version: int, new: PolicyIn | None) -> None:
    if found.version != version:
        mine = msgspec.to_builtins(new) if new is not None else {}
        raise Conflict("stale_version", extra={"mine": mine, "theirs": found.document, "version": found.version})


def _keep_version(work: Work, policy_id: UUID, number: int, new: PolicyIn) -> None:
    PolicyVersion.objects.create(
        tenant_id=work.actor.tenant_id,
        policy_id=policy_id,
        number=number,
        document=msgspec.to_builtins(new),
        at=work.at,
        by_id=work.actor.id,
    )
    policies.forget(work.actor.tenant_id)


def _check(work: Work, new: PolicyIn) -> None:
    found = [_said(field, code, **values) for field, code, values in _wrong(new)]
    try:
        choosing.read(new.when)
    except ExpressionError as error:
        place = f"when{error.position}" if isinstance(error.position, str) else "when"
        found.append({"field": place, "code": "policy_condition", "zh": error.text("zh"), "en": error.text("en")})
    if new.calendar not in calendar_queries.keys(work):
        found.append(_said("calendar", "policy_calendar", calendar=new.calendar))
    if found:
        raise Invalid.many(found)


def _wrong(new: PolicyIn) -> list[tuple[str, str, dict[str, Any]]]:
    """Everything that is wrong with the targets: (field, message code, values)."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    keys = [t.key for t in new.targets]
    if not any(t.starts == plans.CREATED for t in new.targets):
        found.append(("targets", "policy_no_start", {}))
    for index, target in enumerate(new.targets):
        place = f"targets[{index}]"
        if keys.index(target.key) != index:
            found.append((f"{place}.key", "policy_key_twice", {"key": target.key}))
        missing = [p for p in PRIORITIES if p not in target.minutes]
        if missing:
            found.append((f"{place}.minutes", "policy_minutes", {"priority": missing[0]}))
        if target.starts == plans.CREATED and not target.stops_on:
            found.append((f"{place}.stops_on", "policy_never_stops", {}))
        if list(target.thresholds) != sorted(set(target.thresholds)):
            found.append((f"{place}.thresholds", "policy_thresholds", {}))
    return found


def _said(field: str, code: str, **values: Any) -> dict[str, Any]:
    return {"field": field, "code": code, "zh": messages.text(code, "zh", values), "en": messages.text(code, "en", values)}


def try_out(work: Work, ask: PolicyTry) -> Tried:
    """Which policy an order would get now, why, and when what would be due. Raises NotFound. Changes nothing."""
    require(work.actor, "sla.view")
    values, plan, priority = _asked(work, ask)
    context = form_context(work.at, work.actor.zone)
    chosen = choosing.choose(policies.active(work), values, context)
    at = ask.at or work.at
    passed = policies.explain(chosen.passed, values, context)
    if chosen.policy is None:
        due = _due(work, plan, priority, at) if plan else []
        return Tried(source="blueprint" if plan else "none", calendar=plan.calendar if plan else "", passed=passed, due=due)
    policy = chosen.policy
    return Tried(
        source="policy",
        id=policy.id,
        version=policy.version,
        name=policy.name,
        reason=choosing.why(policy),
        calendar=policy.plan.calendar,
        passed=passed,
        due=_due(work, policy.plan, priority, at),
    )


def _asked(work: Work, ask: PolicyTry) -> tuple[dict[str, Any], Plan | None, int]:
    if ask.order_id is not None:
        row = placed_order(work, ask.order_id).row
        return policies.values_of(work, row), actions.blueprint_plan(work, row.blueprint_version_id), row.priority
    plan = None
    if ask.blueprint:
        version_id, _ = blueprint_queries.current(work, ask.blueprint)
        plan = actions.blueprint_plan(work, version_id)
    return {**ask.values, "blueprint": ask.blueprint, "priority": ask.priority}, plan, ask.priority


def _due(work: Work, plan: Plan, priority: int, at: Any) -> list[Due]:
    calendar_of = calendar_queries.lookup(work)

    def one(target: PlanTarget) -> Due:
        row = rules.start(UUID(int=0), target, plan, priority, at, calendar_of)
        marks = [(p, rules.reaches(row, p, calendar_of)) for p in target.thresholds]
        shown = [(p, when) for p, when in marks if when is not None]
        return Due(target.key, target.label, row.segments[0].seconds // 60, row.due_at or at, shown)

    return [one(t) for t in plan.targets if t.starts == plans.CREATED]
