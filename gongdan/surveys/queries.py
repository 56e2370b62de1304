"""Reads of surveys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from gongdan.kernel.access import require
from gongdan.kernel.work import Work
from gongdan.orders.queries import placed_order


class SurveyOut(msgspec.Struct, frozen=True):
    """A rating."""

    order_id: UUID
    sent_at: datetime
    score: int | None
    reasons: list[str]
    comment: str
    answered_at: datetime | None


def of_order(work: Work, order_id: UUID) -> list[SurveyOut]:
    """The survey of an order: none or one. Raises NotFound for an order the actor may not see."""
    require(work.actor, "survey.view")
    placed_order(work, order_id)
    rows = work.read(
        "select order_id, sent_at, score, reasons, comment, answered_at from surveys_survey where order_id = %s",
        [order_id],
    )
    return [SurveyOut(*r) for r in rows]
