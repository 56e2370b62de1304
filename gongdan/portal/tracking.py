"""What a tracking link shows: nothing beyond this."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from gongdan.accounts import queries as account_queries
from gongdan.kernel.work import Work
from gongdan.orders.queries import SeenOrder, placed_order
from gongdan.orders.rows import OrderRow
from gongdan.sla import queries as sla_queries
from gongdan.surveys import rules as survey_rules

FAMILIES = {1: "waiting", 2: "working", 3: "resolved", 4: "closed"}
MOVES = (
    "select occurred_at, data ->> 'to' from orders_event where order_id = %s "
    "and (type = 'created' or data ->> 'from' <> data ->> 'to') order by seq limit 200"
)
# what was said on the order, and what its customer has written since on the one it was merged into
SAID = (
    "select author_name, author_kind, body, occurred_at from orders_comment c where (c.order_id = any(%s) or c.id in "
    "(select s.item_id from orders_shown s where s.order_id = %s and s.kind = 'comment' and s.source_id = s.item_id)) "
    "and not c.internal order by c.id desc limit 50"
)


class Said(NamedTuple):
    """A public comment; `mine`: the customer wrote it."""

    name: str
    mine: bool
    body: str
    at: datetime


class Tracked(NamedTuple):
    """An order as its customer sees it. Instants are in the company's zone."""

    number: str
    title: str
    word: str  # waiting | working | resolved | closed | cancelled
    steps: list[tuple[str, datetime]]
    engineer: str
    promised: datetime | None
    said: list[Said]
    may_cancel: bool
    may_rate: bool
    company: str
    zone: str
    merged_into: str  # the number of the order that lives on, or empty


def tracked(work: Work, order: SeenOrder) -> Tracked:
    """The order in the customer's words: four states with their times, who comes, and by when.

    A merged order goes as the one that lives on goes. Its conversation is shown to the same customer only: who reported the same
    fault from another address reads their own words.
    """
    own, live = order.row, living(work, order)
    row, blueprint = live.row, live.blueprint
    merged = row.id != own.id
    face = account_queries.face(work)
    zone = ZoneInfo(face.zone)
    families = {k: "cancelled" if s.cancelled else str(s.family) for k, s in blueprint.states.items()}
    conversations = [own.id, row.id] if merged and _same_customer(own, row) else [own.id]
    moves, said = work.batch([(MOVES, [row.id]), (SAID, [conversations, own.id])])
    steps: list[tuple[str, datetime]] = []
    for at, state in moves:
        word = families.get(state or blueprint.document.initial, "waiting")
        if not steps or steps[-1][0] != word:
            steps.append((word, at.astimezone(zone)))
    over = row.family >= survey_rules.RESOLVED
    promised = None if over else sla_queries.promised_at(work, row.id)
    return Tracked(
        number=own.number,
        title=own.title,
        word="cancelled" if row.cancelled else FAMILIES[row.family],
        steps=steps,
        engineer=_name(work, row.assignee_id),
        promised=promised.astimezone(zone) if promised else None,
        said=[Said(n, k == "link", b, a.astimezone(zone)) for n, k, b, a in said],
        may_cancel=not merged and blueprint.step(row.state, "cancel") is not None,
        may_rate=not merged
        and survey_rules.may_rate(row.family, cancelled=row.cancelled, enabled=blueprint.document.survey.enabled),
        company=face.name,
        zone=face.zone,
        merged_into=row.number if merged else "",
    )


def living(work: Work, order: SeenOrder) -> SeenOrder:
    """The order that lives on: the one this was merged into, or itself."""
    return order if order.row.merged_into_id is None else placed_order(work, order.row.merged_into_id)


def _same_customer(one: OrderRow, two: OrderRow) -> bool:
    return (one.customer_id is not None and one.customer_id == two.customer_id) or (
        one.contact_phone != "" and one.contact_phone == two.contact_phone
    )


def _name(work: Work, user_id: UUID | None) -> str:
    return account_queries.names(work, [user_id]).get(user_id, "") if user_id else ""
