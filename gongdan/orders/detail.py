"""One order with everything around it, in one round trip after authentication."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel.access import Actor, can
from gongdan.kernel.errors import NotFound
from gongdan.kernel.http.paging import Page, decode_cursor, encode_cursor
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work
from gongdan.orders import shown, wording
from gongdan.orders import statements as sql
from gongdan.orders.actions.loading import TOKENS, explain
from gongdan.orders.actions.moving import blockers
from gongdan.orders.flowing import token_view
from gongdan.orders.listing import FAMILY_SQL, JOINS, ROW_SQL
from gongdan.orders.queries import Placed
from gongdan.orders.rows import OpenOrder, OrderRow, row_from
from gongdan.orders.rules import LABELS, NEEDS, primary
from gongdan.orders.schemas import EventOut

EVENTS_MOST, COMMENTS_MOST = 50, 200
ORDER = (
    f"select {', '.join('o.' + c for c in sql.COLUMNS)}, "
    "(select coalesce(json_agg(t.body order by t.id), '[]')::text from orders_token t where t.tenant_id = o.tenant_id "
    f"and t.order_id = o.id and t.state = 'open'), {ROW_SQL}::text, {shown.EVER} "
    f"from orders_order o {JOINS} where o.id = %s"
)
EVENTS = (
    "select id, seq, type, actor_id, actor_kind, actor_name, occurred_at, recorded_at, data, xid::text from orders_event "
    "where order_id = %s and seq < %s order by seq desc limit %s"
)
COMMENTS = (
    "select id, author_id, author_kind, author_name, internal, body, occurred_at from orders_comment "
    "where order_id = %s order by id desc limit %s"
)
FILES = (
    "select a.file_id, a.kind, a.internal, a.comment_id, a.at, f.name, f.size, f.type, f.state, u.name from orders_attachment a "
    "join files_file f on f.id = a.file_id left join accounts_user u on u.id = a.added_by where a.order_id = %s "
    "order by a.id limit 500"
)
LINKED = (
    "o.id, o.number, o.title, o.state, o.assignee_id, o.created_by, o.team_id, o.org_unit_id, o.partner_id, "
    f"{FAMILY_SQL}, o.cancelled, b.label from orders_link l join orders_order o on o.tenant_id = l.tenant_id and o.id = {{end}} "
    "left join blueprints_state b on b.version_id = o.blueprint_version_id and b.key = o.state "
)
LINKS = (
    f"select l.kind, {LINKED.format(end='l.other_id')} where l.order_id = %s union all "
    "select case l.kind when 'parent' then 'child' when 'child' then 'parent' else l.kind end, "
    f"{LINKED.format(end='l.order_id')} where l.other_id = %s limit 100"
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
        (COMMENTS, [order_id, COMMENTS_MOST]),
        (FILES, [order_id]),
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
    seen = msgspec.json.decode(values[len(sql.COLUMNS) + 1])
    around = shown.Surroundings(work, row, COMMENTS_MOST, ever=values[len(sql.COLUMNS) + 2])
    events = [_event(order_id, e) for e in found[1]]
    names = _names(work, events, tokens)
    states = {k: {"zh": s.label.zh, "en": s.label.en} for k, s in blueprint.states.items()}
    seen |= {
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
        "comments": around.comments(found[2], COMMENTS_MOST, internal=internal),
        "attachments": around.files(found[3], internal=internal),
        "links": [_link(around, x) for x in found[4] if _may_see(work.actor, x)],
        "watchers": [w[0] for w in found[5]],
        "merged_into": around.merged_into(),
    }
    return masked(work.actor, seen)


def _event(order_id: UUID, e: tuple[Any, ...]) -> dict[str, Any]:
    keys = ("id", "seq", "type", "actor_id", "actor_kind", "actor_name", "occurred_at", "recorded_at")
    data = wording.decoded(e[8])
    return {
        **dict(zip(keys, e[:8], strict=True)),
        "data": data,
        "run": e[9],  # what one transaction wrote belongs together: one operation, or one run of a job
        "cause": wording.cause(order_id, e[4], e[5], data),
    }


def _link(around: shown.Surroundings, x: tuple[Any, ...]) -> dict[str, Any]:
    keys = ("kind", "id", "number", "title", "state")
    made = around.reshaped(x[0], x[1], Placed(*x[5:10]))
    return {
        **dict(zip(keys, x[:5], strict=True)),
        "family": x[10],
        "cancelled": x[11],
        "state_label": msgspec.Raw(x[12].encode()) if x[12] else None,
        "merged": made is not None and made.kind == "merge",
        "reshape": made,
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
            shown[field] = masked_text(shown[field])
    return shown


def masked_text(text: str) -> str:
    """What is left of a text that a person may only guess."""
    return text[:3] + "****" + text[-2:] if len(text) > 6 else text[:1] + "**"


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
