"""What the ledger of an order keeps of a rule that did not act."""

from __future__ import annotations

from uuid import UUID

from gongdan.kernel.work import Work
from gongdan.orders.actions.loading import open_order


def rule_stopped(work: Work, order_id: UUID, why: str, most: int) -> None:
    """A rule was stopped: `why` is depth or rate, `most` the limit. The work's `because` says which rule.

    No fact: what stops rules must not feed them.
    """
    opened = open_order(work, order_id, "order.view")
    opened.record("rule_stopped", {"why": why, "most": most}, work.at)
