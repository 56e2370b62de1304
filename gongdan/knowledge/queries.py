"""Reads of knowledge; the first argument is the work, whose actor is asked for permission."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from gongdan.kernel.access import require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.work import Work
from gongdan.knowledge import rules
from gongdan.knowledge.rules import Rendered
from gongdan.knowledge.schemas import ReadyReply, ReplyOut
from gongdan.orders.queries import placed_order

COLUMNS = "id, name, shortcut, body, scope, team_id, owner_id, used, used_at, version"
MINE = "(owner_id = %s or scope = 'global' or (scope = 'team' and team_id = any(%s)))"
FOUND = "(%s = '' or position(lower(%s) in lower(shortcut || ' ' || name || ' ' || body)) > 0)"
PAGE = f"select {COLUMNS} from knowledge_reply where {MINE} and {FOUND} and (name, id) > (%s, %s) order by name, id limit %s"
# the shortcut that begins with what was typed first, then what people use
READY = (
    f"select {COLUMNS} from knowledge_reply where {MINE} and {FOUND} "
    "order by not starts_with(lower(shortcut), lower(%s)), used desc, name, id limit %s"
)
ONE = f"select {COLUMNS} from knowledge_reply where {MINE} and id = %s"
NAMES = (
    "select (select name from customers_customer where id = %s), (select name from accounts_user where id = %s), "
    "(select name from accounts_team where id = %s), (select name from accounts_tenant where id = %s)"
)


def page(work: Work, q: str, cursor: str, limit: int | None) -> Page[ReplyOut]:
    """Quick replies the actor may use, by name, one page."""
    require(work.actor, "reply.view")
    most = clamp(limit)
    after = decode_cursor(cursor, str, UUID) if cursor else ["", UUID(int=0)]
    q = q.strip()
    rows = work.read(PAGE, [*_whose(work), q, q, *after, most + 1])
    found = [ReplyOut(*r) for r in rows[:most]]
    return Page(items=found, next=encode_cursor(found[-1].name, found[-1].id) if len(rows) > most else None)


def one(work: Work, reply_id: UUID) -> ReplyOut:
    """One quick reply. Raises NotFound."""
    require(work.actor, "reply.view")
    row = work.one(ONE, [*_whose(work), reply_id])
    if row is None:
        raise NotFound("not_found")
    return ReplyOut(*row)


def _whose(work: Work) -> list[object]:
    return [work.actor.id, list(work.actor.team_ids)]


def ready(work: Work, order_id: UUID, q: str, limit: int | None) -> list[ReadyReply]:
    """Quick replies in the words of an order, the likely ones first. Raises NotFound."""
    require(work.actor, "reply.view")
    values = _values(work, order_id)
    q = q.strip()
    found = [ReplyOut(*r) for r in work.read(READY, [*_whose(work), q, q, q, clamp(limit, 20)])]
    texts = [rules.render(r.body, values, work.actor.locale) for r in found]
    return [
        ReadyReply(r.id, r.name, r.shortcut, r.scope, text.text, text.missing)
        for r, text in zip(found, texts, strict=True)
    ]  # fmt: skip


def preview(work: Work, body: str, order_id: UUID) -> Rendered:
    """Words in the words of an order. Raises NotFound."""
    require(work.actor, "reply.view")
    return rules.render(body, _values(work, order_id), work.actor.locale)


def _values(work: Work, order_id: UUID) -> dict[str, str]:
    """What the variables stand for on an order; what the actor may not see in full is not there."""
    order = placed_order(work, order_id)
    row, actor = order.row, work.actor
    (names,) = work.read(NAMES, [row.customer_id, row.assignee_id, row.team_id, actor.tenant_id])
    state = order.blueprint.states.get(row.state)
    english = actor.locale.startswith("en")
    values = {
        "customer": names[0],
        "contact": row.contact_name,
        "number": row.number,
        "title": row.title,
        "state": (state.label.en if english else state.label.zh) if state else "",
        "engineer": names[1],
        "team": names[2],
        "due": _moment(row.next_due_at, actor.zone, english=english),
        "address": row.address,
        "me": actor.name,
        "company": names[3],
    }
    hidden = {name for name, rule in actor.field_rules.items() if rule in ("hide", "mask")}
    secret = {"contact": "order.contact_name", "address": "order.address", "customer": "order.customer_name"}
    return {k: v or "" for k, v in values.items() if secret.get(k) not in hidden}


def _moment(at: datetime | None, zone: str, *, english: bool) -> str:
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%d %b %H:%M}" if english else f"{local.month}月{local.day}日 {local:%H:%M}"
