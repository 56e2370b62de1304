"""Facts of SLA."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongdan.kernel.events import Fact, fact


@fact("sla.breached")
class SlaBreached(Fact, frozen=True, kw_only=True):
    """A deadline of an order has passed."""

    order_id: UUID
    due_at: datetime


@fact("sla.reached")
class SlaReached(Fact, frozen=True, kw_only=True):
    """A clock of an order has used up a percentage of its target; `reached_at` is when it did."""

    order_id: UUID
    key: str
    percent: int
    reached_at: datetime
    due_at: datetime
