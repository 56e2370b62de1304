"""Facts of orders. Ids and plain values; the ledger has the rest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongdan.kernel.events import Fact, fact


@fact("order.created")
class OrderCreated(Fact, frozen=True, kw_only=True):
    """An order exists."""

    order_id: UUID
    blueprint_version_id: UUID
    state: str
    priority: int
    team_id: UUID | None
    assignee_id: UUID | None
    customer_id: UUID | None
    channel: str
    occurred_at: datetime


@fact("order.moved")
class OrderMoved(Fact, frozen=True, kw_only=True):
    """A verb was said; perhaps the state changed, or what the order waits on. `undone_at`: what was said then is taken back."""

    order_id: UUID
    verb: str
    from_state: str
    to_state: str
    from_family: int
    to_family: int
    waiting_on: str | None
    occurred_at: datetime
    actor_id: UUID
    undone_at: datetime | None = None


@fact("order.assigned")
class OrderAssigned(Fact, frozen=True, kw_only=True):
    """Another person or team has the order."""

    order_id: UUID
    number: str
    title: str
    assignee_id: UUID | None
    team_id: UUID | None
    before_assignee_id: UUID | None
    actor_id: UUID
    seq: int


@fact("order.completed")
class OrderCompleted(Fact, frozen=True, kw_only=True):
    """The work is done."""

    order_id: UUID
    assignee_id: UUID | None
    survey: bool
    occurred_at: datetime


@fact("order.closed")
class OrderClosed(Fact, frozen=True, kw_only=True):
    """The order is closed or cancelled."""

    order_id: UUID
    cancelled: bool
    occurred_at: datetime


@fact("order.merged")
class OrderMerged(Fact, frozen=True, kw_only=True):
    """An order ended as a duplicate of another. No `order.moved` comes with it: a merge can be undone as if it had not been."""

    order_id: UUID
    into_id: UUID
    occurred_at: datetime
    actor_id: UUID


@fact("order.unmerged")
class OrderUnmerged(Fact, frozen=True, kw_only=True):
    """A merge was undone: the order is what it was before."""

    order_id: UUID
    from_id: UUID
    occurred_at: datetime
    actor_id: UUID


@fact("order.edited")
class OrderEdited(Fact, frozen=True, kw_only=True):
    """Values of the order changed."""

    order_id: UUID
    keys: list[str]
    priority: int
    occurred_at: datetime


@fact("order.commented")
class OrderCommented(Fact, frozen=True, kw_only=True):
    """Somebody wrote."""

    order_id: UUID
    comment_id: UUID
    internal: bool
    author_id: UUID | None
    author_kind: str
    assignee_id: UUID | None
    occurred_at: datetime
    mentions: list[UUID] = []


@fact("order.tagged")
class OrderTagged(Fact, frozen=True, kw_only=True):
    """A tag came or went."""

    order_id: UUID
    tag: str
    added: bool


@fact("order.task_opened")
class TaskOpened(Fact, frozen=True, kw_only=True):
    """A task or an approval of the flow waits for somebody."""

    order_id: UUID
    token_id: UUID
    node: str
