"""The first statement of a request: who is it, and has this operation been done already?

`begin_request(token_hash, operation, at)` is a SECURITY DEFINER function of the accounts slice; it sets the tenant for the
transaction and answers one row. Grants of roles are compiled once per (tenant, roles, version) and cached.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from gongdan.kernel import pipeline
from gongdan.kernel.access import Actor, Grants, require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.pipeline import Row, Statement

BEGIN = (
    "select tenant_id, user_id, name, roles, grants_version, team_ids, unit_ids, partner_id, locale, zone, kind, "
    "touch, op_free, op_hash, op_status, op_body from begin_request(%s, %s, %s)"
)
ROLES = "select r.grants, r.fields from accounts_role r where r.key = any(%s)"
_cache: dict[tuple[UUID, tuple[str, ...], int], tuple[Grants, dict[str, str]]] = {}
_CACHE_LIMIT = 5_000


class Begun:
    """What `begin_request` found."""

    __slots__ = ("actor", "op_body", "op_free", "op_hash", "op_status", "touch")

    def __init__(self, row: Row, raw: psycopg.Connection[Row]) -> None:
        self.touch: bool = row[11]
        self.op_free: bool = row[12]
        self.op_hash: bytes | None = row[13]
        self.op_status: int | None = row[14]
        self.op_body: bytes | None = row[15]
        self.actor = actor(raw, row)


def actor(raw: psycopg.Connection[Row], row: Row) -> Actor:
    """The person of a session row: the columns of BEGIN up to `kind`. The tenant has to be set for the transaction."""
    grants, rules = _grants(raw, row[0], tuple(row[3]), row[4])
    return Actor(
        tenant_id=row[0],
        id=row[1],
        kind=row[10],
        name=row[2],
        roles=tuple(row[3]),
        grants=grants,
        field_rules=rules,
        team_ids=tuple(row[5]),
        unit_ids=tuple(row[6]),
        partner_id=row[7],
        locale=row[8],
        zone=row[9],
    )


def _grants(raw: psycopg.Connection[Row], tenant: UUID, roles: tuple[str, ...], version: int) -> tuple[Grants, dict[str, str]]:
    key = (tenant, roles, version)
    found = _cache.get(key)
    if found is None:
        if len(_cache) > _CACHE_LIMIT:
            _cache.clear()
        rows = pipeline.run(raw, [(ROLES, [list(roles)])])[0].rows
        found = _cache[key] = merge_grants([{"grants": msgspec.json.decode(g), "fields": msgspec.json.decode(f)} for g, f in rows])
    return found


def seen_as(actor: Actor, role: str, raw: psycopg.Connection[Row]) -> Actor:
    """The same person with the grants of `role` only: an administrator looks at what a role sees.

    Raises NotAllowed for anybody who may not edit people, NotFound when there is no such role.
    """
    require(actor, "user.edit")
    rows = pipeline.run(raw, [(ROLES, [[role]])])[0].rows
    if not rows:
        raise NotFound("not_found")
    grants, rules = merge_grants([{"grants": msgspec.json.decode(g), "fields": msgspec.json.decode(f)} for g, f in rows])
    return msgspec.structs.replace(actor, roles=(role,), grants=grants, field_rules=rules)


def merge_grants(role_documents: list[dict[str, Any]]) -> tuple[Grants, dict[str, str]]:
    """Several roles add up: grants are united, and the mildest field rule wins."""
    order = ["hide", "mask", "read", "edit"]
    grants: dict[str, frozenset[str]] = {}
    rules: dict[str, str] = {}
    for position, role in enumerate(role_documents):
        for action, relations in role.get("grants", {}).items():
            grants[action] = grants.get(action, frozenset()) | frozenset(relations)
        mine = role.get("fields", {})
        for field in set(mine) | set(rules):
            other = rules.get(field, "edit") if position else mine.get(field, "edit")
            rules[field] = max(other, mine.get(field, "edit"), key=order.index)
    return grants, {f: r for f, r in rules.items() if r != "edit"}


def token_hash(token: str) -> bytes:
    """What is stored of a session or API token: SHA-256 of 256 random bits needs no salt."""
    return hashlib.sha256(token.encode()).digest()


def statement(token: str, operation: UUID | None, at: datetime) -> Statement:
    """The begin_request statement for a credential."""
    return BEGIN, [token_hash(token), operation, at]
