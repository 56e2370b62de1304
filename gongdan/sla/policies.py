"""Reads of policies: the process cache of active ones, versions for ever, and the choice for an order."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints.document import Label
from gongdan.engines.expressions import compiler
from gongdan.kernel.access import require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.work import Work
from gongdan.orders.about import about
from gongdan.orders.rows import OrderRow
from gongdan.orders.rules import form_context
from gongdan.sla import choosing
from gongdan.sla.choosing import ALWAYS, Choice, Policy
from gongdan.sla.plans import Plan
from gongdan.sla.schemas import Passed, PolicyIn, PolicyOut

FRESH_SECONDS = 2.0
MOST_HELD = 2_000
ROWS = "select id, version, rank, active, document, updated_at from sla_policy where deleted_at is null order by rank, id"
ONE = "select id, version, rank, active, document, updated_at from sla_policy where deleted_at is null and id = %s"
VERSION = "select document from sla_policy_version where policy_id = %s and number = %s"
_active: dict[UUID, tuple[float, list[Policy]]] = {}
_versions: dict[tuple[UUID, UUID, int], Policy] = {}


def forget(tenant_id: UUID) -> None:
    """A policy of this company changed in this process; other processes see it within FRESH_SECONDS."""
    _active.pop(tenant_id, None)


def ready(policy_id: UUID, version: int, document: PolicyIn) -> Policy:
    """A document → a policy that can be asked."""
    node = choosing.read(document.when)
    plan = Plan(calendar=document.calendar, targets=document.targets, ref=reference(policy_id, version))
    return Policy(policy_id, version, document.name, node, compiler.compile_node(node) if node is not None else None, plan)


def reference(policy_id: UUID, version: int) -> str:
    """How a clock's segment names the policy it follows."""
    return f"{policy_id}@{version}"


def active(work: Work) -> list[Policy]:
    """The company's active policies by rank; at most FRESH_SECONDS old."""
    tenant, now = work.actor.tenant_id, time.monotonic()  # house: allow clock – age of a cache, not time of the business
    held = _active.get(tenant)
    if held is None or now - held[0] > FRESH_SECONDS:
        rows = work.read(ROWS)
        held = _active[tenant] = (now, [_held(tenant, r[0], r[1], r[4]) for r in rows if r[3]])
    return held[1]


def _held(tenant: UUID, policy_id: UUID, version: int, document: Any) -> Policy:
    key = (tenant, policy_id, version)
    if key not in _versions:
        if len(_versions) >= MOST_HELD:
            _versions.clear()
        _versions[key] = ready(policy_id, version, msgspec.json.decode(document, type=PolicyIn))
    return _versions[key]


def of_reference(work: Work, ref: str) -> Policy:
    """The policy version a segment or the ledger names. Raises NotFound."""
    policy_id, _, number = ref.partition("@")
    key = (work.actor.tenant_id, UUID(policy_id), int(number))
    if key not in _versions:
        row = work.one(VERSION, [key[1], key[2]])
        if row is None:
            raise NotFound("not_found", field=f"policy {ref}")
        return _held(*key, row[0])
    return _versions[key]


def values_of(work: Work, row: OrderRow) -> dict[str, Any]:
    """What conditions may look at of an order."""
    facts = about(work, row)
    until = facts.warranty_until
    return {
        **msgspec.structs.asdict(facts),
        "in_warranty": until is not None and until >= work.at.date(),
        "blueprint": row.blueprint_key,
        "priority": row.priority,
        "channel": row.channel,
        "title": row.title,
        "fields": row.fields,
    }


def choice(work: Work, row: OrderRow) -> Choice | None:
    """Which policy the order falls under now; None when the company has none."""
    found = active(work)
    return choosing.choose(found, values_of(work, row), form_context(work.at, work.actor.zone)) if found else None


def explain(passed: list[Policy], values: Mapping[str, Any], context: compiler.Context) -> list[Passed]:
    """Why each policy that came before does not fit."""
    return [Passed(p.id, p.version, p.name, choosing.why_not(p, values, context)) for p in passed]


def rows(work: Work) -> list[PolicyOut]:
    """All policies by rank."""
    require(work.actor, "sla.view")
    return [_out(*r) for r in work.read(ROWS)]


def one(work: Work, policy_id: UUID) -> PolicyOut:
    """One policy. Raises NotFound."""
    require(work.actor, "sla.view")
    row = work.one(ONE, [policy_id])
    if row is None:
        raise NotFound("not_found")
    return _out(*row)


def _out(policy_id: UUID, version: int, rank: int, is_active: Any, document: Any, updated_at: datetime) -> PolicyOut:
    said = msgspec.json.decode(document, type=PolicyIn)
    node = choosing.read(said.when)
    return PolicyOut(
        id=policy_id,
        version=version,
        rank=rank,
        active=is_active,
        name=said.name,
        when=said.when,
        condition=ALWAYS if node is None else Label(choosing.words(node, 0), choosing.words(node, 1)),
        calendar=said.calendar,
        targets=said.targets,
        updated_at=updated_at,
    )
