"""Who may do what: one `can()`, and its twin that says the same in SQL.

A grant maps an action ("order.assign") to relations; the actor may act on an object when any of them holds:
`all`, `own` (assigned to me or made by me), `team` (one of my teams), `unit` (my org units and those
below), `partner` (my partner organisation). Field rules hide, mask or lock single fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import msgspec

from gongdan.kernel.errors import NotAllowed, NotFound
from gongdan.kernel.messages import Words
from gongdan.kernel.permissions import declared

ALL = frozenset({"all"})
Grants = Mapping[str, frozenset[str]]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: a person, a machine token, a link holder or a part of the system, inside one tenant."""

    tenant_id: UUID
    id: UUID
    kind: str = "person"  # person | token | system | link
    name: str = ""
    roles: tuple[str, ...] = ()
    grants: Grants = {}
    field_rules: Mapping[str, str] = {}  # "order.contact_phone": hide | mask | read
    team_ids: tuple[UUID, ...] = ()
    unit_ids: tuple[UUID, ...] = ()
    partner_id: UUID | None = None
    locale: str = "zh"
    zone: str = "Asia/Shanghai"


class Placed(Protocol):
    """What `can` needs to know of an object: where it belongs."""

    @property
    def assignee_id(self) -> UUID | None: ...
    @property
    def created_by(self) -> UUID | None: ...
    @property
    def team_id(self) -> UUID | None: ...
    @property
    def org_unit_id(self) -> UUID | None: ...
    @property
    def partner_id(self) -> UUID | None: ...


def relations(actor: Actor, action: str) -> frozenset[str]:
    """The relations under which `actor` may do `action`; empty when never."""
    return actor.grants.get(action) or actor.grants.get("*") or frozenset()


def can(actor: Actor, action: str, obj: Placed | None = None, field: str | None = None) -> bool:
    """May `actor` do `action`, on `obj` if given, to `field` if given?

    The one decision used by page, API, search, export, live channel, mail and job alike.
    """
    if field is not None:
        rule = actor.field_rules.get(field)
        if rule == "hide" or (rule in ("mask", "read") and not action.endswith(".view")):
            return False
    granted = relations(actor, action)
    if not granted:
        return False
    return obj is None or bool(held(actor, granted, obj))


def held(actor: Actor, granted: frozenset[str], obj: Placed) -> list[str]:
    """Which of the granted relations hold between `actor` and `obj`: the reasons behind `can`, widest first."""
    if "all" in granted:
        return ["all"]
    found = []
    if "own" in granted and actor.id in (obj.assignee_id, obj.created_by):
        found.append("own")
    if "team" in granted and obj.team_id is not None and obj.team_id in actor.team_ids:
        found.append("team")
    if "unit" in granted and obj.org_unit_id is not None and obj.org_unit_id in actor.unit_ids:
        found.append("unit")
    if "partner" in granted and obj.partner_id is not None and obj.partner_id == actor.partner_id:
        found.append("partner")
    return found


def require(actor: Actor, action: str, obj: Placed | None = None, *, view: str | None = None) -> None:
    """Raise unless `can`. With `view`, an object the actor may not even see is NotFound, not NotAllowed."""
    if can(actor, action, obj):
        return
    if view is not None and obj is not None and not can(actor, view, obj):
        raise NotFound("not_found")
    raise NotAllowed("not_allowed", action=Words(*declared().get(action, (action, action))))


def visible_sql(actor: Actor, action: str, alias: str) -> tuple[str, list[Any]]:
    """The same decision as `can`, as a condition over the placement columns of table alias `alias`.

    Returns (sql with %s, parameters); "true" when nothing needs filtering, "false" when nothing is visible.
    """
    granted = relations(actor, action)
    if "all" in granted:
        return "true", []
    parts: list[str] = []
    params: list[Any] = []
    if "own" in granted:
        parts.append(f"{alias}.assignee_id = %s or {alias}.created_by = %s")
        params += [actor.id, actor.id]
    if "team" in granted and actor.team_ids:
        parts.append(f"{alias}.team_id = any(%s)")
        params.append(list(actor.team_ids))
    if "unit" in granted and actor.unit_ids:
        parts.append(f"{alias}.org_unit_id = any(%s)")
        params.append(list(actor.unit_ids))
    if "partner" in granted and actor.partner_id is not None:
        parts.append(f"{alias}.partner_id = %s")
        params.append(actor.partner_id)
    if not parts:
        return "false", []
    return "(" + " or ".join(parts) + ")", params


def system_actor(tenant_id: UUID, name: str) -> Actor:
    """An actor for background work; `name` ("dispatch", "sla", …) is what the ledger shows."""
    return Actor(tenant_id=tenant_id, id=SYSTEM_ID, kind="system", name=name, grants={"*": ALL})


SYSTEM_ID = UUID(int=0)
