"""One order with everything around it, in one round trip after authentication."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel.access import Actor, can
from gongdan.kernel.errors import NotFound
from gongdan.kernel.http.paging import Page, decode_cursor, encode_cursor
from gongdan.kernel.pipeline import Row, Statement
from gongdan.kernel.work import Work
from gongdan.orders import reshaping, wording
from gongdan.orders import statements as sql
from gongdan.orders.actions.loading import TOKENS, explain
from gongdan.orders.actions.moving import blockers
from gongdan.orders.flowing import token_view
from gongdan.orders.listing import FAMILY_SQL, JOINS, ROW_SQL
from gongdan.orders.queries import Placed
from gongdan.orders.rows import OpenOrder, OrderRow, row_from
from gongdan.orders.rules import LABELS, NEEDS, primary
from gongdan.orders.schemas import CommentOut, EventOut, Origin

EVENTS_MOST = 50
ORDER = (
    f"select {', '.join('o.' + c for c in sql.COLUMNS)}, "
    "(select coalesce(json_agg(t.body order by t.id), '[]')::text from orders_token t where t.tenant_id = o.tenant_id "
    f"and t.order_id = o.id and t.state = 'open'), {ROW_SQL}::text "
    f"from orders_order o {JOINS} where o.id = %s"
)
EVENTS = (
    "select id, seq, type, actor_id, actor_kind, actor_name, occurred_at, recorded_at, data, xid::text from orders_event "
    "where order_id = %s and seq < %s order by seq desc limit %s"
)
# the order's own first; what a merge or split shows of other orders comes with the order it was written on
COMMENTS = (
    "with found as ((select c.id, c.author_id, c.author_kind, c.author_name, c.internal, c.body, c.occurred_at, "
    "null::uuid as from_id from orders_comment c where c.order_id = %s order by c.id desc limit %s) union all "
    "(select c.id, c.author_id, c.author_kind, c.author_name, c.internal, c.body, c.occurred_at, c.order_id from orders_comment c "
    "where c.id in (select s.item_id from orders_shown s where s.order_id = %s and s.kind = 'comment') "
    "and c.order_id <> %s order by c.id desc limit %s)) "
    "select f.*, n.number from found f left join orders_order n on n.id = f.from_id order by f.id desc limit %s"
)
FILES = (
    "with found as (select a.*, (select s.from_id from orders_shown s where s.order_id = a.order_id and s.item_id = a.id limit 1) "
    "as from_id from orders_attachment a where a.order_id = %s union all "
    "select a.*, a.order_id from orders_attachment a where a.id in "
    "(select s.item_id from orders_shown s where s.order_id = %s and s.kind = 'attachment') and a.order_id <> %s) "
    "select a.file_id, a.kind, a.internal, a.comment_id, a.at, f.name, f.size, f.type, f.state, a.from_id, n.number, u.name "
    "from found a join files_file f on f.id = a.file_id left join orders_order n on n.id = a.from_id "
    "left join accounts_user u on u.id = a.added_by "
    "order by a.from_id is not null, a.id limit 500"
)
LINKED = (
    "o.id, o.number, o.title, o.state, o.assignee_id, o.created_by, o.team_id, o.org_unit_id, o.partner_id, "
    f"{FAMILY_SQL}, o.cancelled, b.label, r.kind, r.id, r.order_id, r.at, r.made_by_name, r.reason from orders_link l "
    "join orders_order o on o.tenant_id = l.tenant_id and o.id = {end} "
    "left join blueprints_state b on b.version_id = o.blueprint_version_id and b.key = o.state "
    "left join orders_reshape r on r.tenant_id = l.tenant_id and r.undone_at is null "
    "and r.order_id in (l.order_id, l.other_id) and r.other_id in (l.order_id, l.other_id) "
    "and (r.kind = 'merge') = (l.kind = 'duplicate') "
)
LINKS = (
    f"select l.kind, {LINKED.format(end='l.other_id')} where l.order_id = %s union all "
    "select case l.kind when 'parent' then 'child' when 'child' then 'parent' else l.kind end, "
    f"{LINKED.format(end='l.order_id')} where l.other_id = %s limit 100"
)
MERGED_INTO = (
    "select o.id, o.number, o.title, o.assignee_id, o.created_by, o.team_id, o.org_unit_id, o.partner_id, r.id, r.at, "
    "r.made_by_name, r.reason from orders_order o left join orders_reshape r on r.tenant_id = o.tenant_id and r.order_id = %s "
    "and r.other_id = o.id and r.kind = 'merge' and r.undone_at is null where o.id = %s"
)
NAMES = (
    "select id::text, name from accounts_user where id = any(%s) "
    "union all select id::text, name from accounts_team where id = any(%s)"
)


def statements(order_id: UUID) -> list[Statement]:
    """What `detail` reads; a route sends them along with the authentication."""
    return [
        (ORDER, [order_id]),
        (EVENTS, [order_id, 2_000_000_000, EVENTS_MOST]),
        (COMMENTS, [order_id, 200, order_id, order_id, 200, 200]),
        (FILES, [order_id, order_id, order_id]),
        (LINKS, [order_id, order_id]),
        ("select user_id from orders_watcher where order_id = %s limit 200", [order_id]),
    ]


def detail(work: Work, order_id: UUID) -> dict[str, Any]:
    """The whole order as plain data. Raises NotFound when it is not there or not visible."""
    found = work.loaded.pop("preload", None) or work.batch(statements(order_id))
    if not found[0]:
        raise NotFound("not_found")
    values = found[0][0]
    row = row_from(values)
    if not can(work.actor, "order.view", row):
        raise NotFound("not_found")
    blueprint = blueprint_queries.version(work, row.blueprint_version_id)
    tokens = TOKENS.decode(values[len(sql.COLUMNS)])
    opened = OpenOrder(work, row, blueprint, tokens, new=False)
    internal = can(work.actor, "order.note", row) or "all" in work.actor.grants.get("order.view", ())
    shown = msgspec.json.decode(values[len(sql.COLUMNS) + 1])
    events = [_event(order_id, e) for e in found[1]]
    names = _names(work, events, tokens)
    states = {k: {"zh": s.label.zh, "en": s.label.en} for k, s in blueprint.states.items()}
    shown |= {
        "description": row.description,
        "contact_id": row.contact_id,
        "contact_name": row.contact_name,
        "contact_phone": row.contact_phone_typed or row.contact_phone,
        "address": row.address,
        "lng": row.lng,
        "lat": row.lat,
        "fields": row.fields,
        "form": blueprint.document.form,
        "flow": blueprint.document.flow,
        "states": msgspec.to_builtins(blueprint.document.states),
        "blueprint_name": msgspec.to_builtins(blueprint.document.name),
        "blueprint_version": row.blueprint_version_id,
        "site_id": row.site_id,
        "asset_id": row.asset_id,
        "opened_at": row.opened_at,
        "accepted_at": row.accepted_at,
        "started_at": row.started_at,
        "resolved_at": row.resolved_at,
        "closed_at": row.closed_at,
        "state_at": row.state_at,
        "hold_reason": row.hold_reason,
        "reopened": row.reopened,
        "tokens": [token_view(blueprint, t, names) for t in tokens],
        "verbs": verbs(work, opened),
        "timeline": [
            {**e, "text": wording.text(e["type"], e["data"], names, states)}
            for e in events
            if internal or not e["data"].get("internal")
        ],
        "comments": [_comment(c) for c in reversed(found[2]) if internal or not c[4]],
        "attachments": _files(found[3], internal=internal),
        "links": [_link(work, order_id, x) for x in found[4] if _may_see(work.actor, x)],
        "watchers": [w[0] for w in found[5]],
        "merged_into": _merged_into(work, row) if row.merged_into_id is not None else None,
    }
    return masked(work.actor, shown)


def _event(order_id: UUID, e: tuple[Any, ...]) -> dict[str, Any]:
    keys = ("id", "seq", "type", "actor_id", "actor_kind", "actor_name", "occurred_at", "recorded_at")
    data = wording.decoded(e[8])
    return {
        **dict(zip(keys, e[:8], strict=True)),
        "data": data,
        "run": e[9],  # what one transaction wrote belongs together: one operation, or one run of a job
        "cause": wording.cause(order_id, e[4], e[5], data),
    }


def _comment(c: tuple[Any, ...]) -> CommentOut:
    comment = CommentOut(*c[:7])
    return comment if c[7] is None else msgspec.structs.replace(comment, origin=Origin(c[7], c[8]))


def _files(rows: list[Row], *, internal: bool) -> list[dict[str, Any]]:
    """Each file once, the order's own before what is shown of others."""
    keys = ("file_id", "kind", "internal", "comment_id", "at", "name", "size", "type", "state")
    shown: dict[UUID, dict[str, Any]] = {}
    for f in rows:
        if internal or not f[2]:
            origin = Origin(f[9], f[10]) if f[9] is not None else None
            shown.setdefault(f[0], {**dict(zip(keys, f[:9], strict=True)), "origin": origin, "by_name": f[11]})
    return list(shown.values())


