"""Facts of surveys."""

from __future__ import annotations

from uuid import UUID

from gongdan.kernel.events import Fact, fact


@fact("survey.answered")
class SurveyAnswered(Fact, frozen=True, kw_only=True):
    """A customer rated an order."""

    order_id: UUID
    score: int
    engineer_id: UUID | None
