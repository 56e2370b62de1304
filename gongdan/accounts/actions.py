"""Verbs of accounts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from psycopg.types.json import Jsonb
from pypinyin import Style, lazy_pinyin

from gongdan.accounts.models import Membership, OrgUnit, Partner, Role, Session, Team, Tenant, User
from gongdan.accounts.roles import SHIPPED
from gongdan.accounts.schemas import TeamIn, UnitIn, UserIn
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound, TooMany, Unauthenticated
from gongdan.kernel.http.begin import token_hash
from gongdan.kernel.work import SET_TENANT, Work, raw_connection

SESSION_HOURS = 12
IDLE_SECONDS = 30 * 60 * 16
MAX_FAILURES = 5
LOCK_MINUTES = 15
OFFER = """
with offered as (
  update accounts_role r
     set grants = (select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(%(grants)s) e
                    where not e.key = any(r.known)) || r.grants,
         known = array(select distinct unnest(r.known || %(names)s)), version = r.version + 1
   where r.shipped and r.key = %(key)s and not r.known @> %(names)s
  returning r.tenant_id)
update accounts_user u set grants_version = u.grants_version + 1
  from offered o where u.tenant_id = o.tenant_id and %(key)s = any(u.roles)"""
_NO_PASSWORD = make_password(secrets.token_urlsafe(8))


def add_tenant(tenant_id: UUID, slug: str, name: str, at: datetime, *, kind: str = "real", twin_id: UUID | None = None) -> None:
    """Create a company with its shipped roles. The caller has set the tenant of the transaction to `tenant_id`."""
    Tenant.objects.create(id=tenant_id, slug=slug, name=name, kind=kind, twin_id=twin_id, created_at=at)
    Role.objects.bulk_create(
        Role(
            tenant_id=tenant_id,
            key=key,
            label_zh=role["zh"],
            label_en=role["en"],
            grants=role["grants"],
            known=list(role["grants"]),
            fields=role.get("fields", {}),
            shipped=True,
        )
        for key, role in SHIPPED.items()
    )


def offer_permissions(execute: Callable[[str, dict[str, Any]], object]) -> None:
    """Give every company's shipped roles the permissions that are new in this version; run as the owner, after migrating.

    `execute(statement, values)` speaks to the database. A company's own choice stands: what it took away of a role, or gave
    with relations of its own, stays as it is. Safe to repeat.
    """
    for key, role in SHIPPED.items():
        execute(OFFER, {"key": key, "grants": Jsonb(role["grants"]), "names": sorted(role["grants"])})


def pinyin_key(name: str) -> str:
    """Full pinyin and initials of a name, for sorting and search: "王芳" → "wangfang wf"."""
    syllables = lazy_pinyin(name, errors="default")
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))
    return f"{''.join(syllables)} {initials}".lower()


def add_unit(work: Work, new: UnitIn, unit_id: UUID | None = None) -> OrgUnit:
    """Create an org unit below `parent_id`."""
    require(work.actor, "team.edit")
    own = unit_id or work.new_id()
    path = [own]
    if new.parent_id is not None:
        parent = OrgUnit.objects.filter(id=new.parent_id).first()
        if parent is None:
            raise Invalid("unknown_reference", field="parent_id")
        path = [*parent.path, own]
    return OrgUnit.objects.create(
        id=own,
        tenant_id=work.actor.tenant_id,
        name=new.name,
        name_en=new.name_en,
        code=new.code,
        parent_id=new.parent_id,
        path=path,
        created_at=work.at,
        updated_at=work.at,
    )


def add_partner(work: Work, code: str, name: str) -> Partner:
    """Create a partner organisation."""
    require(work.actor, "team.edit")
    return Partner.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        code=code,
        name=name,
        created_at=work.at,
        updated_at=work.at,
    )


def add_team(work: Work, new: TeamIn, team_id: UUID | None = None) -> Team:
    """Create a team (skill group)."""
    require(work.actor, "team.edit")
    return Team.objects.create(
        id=team_id or work.new_id(),
        tenant_id=work.actor.tenant_id,
        key=new.key,
        name=new.name,
        name_en=new.name_en,
        org_unit_id=new.org_unit_id,
        created_at=work.at,
        updated_at=work.at,
    )


def add_user(work: Work, new: UserIn, user_id: UUID | None = None, password_hash: str | None = None) -> User:
    """Create a person. Raises Invalid for unknown roles or teams, Conflict when the log-in name is taken."""
    require(work.actor, "user.edit")
    known = set(Role.objects.filter(key__in=new.roles).values_list("key", flat=True))
    for role in new.roles:
        if role not in known:
            raise Invalid("unknown_reference", field="roles")
    if new.team_ids and Team.objects.filter(id__in=new.team_ids).count() != len(set(new.team_ids)):
        raise Invalid("unknown_reference", field="team_ids")
    user = User.objects.create(
        id=user_id or work.new_id(),
        tenant_id=work.actor.tenant_id,
        login=new.login,
        name=new.name,
        pinyin=pinyin_key(new.name),
        email=new.email,
        phone=new.phone,
        password=password_hash or make_password(new.password),
        roles=new.roles,
        org_unit_id=new.org_unit_id,
        partner_id=new.partner_id,
        team_ids=new.team_ids,
        unit_ids=_units_below(new.org_unit_id),
        locale=new.locale,
        created_at=work.at,
        updated_at=work.at,
    )
    Membership.objects.bulk_create(
        Membership(id=work.new_id(), tenant_id=work.actor.tenant_id, team_id=team, user_id=user.id) for team in new.team_ids
    )
    return user


def _units_below(unit_id: UUID | None) -> list[UUID]:
    if unit_id is None:
        return []
    return list(OrgUnit.objects.filter(path__contains=[unit_id]).values_list("id", flat=True))


def log_in(login: str, password: str, company: str, at: datetime) -> tuple[str, Session] | Exception:
    """Check credentials and open a session for the caller's transaction.

    Returns (token, session), or the error to raise after the transaction has committed: a failed
    attempt must be counted. The answer and its cost are the same for unknown names.
    """
    raw = raw_connection()
    found = raw.execute("select tenant_id, user_id from find_login(%s, %s)", [login, company]).fetchall()
    wrong = Unauthenticated("wrong_credentials")
    if len(found) != 1:
        check_password(password, _NO_PASSWORD)
        return wrong
    tenant_id, user_id = found[0]
    raw.execute(SET_TENANT, [str(tenant_id)])
    user = User.objects.select_for_update().get(id=user_id)
    if user.locked_until is not None and user.locked_until > at:
        check_password(password, _NO_PASSWORD)
        return TooMany("locked_out", minutes=LOCK_MINUTES, extra={"retry_after": LOCK_MINUTES * 60})
    if not check_password(password, user.password) or not user.active:
        failures = user.failures + 1
        locked = at + timedelta(minutes=LOCK_MINUTES) if failures >= MAX_FAILURES else None
        User.objects.filter(id=user.id).update(failures=0 if locked else failures, locked_until=locked)
        return wrong
    User.objects.filter(id=user.id).update(failures=0, locked_until=None)
    return open_session(user, at)


def open_session(user: User, at: datetime, *, kind: str = "person", label: str = "") -> tuple[str, Session]:
    """Open a session (or API token) for a person; returns the token, which is not stored, and the row."""
    token = secrets.token_urlsafe(32)
    session = Session.objects.create(
        token_hash=token_hash(token),
        tenant_id=user.tenant_id,
        user_id=user.id,
        kind=kind,
        label=label,
        created_at=at,
        last_seen_at=at,
        expires_at=at + timedelta(hours=SESSION_HOURS if kind == "person" else 24 * 365),
        idle_seconds=IDLE_SECONDS if kind == "person" else 86_400 * 365,
    )
    return token, session


def log_out(work: Work, token: str) -> None:
    """End the session of `token` on the server."""
    work.write(
        "update accounts_session set ended_at = %s where token_hash = %s and ended_at is null",
        [work.at, token_hash(token)],
    )


def change_role(work: Work, key: str, grants: dict[str, Any], fields: dict[str, str], version: int) -> None:
    """Change a role's grants; everybody who has it gets new permissions with the next request."""
    require(work.actor, "user.edit")
    found = Role.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise NotFound("not_found")
    if found.version != version:
        theirs = {"grants": found.grants, "fields": found.fields}
        raise Conflict(
            "stale_version", extra={"mine": {"grants": grants, "fields": fields}, "theirs": theirs, "version": found.version}
        )
    Role.objects.filter(key=key).update(grants=grants, fields=fields, version=F("version") + 1)
    User.objects.filter(roles__contains=[key]).update(grants_version=F("grants_version") + 1)
