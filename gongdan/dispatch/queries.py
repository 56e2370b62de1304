"""Candidates for an order, each with its explanation."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints.document import Dispatch
from gongdan.engines.planner.candidates import Candidate, candidates
from gongdan.engines.planner.explain import part_text, sentences
from gongdan.engines.planner.model import Engineer, Job
from gongdan.kernel.access import require
from gongdan.kernel.work import Work
from gongdan.orders.queries import SeenOrder, placed_order
from gongdan.workforce import queries as workforce_queries

LOADS = "select o.assignee_id, count(*) from orders_order o where o.assignee_id = any(%s) and o.family < 3 group by 1"
SITE = "select lng, lat, region from customers_site where id = %s"
LAST = (
    "select assignee_id from orders_order where customer_id = %s and assignee_id is not null and family >= 3 "
    "order by id desc limit 1"
)


Ranked = tuple[list[Candidate], dict[str, str], dict[str, tuple[str, str]]]


class CandidateOut(msgspec.Struct, frozen=True):
    """A candidate for people to read."""

    engineer_id: UUID
    name: str
    fits: bool
    score: float
    earliest_start: datetime | None
    sentences: dict[str, list[str]]
    parts: list[dict[str, Any]]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Work that somebody is looked for: an order, or one that is about to be written."""

    policy: Dispatch
    priority: int
    fields: dict[str, Any]
    id: str = ""
    team_id: UUID | None = None
    customer_id: UUID | None = None
    site_id: UUID | None = None
    lng: float | None = None
    lat: float | None = None
    due_at: datetime | None = None


def ranked(work: Work, order: SeenOrder) -> Ranked:
    """(candidates best first, names by id, skill labels) among the engineers of the order's team."""
    row = order.row
    wanted = Wanted(
        policy=order.blueprint.document.dispatch, priority=row.priority, fields=row.fields, id=str(row.id), team_id=row.team_id,
        customer_id=row.customer_id, site_id=row.site_id, lng=row.lng, lat=row.lat, due_at=row.next_due_at,
    )  # fmt: skip
    return _ranked(work, wanted)


def _ranked(work: Work, wanted: Wanted) -> Ranked:
    resources = workforce_queries.resources(work, work.at)
    if wanted.team_id is not None:
        in_team = [r for r in resources if wanted.team_id in r.team_ids]
        resources = in_team or resources
    ids = [UUID(r.planned.id) for r in resources]
    loads, site, last, labels = work.batch(
        [
            (LOADS, [ids]),
            (SITE, [wanted.site_id]),
            (LAST, [wanted.customer_id]),
            ("select key, name, name_en from workforce_skill", []),
        ]
    )
    load = {str(k): n for k, n in loads}
    engineers = [_loaded(r.planned, load.get(r.planned.id, 0)) for r in resources]
    job = _job(wanted, site[0] if site else None, str(last[0][0]) if last else None)
    names = {r.planned.id: r.name for r in resources}
    return candidates(job, engineers, work.at, zone=work.actor.zone), names, {k: (zh, en) for k, zh, en in labels}


def _loaded(engineer: Engineer, load: int) -> Engineer:
    return Engineer(
        id=engineer.id,
        skills=engineer.skills,
        regions=engineer.regions,
        home=engineer.home,
        shifts=engineer.shifts,
        absences=engineer.absences,
        capacity=engineer.capacity,
        load=load,
        partner_id=engineer.partner_id,
    )


def _job(wanted: Wanted, site: tuple[Any, ...] | None, last: str | None) -> Job:
    policy = wanted.policy
    lng, lat, region = site or (wanted.lng, wanted.lat, "")
    value = wanted.fields.get(policy.skills_by) if policy.skills_by else None
    return Job(
        id=wanted.id,
        skills=policy.skills.get(str(value), {}),
        region=region or "",
        place=None if lng is None or lat is None else (lng, lat),
        due_at=wanted.due_at,
        minutes=policy.duration_minutes,
        priority=wanted.priority,
        last_engineer=last,
    )


def for_wanted(work: Work, wanted: Wanted) -> list[CandidateOut]:
    """The best candidates for work that is not an order yet, explained."""
    require(work.actor, "dispatch.view")
    found, names, labels = _ranked(work, wanted)
    return [_out(c, names, labels) for c in found[:3]]


def for_order(work: Work, order_id: UUID) -> list[CandidateOut]:
    """All candidates of an order, explained. Raises NotFound."""
    require(work.actor, "dispatch.view")
    found, names, labels = ranked(work, placed_order(work, order_id))
    return [_out(c, names, labels) for c in found[:200]]


def _out(candidate: Candidate, names: dict[str, str], labels: dict[str, tuple[str, str]]) -> CandidateOut:
    return CandidateOut(
        UUID(candidate.engineer_id),
        names[candidate.engineer_id],
        candidate.fits,
        candidate.score,
        candidate.earliest_start,
        sentences(candidate, labels),
        [{"code": p.code, "points": p.points, "value": p.value, "text": part_text(p)} for p in candidate.parts],
    )


def explained(found: list[Candidate], names: dict[str, str], labels: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """The best ten as plain data, for the record of a decision."""
    plain: list[dict[str, Any]] = msgspec.to_builtins([_out(c, names, labels) for c in found[:10]])
    return plain
