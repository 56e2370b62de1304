"""Reads of accounts; the first argument is the work, whose actor is asked for permission."""

from __future__ import annotations

import unicodedata
from uuid import UUID

import msgspec
from django.conf import settings

from gongdan.accounts.schemas import Me, PeopleQuery, RoleOut, TeamOut, UnitOut, UserOut
from gongdan.kernel.access import Actor, can, require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.http import begin
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.permissions import declared
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work

ACTORS = (
    "select tenant_id, id, name, roles, grants_version, team_ids, unit_ids, partner_id, locale, zone, 'person' "
    "from accounts_user where id = any(%s) and active"
)
USER_COLUMNS = "id, login, name, pinyin, roles, team_ids, org_unit_id, partner_id, active, version"


def me(work: Work) -> Me:
    """The actor's own profile and permissions."""
    actor = work.actor
    (tenant,), labels = work.batch(
        [
            ("select name, kind from accounts_tenant where id = %s", [actor.tenant_id]),
            ("select label_zh, label_en from accounts_role where key = any(%s)", [list(actor.roles)]),
        ]
    )
    everything = "*" in actor.grants
    return Me(
        id=actor.id,
        name=actor.name,
        roles=list(actor.roles),
        role_labels=[{"zh": zh, "en": en} for zh, en in labels],
        permissions=sorted(declared()) if everything else sorted(actor.grants),
        team_ids=list(actor.team_ids),
        tenant_id=actor.tenant_id,
        tenant_name=tenant[0],
        tenant_kind=tenant[1],
        partner_id=actor.partner_id,
        locale=actor.locale,
        zone=actor.zone,
        live=settings.LIVE,
    )


def people(work: Work, query: PeopleQuery) -> Page[UserOut]:
    """People, by pinyin, one page."""
    require(work.actor, "user.view")
    limit = clamp(query.limit)
    after = decode_cursor(query.cursor, str, UUID) if query.cursor else ["", UUID(int=0)]
    rows = work.read(
        f"select {USER_COLUMNS} from accounts_user where (pinyin, id) > (%s, %s) "
        "and (%s = '' or position(lower(%s) in lower(name || ' ' || login || ' ' || pinyin)) > 0) "
        "and (%s::uuid is null or %s::uuid = any(team_ids)) and (%s = '' or %s = any(roles)) "
        "order by pinyin, id limit %s",
        [*after, query.q, query.q, query.team_id, query.team_id, query.role, query.role, limit + 1],
    )
    found = [UserOut(*row) for row in rows[:limit]]
    more = encode_cursor(found[-1].pinyin, found[-1].id) if len(rows) > limit else None
    return Page(items=found, next=more)


def person(work: Work, user_id: UUID) -> UserOut:
    """One person. Raises NotFound."""
    require(work.actor, "user.view")
    row = work.one(f"select {USER_COLUMNS} from accounts_user where id = %s", [user_id])
    if row is None:
        raise NotFound("not_found")
    return UserOut(*row)


def palette(work: Work, text: str, most: int) -> Statement | None:
    """People by a part of their name, its pinyin or their log-in: (id, name, log-in, null); None when the actor may not."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    if not text or not can(work.actor, "user.view"):
        return None
    sql = (
        "select id, name, login, null from accounts_user where active "
        "and position(%s in lower(name || ' ' || login || ' ' || pinyin)) > 0 order by pinyin, id limit %s"
    )
    return sql, [text, most]


def teams(work: Work) -> list[TeamOut]:
    """All teams with their number of members."""
    require(work.actor, "team.view")
    rows = work.read(
        "select t.id, t.key, t.name, t.name_en, t.org_unit_id, "
        "(select count(*) from accounts_membership m where m.team_id = t.id), t.version "
        "from accounts_team t order by t.key"
    )
    return [TeamOut(*row) for row in rows]


def team_members(work: Work, team_id: UUID) -> list[UUID]:
    """Ids of the people in a team."""
    return [r[0] for r in work.read("select user_id from accounts_membership where team_id = %s", [team_id])]


def units(work: Work) -> list[UnitOut]:
    """The organisation tree, parents before children."""
    require(work.actor, "team.view")
    rows = work.read("select id, code, name, name_en, parent_id, path from accounts_org_unit order by cardinality(path), code")
    return [UnitOut(*row) for row in rows]


def roles(work: Work) -> list[RoleOut]:
    """All roles of the tenant."""
    require(work.actor, "user.view")
    rows = work.read("select key, label_zh, label_en, grants, fields, version from accounts_role order by key")
    decode = msgspec.json.decode
    return [RoleOut(k, zh, en, decode(g), decode(f), v) for k, zh, en, g, f, v in rows]


def names(work: Work, ids: list[UUID]) -> dict[UUID, str]:
    """Names of people by id, for timelines and tips."""
    return dict(work.read("select id, name from accounts_user where id = any(%s)", [ids]))


def actors(work: Work, ids: list[UUID]) -> list[Actor]:
    """The active people of `ids` as they would act: for asking `can` about others."""
    return [begin.actor(work.raw, row) for row in work.read(ACTORS, [ids])]


def teams_by_key(work: Work) -> dict[str, UUID]:
    """Team ids by key; blueprints name teams by key."""
    return dict(work.read("select key, id from accounts_team"))


class Face(msgspec.Struct, frozen=True):
    """What a company shows of itself to its customers: name, IANA zone, language."""

    name: str
    zone: str
    locale: str


def face(work: Work) -> Face:
    """The actor's company as its customers see it."""
    row = work.one("select name, zone, locale from accounts_tenant where id = %s", [work.actor.tenant_id])
    if row is None:
        raise NotFound("not_found")
    return Face(*row)


def tenant_by_slug(work_raw: object, slug: str) -> UUID | None:
    """A tenant's id by its slug or id, before any tenant is set."""
    row = work_raw.execute("select find_tenant(%s)", [slug]).fetchone()  # type: ignore[attr-defined]
    return row[0] if row else None
