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