def _link(work: Work, order_id: UUID, x: tuple[Any, ...]) -> dict[str, Any]:
    keys = ("kind", "id", "number", "title", "state")
    label = msgspec.Raw(x[12].encode()) if x[12] else None
    made = None
    if x[13] is not None:
        until = x[16] + reshaping.UNDO
        made = {"kind": x[13], "id": x[14], "leaves": x[15] == order_id, "at": x[16], "by_name": x[17], "reason": x[18]}
        made |= {"undo_until": until, "may_undo": work.at <= until and can(work.actor, f"order.{x[13]}", Placed(*x[5:10]))}
    return {
        **dict(zip(keys, x[:5], strict=True)),
        "family": x[10],
        "cancelled": x[11],
        "state_label": label,
        "merged": x[13] == "merge",
        "reshape": made,
    }


def _merged_into(work: Work, row: OrderRow) -> dict[str, Any] | None:
    """The order that lives on; its title only for whom may see it."""
    found = work.one(MERGED_INTO, [row.id, row.merged_into_id])
    if found is None:
        return None
    seen = can(work.actor, "order.view", placed := Placed(*found[3:8]))
    until = found[9] + reshaping.UNDO if found[9] is not None else None
    may = all(can(work.actor, "order.merge", p) for p in (placed, row))
    return {
        "id": found[0],
        "number": found[1],
        "title": found[2] if seen else "",
        "at": found[9],
        "by_name": found[10] or "",
        "reason": found[11] or "",
        "undo_until": until,
        "may_undo": may and until is not None and work.at <= until,
    }


