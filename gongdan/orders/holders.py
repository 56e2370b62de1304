"""Who holds an order now, and each of its open steps: by name, with a way to reach them, since when and until when (C10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel.access import can
from gongdan.kernel.errors import NotFound
from gongdan.kernel.work import Work
from gongdan.orders import flowing
from gongdan.orders import statements as sql
from gongdan.orders.actions.loading import TOKENS
from gongdan.orders.detail import ORDER
from gongdan.orders.rows import row_from

MEMBERS_MOST = 20
PEOPLE = (
    "select id, name, phone, email, roles, team_ids from accounts_user u where u.active and "
    "(u.id = any(%s) or u.team_ids && %s or u.roles && %s) order by u.id = any(%s) desc, u.pinyin, u.id limit 200"
)
TEAMS = "select id, key, name from accounts_team where id = any(%s) or key = any(%s)"
ROLES = "select key, label_zh, label_en from accounts_role where key = any(%s)"
SINCE = (
    "select occurred_at from orders_event where order_id = %s and type in ('assign', 'claim', 'transfer') order by seq desc limit 1"
)


class Member(msgspec.Struct, frozen=True):
    """A person, and how to reach them; null when the reader may not see people."""

    id: UUID
    name: str
    phone: str | None
    email: str | None


class Holder(msgspec.Struct, frozen=True):
    """A person, a team or a role that has something to do. `members`: who is in the team or has the role, at most 20."""

    kind: str  # person | team | role
    id: UUID | None
    name: str
    phone: str | None
    email: str | None
    members: list[Member]


class Held(msgspec.Struct, frozen=True):
    """The order as a whole."""

    since: datetime | None
    limit_at: datetime | None
    holders: list[Holder]


class Step(msgspec.Struct, frozen=True):
    """An open task or approval."""

    token_id: UUID
    node: str
    kind: str
    label: dict[str, str]
    since: datetime
    limit_at: datetime | None
    holders: list[Holder]


class Holders(msgspec.Struct, frozen=True):
    """Who has the order, and who has its steps."""

    order: Held
    steps: list[Step]


class _Names:
    """People, teams and roles that are meant, as the reader may see them."""

    def __init__(self, work: Work, rules: list[Mapping[str, str]]) -> None:
        said = [pair for rule in rules for pair in rule.items()]
        people = [v for k, v in said if k == "user"]
        ids = [v for k, v in said if k == "team_id"]
        keys = [v for k, v in said if k == "team"]
        roles = [v for k, v in said if k == "role"]
        teams, labels = work.batch([(TEAMS, [_uuids(ids), keys]), (ROLES, [roles])])
        self.teams = {key: (id_, name) for id_, key, name in teams} | {str(id_): (id_, name) for id_, _, name in teams}
        self.roles = {key: zh if work.actor.locale == "zh" else en for key, zh, en in labels}
        persons = _uuids(people)
        self.people = work.read(PEOPLE, [persons, [t[0] for t in teams], roles, persons])
        self.may = {f: can(work.actor, "user.view", field=f"user.{f}") for f in ("phone", "email")}

    def member(self, row: tuple[Any, ...]) -> Member:
        return Member(row[0], row[1], row[2] if self.may["phone"] else None, row[3] if self.may["email"] else None)

    def holder(self, kind: str, value: str) -> Holder | None:
        if kind == "user":
            found = next((self.member(p) for p in self.people if str(p[0]) == value), None)
            return Holder("person", found.id, found.name, found.phone, found.email, []) if found else None
        if kind in ("team", "team_id"):
            if value not in self.teams:
                return None
            team_id, name = self.teams[value]
            inside = [self.member(p) for p in self.people if team_id in p[5]]
            return Holder("team", team_id, name, None, None, inside[:MEMBERS_MOST])
        inside = [self.member(p) for p in self.people if value in p[4]]
        return Holder("role", None, self.roles.get(value, value), None, None, inside[:MEMBERS_MOST])

    def all(self, rules: list[Mapping[str, str]]) -> list[Holder]:
        found = [self.holder(kind, value) for rule in rules for kind, value in rule.items()]
        return [h for h in found if h is not None]


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def holders(work: Work, order_id: UUID) -> Holders:
    """Who holds the order and its open steps. Whoever sees the order sees names; phone and mail need user.view. Raises NotFound."""
    found, since = work.batch([(ORDER, [order_id]), (SINCE, [order_id])])
    row = row_from(found[0]) if found else None
    if row is None or not can(work.actor, "order.view", row):
        raise NotFound("not_found")
    blueprint = blueprint_queries.version(work, row.blueprint_version_id)
    assignee: list[Mapping[str, str]] = [{"user": str(row.assignee_id)}] if row.assignee_id else []
    mine: list[Mapping[str, str]] = assignee or ([{"team_id": str(row.team_id)}] if row.team_id else [])
    if row.family >= 3:  # solved: nobody holds it any more
        mine = []
    meant: list[tuple[dict[str, Any], list[Mapping[str, str]]]] = []
    for token in TOKENS.decode(found[0][len(sql.COLUMNS)]):
        view = flowing.token_view(blueprint, token, {})
        if view["kind"] in ("task", "approval"):
            meant.append((view, [r for rule in _rules(view["owner"]) for r in _meant(rule, mine)]))
    names = _Names(work, [*mine, *(r for _, rules in meant for r in rules)])
    steps = [
        Step(v["id"], v["node"], v["kind"], v["label"], v["entered_at"], v["limit_at"], names.all(rules)) for v, rules in meant
    ]
    held = names.all(mine)
    return Holders(
        Held((since[0][0] if since else row.opened_at) if held else None, row.next_due_at if held else None, held), steps
    )


def _rules(owner: Any) -> list[Mapping[str, str]]:
    if not owner:
        return []
    return owner if isinstance(owner, list) else [owner]


def _meant(rule: Mapping[str, str], mine: list[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """A person rule as people, teams and roles: "the order's assignee" is who has the order."""
    return mine if rule.get("order") == "assignee" else [rule]
