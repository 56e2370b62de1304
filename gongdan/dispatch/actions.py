"""Verbs of dispatch."""

from __future__ import annotations

from uuid import UUID

from gongdan.dispatch import queries
from gongdan.dispatch.events import NobodyFound
from gongdan.dispatch.models import Decision
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict
from gongdan.kernel.events import emit
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work
from gongdan.orders.actions import assigning
from gongdan.orders.queries import placed_order
from gongdan.orders.schemas import Assign, Receipt

NOBODY = {"zh": ["还没有登记工程师"], "en": ["there are no engineers yet"]}


def dispatch(work: Work, order_id: UUID, *, version: int | None = None) -> Receipt | None:
    """自动派单: give the order to the best engineer and keep the explanation. None when nobody fits (and say so)."""
    require(work.actor, "dispatch.run")
    order = placed_order(work, order_id)
    found, names, labels = queries.ranked(work, order)
    shown = queries.explained(found, names, labels)
    best = found[0] if found and found[0].fits else None
    Decision.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        order_id=order_id,
        chosen_id=UUID(best.engineer_id) if best else None,
        candidates=shown,
        at=work.at,
    )
    if best is None:
        emit(work, NobodyFound(order_id=order_id, number=order.row.number, team_id=order.row.team_id))
        return None
    why = {"score": best.score, "parts": [[p.code, p.value, p.points] for p in best.parts], "of": len(found)}
    return assigning.assign(work, order_id, version, Assign(assignee_id=UUID(best.engineer_id)), why=why)


def dispatch_now(work: Work, order_id: UUID, version: int) -> Receipt:
    """The same on a person's request. Raises Conflict with the first reason when nobody fits."""
    done = dispatch(work, order_id, version=version)
    if done is None:
        first = Decision.objects.filter(order_id=order_id).order_by("-id").first()
        listed = first.candidates if first else []
        said = listed[0]["sentences"] if listed else NOBODY
        reason = Words("；".join(said["zh"]), "; ".join(said["en"]))
        raise Conflict("nobody_fits", reason=reason)
    return done