def _may_see(actor: Actor, x: tuple[Any, ...]) -> bool:
    return can(actor, "order.view", Placed(*x[5:10]))


def _names(work: Work, events: list[dict[str, Any]], tokens: list[Any]) -> dict[str, str]:
    people = {e["data"].get("assignee_id") for e in events} - {None}
    teams = {e["data"].get("team_id") for e in events} - {None}
    if not people and not teams:
        return {}
    return dict(work.read(NAMES, [sorted(people), sorted(teams)]))


def masked(actor: Actor, shown: dict[str, Any]) -> dict[str, Any]:
    """Fields of an order as the actor may see them: hidden ones go, masked ones keep their ends."""
    for name, rule in actor.field_rules.items():
        kind, _, field = name.partition(".")
        if kind != "order" or field not in shown:
            continue
        if rule == "hide":
            shown.pop(field)
        elif rule == "mask" and isinstance(shown[field], str) and shown[field]:
            text = shown[field]
            shown[field] = text[:3] + "****" + text[-2:] if len(text) > 6 else text[:1] + "**"
    return shown


def verbs(work: Work, opened: OpenOrder) -> list[dict[str, Any]]:
    """Every verb of the state for this actor: allowed, or why not; the next likely one is marked primary."""
    row, actor = opened.row, work.actor
    found: list[dict[str, Any]] = []
    for step in opened.blueprint.steps_from(row.state):
        verb = step.transition.verb
        if not can(actor, f"order.{verb}", row) or _pointless(row, verb, actor):
            continue
        stopped = [explain(b) for b in blockers(work, opened, step, verb)]
        label = step.transition.label
        zh, en = (label.zh, label.en) if label else LABELS.get(verb, (verb, verb))
        found.append(
            {
                "verb": verb,
                "label": {"zh": zh, "en": en},
                "to": step.to[0] if len(step.to) == 1 else None,
                "targets": list(step.to) if len(step.to) > 1 else [],
                "needs": NEEDS.get(verb, []),
                "allowed": not stopped,
                "blockers": stopped,
                "primary": False,
            }
        )
    best = primary([v["verb"] for v in found], row.assignee_id is not None, row.assignee_id == actor.id)
    for verb_shown in found:
        verb_shown["primary"] = verb_shown["verb"] == best
    return found


def _pointless(row: OrderRow, verb: str, actor: Actor) -> bool:
    """Verbs that are legal but senseless here, so that nobody is offered them."""
    if verb == "hold":
        return row.waiting_on is not None
    if verb == "resume":
        return row.waiting_on is None
    if verb == "claim":
        return row.assignee_id is not None
    if verb == "accept":
        return row.accepted_at is not None
    return verb == "transfer" and row.assignee_id is None and row.team_id is None


def events(work: Work, order_id: UUID, cursor: str) -> Page[EventOut]:
    """The whole timeline, newest first, one page. Raises NotFound."""
    before = decode_cursor(cursor, int)[0] if cursor else 2_000_000_000
    order, rows = work.batch([(ORDER, [order_id]), (EVENTS, [order_id, before, 101])])
    if not order:
        raise NotFound("not_found")
    row = row_from(order[0])
    if not can(work.actor, "order.view", row):
        raise NotFound("not_found")
    blueprint = blueprint_queries.version(work, row.blueprint_version_id)
    states = {k: {"zh": s.label.zh, "en": s.label.en} for k, s in blueprint.states.items()}
    internal = can(work.actor, "order.note", row)
    found = [_event(order_id, e) for e in rows[:100]]
    names = _names(work, found, [])
    items = [
        EventOut(**e, text=wording.text(e["type"], e["data"], names, states))
        for e in found
        if internal or not e["data"].get("internal")
    ]
    return Page(items=items, next=encode_cursor(found[-1]["seq"]) if len(rows) > 100 else None)
