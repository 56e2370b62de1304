"""Shapes of the accounts API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Login = Annotated[str, msgspec.Meta(min_length=1, max_length=150, pattern=r"^[^\s\x00]+$")]


class LogIn(msgspec.Struct, frozen=True):
    """Credentials. `company` is needed only when one log-in name exists in several companies."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=150)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    company: Short = ""


class SessionMade(msgspec.Struct, frozen=True):
    """A new session: the token is also set as an HttpOnly cookie."""

    token: str
    expires_at: datetime
    user_id: UUID
    tenant_id: UUID


class Me(msgspec.Struct, frozen=True):
    """Who I am and what I may do. `live`: where live updates are, "/live" or ":8001/live" at this host; empty: nowhere."""

    id: UUID
    name: str
    roles: list[str]
    role_labels: list[dict[str, str]]
    permissions: list[str]
    team_ids: list[UUID]
    tenant_id: UUID
    tenant_name: str
    tenant_kind: str
    partner_id: UUID | None
    locale: str
    zone: str
    live: str


class Visit(msgspec.Struct, frozen=True):
    """Who visits; null for nobody."""

    me: Me | None


class UserOut(msgspec.Struct, frozen=True):
    """A person as others see them."""

    id: UUID
    login: str
    name: str
    pinyin: str
    roles: list[str]
    team_ids: list[UUID]
    org_unit_id: UUID | None
    partner_id: UUID | None
    active: bool
    version: int


class UserIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new person."""

    login: Login
    name: Name
    password: Annotated[str, msgspec.Meta(min_length=10, max_length=128)]
    roles: list[str]
    email: Short = ""
    phone: Short = ""
    team_ids: list[UUID] = []
    org_unit_id: UUID | None = None
    partner_id: UUID | None = None
    locale: str = "zh"


class TeamOut(msgspec.Struct, frozen=True):
    """A team."""

    id: UUID
    key: str
    name: str
    name_en: str
    org_unit_id: UUID | None
    members: int
    version: int


class TeamIn(msgspec.Struct, frozen=True):
    """A new team."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{1,60}$")]
    name: Name
    name_en: Short = ""
    org_unit_id: UUID | None = None


class UnitOut(msgspec.Struct, frozen=True):
    """An organisation unit."""

    id: UUID
    code: str
    name: str
    name_en: str
    parent_id: UUID | None
    path: list[UUID]


class UnitIn(msgspec.Struct, frozen=True):
    """A new organisation unit."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    name: Name
    name_en: Short = ""
    parent_id: UUID | None = None


class RoleOut(msgspec.Struct, frozen=True):
    """A role with its grants."""

    key: str
    label_zh: str
    label_en: str
    grants: dict[str, list[str]]
    fields: dict[str, str]
    version: int


class PeopleQuery(msgspec.Struct, frozen=True):
    """Filters of the people list."""

    limit: int | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""
    q: Short = ""
    team_id: UUID | None = None
    role: Short = ""
