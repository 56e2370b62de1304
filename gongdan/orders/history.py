"""The older part of an order's conversation; `detail` brings the newest."""

from __future__ import annotations

from uuid import UUID

from gongdan.kernel.access import can
from gongdan.kernel.http.paging import Page, decode_cursor, encode_cursor
from gongdan.kernel.work import Work
from gongdan.orders.queries import placed_order
from gongdan.orders.schemas import CommentOut

LAST = UUID(int=(1 << 128) - 1)
MOST = 200
COMMENTS = (
    "select id, author_id, author_kind, author_name, internal, body, occurred_at from orders_comment "
    "where order_id = %s and id < %s order by id desc limit %s"
)


def comments(work: Work, order_id: UUID, cursor: str) -> Page[CommentOut]:
    """What was said on the order itself, newest first, one page. Raises NotFound."""
    row = placed_order(work, order_id).row
    internal = can(work.actor, "order.note", row) or "all" in work.actor.grants.get("order.view", ())
    before = decode_cursor(cursor, UUID)[0] if cursor else LAST
    rows = work.read(COMMENTS, [order_id, before, MOST + 1])
    return Page(
        items=[CommentOut(*c) for c in rows[:MOST] if internal or not c[4]],
        next=encode_cursor(rows[MOST - 1][0]) if len(rows) > MOST else None,
    )
