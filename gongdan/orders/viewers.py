"""Who can see an order, and why: the answer to "why could Li see this?", from the same decision that lets people in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.access import Actor, can, held, relations, require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.http.begin import merge_grants
from gongdan.kernel.messages import text
from gongdan.kernel.work import Work
from gongdan.orders.queries import Placed

MOST = 20
VIEW = "order.view"
PLACED = "select o.assignee_id, o.created_by, o.team_id, o.org_unit_id, o.partner_id from orders_order o where o.id = %s"
PEOPLE = (
    "select u.id, u.name, u.login, u.active, u.roles, u.team_ids, u.unit_ids, u.partner_id from accounts_user u "
    "where %s = '' or position(lower(%s) in lower(u.name || ' ' || u.login || ' ' || u.pinyin)) > 0 "
    "order by (u.id = %s or u.id = %s) desc, u.pinyin, u.id limit %s"
)
ROLES = "select r.key, r.label_zh, r.label_en, r.grants from accounts_role r"
NAMES = (
    "select id, name from accounts_team where id = any(%s) union all select id, name from accounts_org_unit where id = any(%s) "
    "union all select id, name from accounts_partner where id = any(%s)"
)


class Viewer(msgspec.Struct, frozen=True):
    """A person, whether they can see the order, and the reasons in words: one per role."""

    user_id: UUID
    name: str
    login: str
    sees: bool
    reasons: list[dict[str, str]]


class _Person(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    login: str
    active: bool
    roles: list[str]
    team_ids: list[UUID]
    unit_ids: list[UUID]
    partner_id: UUID | None


def viewers(work: Work, order_id: UUID, q: str) -> list[Viewer]:
    """Up to 20 people whose name, pinyin or account holds `q` (empty: whoever has the order first), each with the verdict.

    Raises NotFound for an order the asker cannot see, NotAllowed without order.explain_access.
    """
    found = work.one(PLACED, [order_id])
    if found is None:
        raise NotFound("not_found")
    placed = Placed(*found)
    require(work.actor, "order.explain_access", placed, view=VIEW)
    people, roles, names = work.batch(
        [
            (PEOPLE, [q, q, placed.assignee_id, placed.created_by, MOST]),
            (ROLES, []),
            (NAMES, [[placed.team_id], [placed.org_unit_id], [placed.partner_id]]),
        ]
    )
    book = {key: ({"zh": zh, "en": en}, msgspec.json.decode(grants)) for key, zh, en, grants in roles}
    return [_verdict(work, placed, _Person(*row), book, dict(names)) for row in people]


def _verdict(work: Work, placed: Placed, person: _Person, book: dict[str, Any], names: dict[UUID, str]) -> Viewer:
    if not person.active:
        return Viewer(person.id, person.name, person.login, False, [_words("access_inactive", {})])
    sees, reasons = False, []
    for key in person.roles:
        label, grants = book.get(key, ({"zh": key, "en": key}, {}))
        actor = _actor(work, person, grants)
        granted = relations(actor, VIEW)
        ways = held(actor, granted, placed)
        sees = sees or can(actor, VIEW, placed)
        if not granted:
            reasons.append(_words("access_role_none", {"role": label}))
        reasons += [_words(f"access_{way}", {"role": label, "name": _name(way, person, placed, names)}) for way in ways]
        if granted and not ways:
            limits = {loc: " / ".join(text(f"access_only_{g}", loc, {}) for g in sorted(granted)) for loc in ("zh", "en")}
            reasons.append(_words("access_not_his", {"role": label, "limits": limits}))
    return Viewer(person.id, person.name, person.login, sees, reasons or [_words("access_no_role", {})])


def _actor(work: Work, person: _Person, grants: dict[str, Any]) -> Actor:
    return Actor(
        tenant_id=work.actor.tenant_id,
        id=person.id,
        grants=merge_grants([{"grants": grants}])[0],
        team_ids=tuple(person.team_ids),
        unit_ids=tuple(person.unit_ids),
        partner_id=person.partner_id,
    )


def _name(way: str, person: _Person, placed: Placed, names: dict[UUID, str]) -> dict[str, str]:
    if way == "own":
        code = "access_assignee" if placed.assignee_id == person.id else "access_creator"
        return {loc: text(code, loc, {}) for loc in ("zh", "en")}
    where = {"team": placed.team_id, "unit": placed.org_unit_id, "partner": placed.partner_id}.get(way)
    name = names.get(where, "") if where else ""
    return {"zh": name, "en": name}


def _words(code: str, values: dict[str, dict[str, str]]) -> dict[str, str]:
    return {loc: text(code, loc, {k: v[loc] for k, v in values.items()}) for loc in ("zh", "en")}
