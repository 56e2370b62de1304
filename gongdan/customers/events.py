"""Facts of customers."""

from __future__ import annotations

from uuid import UUID

from gongdan.kernel.events import Fact, fact


@fact("customer.changed")
class CustomerChanged(Fact, frozen=True, kw_only=True):
    """Values of a customer changed."""

    customer_id: UUID
    keys: list[str]
