"""Tours: an exercise order, what the ledger says was done on it, and the others who are simulated."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel.access import system_actor
from gongdan.kernel.errors import Conflict, DomainError, Invalid
from gongdan.kernel.work import Work
from gongdan.onboarding import industries, queries, rules, samples
from gongdan.onboarding.models import Progress, Sample
from gongdan.onboarding.schemas import TourOut
from gongdan.orders.actions import assigning, conversing, creating, moving
from gongdan.orders.queries import placed_order
from gongdan.orders.schemas import Assign, Complete, NewComment, NewOrder, Say

TITLE = "练习工单：会议室空调不制冷"
ANSWER = "好的，我在现场，辛苦了。（练习中由系统扮演客户）"


def begin(work: Work, role: str) -> TourOut:
    """Begin a tour of one of the actor's roles, or begin it again. Raises Invalid, Conflict (nothing to practise with)."""
    if role not in work.actor.roles or role not in rules.TOURS:
        raise Invalid("tour_none", field="role")
    order_id = None if rules.TOURS[role][0] == "create" else _exercise(work, role)
    Progress.objects.update_or_create(
        tenant_id=work.actor.tenant_id,
        user_id=work.actor.id,
        role=role,
        defaults={"done": {}, "order_id": order_id, "state": "open", "started_at": work.at, "ended_at": None},
    )
    return queries.tour(work, role)


def end(work: Work, role: str) -> TourOut:
    """Skip the rest of a tour; it can be begun again at any time."""
    Progress.objects.filter(user_id=work.actor.id, role=role, state="open").update(state="skipped", ended_at=work.at)
    return queries.tour(work, role)


def check(work: Work, role: str) -> TourOut:
    """Keep what was done, let the simulated customer and engineer take their turns."""
    mine = Progress.objects.select_for_update().filter(user_id=work.actor.id, role=role, state="open").first()
    if mine is None:
        return queries.tour(work, role)
    if mine.order_id is None:
        mine.order_id = queries.made_since(work, mine.started_at)
        if mine.order_id is not None:
            samples.label(work, "order", mine.order_id)
    if mine.order_id is not None:
        _others(work, role, mine)
        for step in rules.done(role, queries.entries(work, mine.order_id), mine.done):
            mine.done.setdefault(step, work.at.isoformat())
    if len(mine.done) == len(rules.TOURS[role]):
        mine.state, mine.ended_at = "done", work.at
    mine.save()
    return queries.tour(work, role)


def _exercise(work: Work, role: str) -> UUID:
    """A new exercise order, labelled as sample data; an engineer's is already theirs."""
    system = system_actor(work.actor.tenant_id, "onboarding")
    turn = samples.in_turn(work, system, work.at)
    made = creating.create(turn, _new(work))
    turn.flush()
    samples.label(work, "order", made.id)
    if role in ("engineer", "partner"):
        turn = samples.in_turn(work, system, work.at)
        assigning.assign(turn, made.id, None, Assign(assignee_id=work.actor.id))
        turn.flush()
    return made.id


def _new(work: Work) -> NewOrder:
    new = samples.general(TITLE)
    if not _published(work, "service"):
        known = next((i for i in industries.ALL.values() if _published(work, i.blueprint)), None)
        if known is None:
            raise Conflict("tour_needs_blueprint")
        new = NewOrder(blueprint=known.blueprint, title=TITLE, fields=known.troubles[0][1], tags=[samples.TAG])
    found = Sample.objects.filter(kind="customer").order_by("row_id").values_list("row_id", flat=True).first()
    if found is None:
        return new
    return NewOrder(blueprint=new.blueprint, title=TITLE, fields=new.fields, tags=new.tags, customer_id=found)


def _published(work: Work, key: str) -> bool:
    try:
        blueprint_queries.current(work, key)
    except DomainError:
        return False
    return True


def _others(work: Work, role: str, mine: Progress) -> None:
    """The customer answers a reply; an agent's order is finished by the one who has it."""
    order_id = mine.order_id
    assert order_id is not None  # noqa: S101 – the caller has looked
    entries = queries.entries(work, order_id)
    steps = rules.TOURS[role]
    if "answered" in steps and rules.seen("reply", entries) and not rules.seen("answered", entries):
        turn = samples.in_turn(work, samples.customer_actor(work.actor.tenant_id), work.at)
        conversing.comment(turn, order_id, NewComment(body=ANSWER))
        turn.flush()
    if role == "agent" and rules.seen("note", entries) and rules.seen("assign", entries):
        _finish(work, order_id)


def _finish(work: Work, order_id: UUID) -> None:
    """Start and complete the order as its simulated engineer, if the blueprint allows it now."""
    seen = placed_order(work, order_id)
    industry = next((i for i in industries.ALL.values() if i.blueprint == seen.row.blueprint_key), None)
    outcome: dict[str, Any] = industry.outcome if industry else {}
    for verb in ("start", "complete"):
        if seen.blueprint.step(seen.row.state, verb) is None:
            continue
        turn = samples.in_turn(work, system_actor(work.actor.tenant_id, "onboarding"), work.at)
        if verb == "start":
            moving.start(turn, order_id, None, Say())
        else:
            moving.complete(turn, order_id, None, Complete(fields=outcome, note="练习中由系统扮演工程师完成"))
        turn.flush()
        seen = placed_order(work, order_id)
