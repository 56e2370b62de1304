"""Verbs of automation itself: tell people, start a child order."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from gongdan.accounts import queries as account_queries
from gongdan.kernel.errors import Invalid
from gongdan.kernel.verbs import Verb, offer
from gongdan.kernel.work import Work
from gongdan.notify import actions as notify
from gongdan.orders.actions import conversing, creating
from gongdan.orders.queries import placed_order
from gongdan.orders.rows import OrderRow
from gongdan.orders.schemas import LinkIn, NewOrder

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Key = Annotated[str, msgspec.Meta(max_length=60)]
WITH_ROLE = "select id from accounts_user where active and %s = any(roles) order by id limit 50"
LEADS = (
    "select m.user_id from accounts_membership m join accounts_user u on u.id = m.user_id "
    "where m.team_id = %s and m.lead and u.active order by m.user_id limit 20"
)
WATCHERS = "select user_id from orders_watcher where order_id = %s order by user_id limit 200"
SUPERIOR = "manager"


class Tell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to tell: the owner, the team, its lead (else the managers), the watchers, or everybody with a role; and what."""

    to: Literal["owner", "team", "superior", "watchers", "role"]
    role: Key = ""
    text: Words


class Child(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A child order of the same customer and asset."""

    blueprint: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    description: Annotated[str, msgspec.Meta(max_length=5_000)] = ""
    priority: Annotated[int, msgspec.Meta(ge=1, le=4)] | None = None
    team: Key = ""
    fields: dict[str, Any] = {}


def people(work: Work, row: OrderRow, say: Tell) -> list[UUID]:
    """Whom `say` means on this order."""
    if say.to == "owner":
        return [row.assignee_id] if row.assignee_id else []
    if say.to == "team":
        return account_queries.team_members(work, row.team_id) if row.team_id else []
    if say.to == "watchers":
        return [r[0] for r in work.read(WATCHERS, [row.id])]
    if say.to == "superior":
        leads = [r[0] for r in work.read(LEADS, [row.team_id])] if row.team_id else []
        found = [p for p in leads if p != row.assignee_id]
        return found or [r[0] for r in work.read(WITH_ROLE, [SUPERIOR])]
    return [r[0] for r in work.read(WITH_ROLE, [say.role])]


def tell(work: Work, order_id: UUID, _: int | None, say: Tell) -> None:
    """Put words about the order into people's inboxes, once per operation. Raises Invalid when there is nobody."""
    row = placed_order(work, order_id).row
    found = people(work, row, say)
    if not found:
        raise Invalid("rule_nobody", field="to")
    values = {"number": row.number, "title": row.title, "text": say.text}
    notify.tell(work, found, "n_rule", values, order_id=row.id, dedupe=f"rule:{work.operation_id}")


def child(work: Work, order_id: UUID, _: int | None, say: Child) -> None:
    """Create an order below this one. Raises Invalid when its blueprint asks for more than is said."""
    row = placed_order(work, order_id).row
    kept = {
        n: getattr(row, n) for n in ("customer_id", "contact_id", "site_id", "asset_id", "contact_name", "address", "lng", "lat")
    }
    new = NewOrder(
        blueprint=say.blueprint,
        title=say.title,
        description=say.description,
        priority=say.priority or row.priority,
        team=say.team,
        fields=say.fields,
        contact_phone=row.contact_phone_typed or row.contact_phone,
        **kept,
    )
    made = creating.create(work, new)
    work.flush()  # the link looks for it
    conversing.link(work, order_id, LinkIn(made.id, "child"))


def _child_sets(say: Child) -> dict[str, Any]:
    return {"blueprint": say.blueprint, "title": say.title, "has_assignee": False, "waiting_on": None}


CALLABLE: dict[str, Verb] = {
    "notify": Verb(tell, Tell, ("通知", "Tell people")),
    "child": Verb(
        child, Child, ("新建子工单", "Start a child order"), lambda _: ("order.create", "order.link"),
        ("order.created", "order.assigned"), sets=_child_sets,
    ),
}  # fmt: skip
offer(CALLABLE)
