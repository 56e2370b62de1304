"""Intervention advice (D10): an order's signs of trouble and two concrete actions, computed from history when asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.accounts import queries as account_queries
from gongdan.automation import advice
from gongdan.automation.advice import Effect, Past
from gongdan.kernel import messages
from gongdan.kernel.access import require, visible_sql
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work
from gongdan.orders.queries import SeenOrder, placed_order

MOST = 500  # of the newest like orders are looked at
PATH = (
    "select data ->> 'assignee_id', data ->> 'team_id', data ->> 'before_team_id', data ->> 'before_assignee_id' from orders_event "
    "where order_id = %s and type in ('assign', 'transfer', 'claim') order by seq"
)
RESOLVED = (
    "select o.assignee_id, o.team_id, o.handovers, extract(epoch from o.resolved_at - o.opened_at)::float8 / 60 "
    "from orders_order o where o.blueprint_key = %s and o.resolved_at is not null and not o.cancelled and o.id <> %s "
)
LIKE_FAULT = RESOLVED + (
    "and exists (select 1 from orders_field f where f.tenant_id = o.tenant_id and f.order_id = o.id and f.field = %s "
    "and f.text_value = %s) order by o.id desc limit %s"
)
LIKE_KIND = RESOLVED + "order by o.id desc limit %s"
STAYS = (
    "with newest as (select o.tenant_id, o.id from orders_order o where o.blueprint_key = %s and o.id <> %s "
    "order by o.id desc limit %s), "
    "steps as (select e.data ->> 'to' as state, e.occurred_at as at, "
    "lead(e.occurred_at) over (partition by e.order_id order by e.seq) as until "
    "from newest n join orders_event e on e.tenant_id = n.tenant_id and e.order_id = n.id "
    "where e.type = 'created' or (e.data ->> 'to' is not null and e.data ->> 'to' is distinct from e.data ->> 'from')) "
    "select extract(epoch from until - at)::float8 / 60 from steps where until is not null and coalesce(state, %s) = %s"
)
ACTIVE = "select id from accounts_user where active and id = any(%s)"
HANDED = (
    "select o.id, o.number, o.title, o.handovers from orders_order o where o.family < 3 and o.merged_into_id is null "
    "and o.handovers >= 3 and o.id < %s"
)
LAST = UUID(int=(1 << 128) - 1)


class SignOut(msgspec.Struct, frozen=True):
    """A sign of trouble, in words and numbers."""

    code: str
    zh: str
    en: str
    values: dict[str, Any]


class Action(msgspec.Struct, frozen=True):
    """Something to do: a verb on the order to say, or a rule to save; and the effect to expect, in words and numbers."""

    code: str  # escalate | change_rule
    zh: str
    en: str
    effect: Effect
    effect_zh: str
    effect_en: str
    verb: str = ""
    args: dict[str, Any] = {}
    rule: dict[str, Any] | None = None


class Advice(msgspec.Struct, frozen=True):
    """What is wrong with an order and what would help, computed at `at` from `orders` like ones. No signs: nothing to do."""

    order_id: UUID
    number: str
    signs: list[SignOut]
    actions: list[Action]
    orders: int
    fault: str
    at: datetime


class Troubled(msgspec.Struct, frozen=True):
    """An open order that was handed on too often."""

    order_id: UUID
    number: str
    title: str
    handovers: int


def of_order(work: Work, order_id: UUID) -> Advice:
    """The advice for an order. Raises NotFound."""
    require(work.actor, "automation.view")
    seen = placed_order(work, order_id)
    row = seen.row
    key, value = _fault(seen)
    stay = (work.at - row.state_at).total_seconds() / 60
    like = (LIKE_FAULT, [row.blueprint_key, row.id, key, value, MOST]) if key else (LIKE_KIND, [row.blueprint_key, row.id, MOST])
    initial = seen.blueprint.document.initial
    path, past_rows, stays = work.batch([(PATH, [row.id]), like, (STAYS, [row.blueprint_key, row.id, MOST, initial, row.state])])
    people, teams = _path(path, 3, 0), _path(path, 2, 1)
    open_now = row.family < 3 and row.merged_into_id is None
    found = advice.signs(row.handovers, people, teams, stay, [s[0] for s in stays]) if open_now else []
    past = [Past(*r) for r in past_rows]
    names = _names(work, [*people, *teams, *(p.assignee_id for p in past), *(p.team_id for p in past)])
    fault = f"{key}={value}" if key else row.blueprint_key
    acts = _actions(work, seen, past, names, (key, value)) if found else []
    return Advice(row.id, row.number, [_said(s, names) for s in found], acts, len(past), fault, work.at)


def troubled(work: Work, cursor: str, limit: int | None) -> Page[Troubled]:
    """Open orders that were handed on too often, newest first, one page; those the actor may see."""
    require(work.actor, "automation.view")
    most = clamp(limit)
    before = decode_cursor(cursor, UUID)[0] if cursor else LAST
    sql, params = visible_sql(work.actor, "order.view", "o")
    rows = work.read(f"{HANDED} and {sql} order by o.id desc limit %s", [before, *params, most + 1])
    found = [Troubled(*r) for r in rows[:most]]
    return Page(items=found, next=encode_cursor(found[-1].order_id) if len(rows) > most else None)


def _fault(seen: SeenOrder) -> tuple[str, str]:
    """What kind of trouble it is: the first indexed choice of the form that has a value; ("", "") when there is none."""
    for key, kind in seen.blueprint.indexed.items():
        value = seen.row.fields.get(key)
        if kind == "choice" and isinstance(value, str) and value:
            return key, value
    return "", ""


def _path(rows: list[Any], before: int, after: int) -> list[UUID]:
    """Who had the order, one after the other."""
    first = [rows[0][before]] if rows else []
    return [UUID(h) for h in [*first, *(r[after] for r in rows)] if h]


def _names(work: Work, ids: list[UUID | None]) -> dict[UUID, str]:
    wanted = [i for i in dict.fromkeys(ids) if i is not None]
    found = account_queries.names(work, wanted)
    return found | dict(work.read("select id, name from accounts_team where id = any(%s)", [wanted]))


def _said(sign: advice.Sign, names: dict[UUID, str]) -> SignOut:
    values: dict[str, Any] = dict(sign.values)
    for key in {"one", "other"} & set(values):
        values[key] = names.get(UUID(values[key]), "?")
    code = f"advice_{sign.code}"
    return SignOut(sign.code, messages.text(code, "zh", values), messages.text(code, "en", values), values)


def _actions(work: Work, seen: SeenOrder, past: list[Past], names: dict[UUID, str], fault: tuple[str, str]) -> list[Action]:
    active = frozenset(r[0] for r in work.read(ACTIVE, [[p.assignee_id for p in past if p.assignee_id]]))
    found = []
    person = advice.expert(past, seen.row.assignee_id, active)
    if person is not None:
        args = {"assignee_id": str(person.id), "reason": "介入建议"}
        found.append(_action("escalate", names.get(person.id, "?"), person.effect, fault, verb="transfer", args=args))
    team = advice.route(past, seen.row.team_id)
    if team is not None:
        condition = f'[blueprint]="{seen.row.blueprint_key}"'
        if fault[0]:
            condition = f'AND({condition},[fields.{fault[0]}]="{fault[1]}")'
        rule = {
            "name": f"直接派给{names.get(team.id, '?')}"[:100],
            "trigger": {"kind": "event", "fact": "order.created"},
            "condition": condition,
            "deeds": [{"verb": "assign", "args": {"team_id": str(team.id)}}],
        }
        found.append(_action("change_rule", names.get(team.id, "?"), team.effect, fault, rule=rule))
    return found


def _action(code: str, name: str, effect: Effect, fault: tuple[str, str], **more: Any) -> Action:
    values: dict[str, Any] = {**msgspec.structs.asdict(effect), "name": name, "fault": fault[1] or Words("此类工单", "such orders")}
    values["few"] = Words("；样本少，仅供参考", "; few orders, take it as a hint") if effect.few else ""
    words = [messages.text(f"advice_{c}", lang, values) for c in (code, "effect") for lang in ("zh", "en")]
    return Action(code, words[0], words[1], effect, words[2], words[3], **more)
