"""A fresh company per test: nothing is shared, nothing needs cleaning up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from gongdan.accounts import actions
from gongdan.accounts.models import User
from gongdan.accounts.schemas import TeamIn, UnitIn, UserIn
from gongdan.kernel.access import ALL, Actor, system_actor
from gongdan.kernel.http.begin import merge_grants
from gongdan.kernel.ids import uuid7
from gongdan.kernel.work import Work, unit_of_work

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai
PASSWORD = "correct horse 47"
# hashing is slow on purpose: one hash serves all test people
_HASH: list[str] = []


def password_hash() -> str:
    """A hash of PASSWORD, made once."""
    if not _HASH:
        from django.contrib.auth.hashers import make_password

        _HASH.append(make_password(PASSWORD))
    return _HASH[0]


@dataclass
class Company:
    """A tenant with one unit, two teams and one person per shipped role."""

    id: UUID
    slug: str
    unit_id: UUID
    teams: dict[str, UUID]
    people: dict[str, UUID]
    tokens: dict[str, str] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        """The actor of the person with `role`."""
        from gongdan.accounts.models import Role

        with unit_of_work(system_actor(self.id, "test"), NOW):
            user = User.objects.get(id=self.people[role])
            docs = [{"grants": r.grants, "fields": r.fields} for r in Role.objects.filter(key__in=user.roles)]
        grants, rules = merge_grants(docs)
        return Actor(
            tenant_id=self.id,
            id=user.id,
            name=user.name,
            roles=tuple(user.roles),
            grants=grants,
            field_rules=rules,
            team_ids=tuple(user.team_ids),
            unit_ids=tuple(user.unit_ids),
            partner_id=user.partner_id,
        )


ROLES = ("agent", "dispatcher", "engineer", "manager", "partner", "admin")


def company(at: datetime = NOW) -> Company:
    """Make a company and open an API token for each of its people."""
    tenant_id = uuid7(at)
    actor = Actor(tenant_id=tenant_id, id=tenant_id, kind="system", name="test", grants={"*": ALL})
    slug = f"t{uuid4().hex[:12]}"
    with unit_of_work(actor, at) as work:
        actions.add_tenant(tenant_id, slug, "测试公司", at)
        unit = actions.add_unit(work, UnitIn("root", "总部", "Head office"))
        teams = {
            key: actions.add_team(work, TeamIn(key, name, key.title(), unit.id)).id
            for key, name in (("desk", "客服组"), ("field", "维修组"))
        }
        partner = actions.add_partner(work, "p1", "合作伙伴一")
        people, tokens = {}, {}
        for role in ROLES:
            people[role], tokens[role] = _person(work, role, unit.id, teams, partner.id)
    return Company(tenant_id, slug, unit.id, teams, people, tokens)


def _person(work: Work, role: str, unit_id: UUID, teams: dict[str, UUID], partner_id: UUID) -> tuple[UUID, str]:
    new = UserIn(
        login=role,
        name={"agent": "陈静", "dispatcher": "李强", "engineer": "王伟", "manager": "赵敏"}.get(role, role),
        password=PASSWORD,
        roles=[role],
        team_ids=[teams["field"]] if role == "engineer" else [teams["desk"]] if role == "agent" else [],
        org_unit_id=None if role == "partner" else unit_id,
        partner_id=partner_id if role == "partner" else None,
    )
    user = actions.add_user(work, new, password_hash=password_hash())
    token, _ = actions.open_session(user, work.at, kind="token", label="test")
    return user.id, token
