"""Facts of dispatch."""

from __future__ import annotations

from uuid import UUID

from gongdan.kernel.events import Fact, fact


@fact("dispatch.nobody_found")
class NobodyFound(Fact, frozen=True, kw_only=True):
    """No engineer fits an order; a dispatcher has to look."""

    order_id: UUID
    number: str
    team_id: UUID | None
