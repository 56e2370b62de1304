"""Shapes of the knowledge API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Shortcut = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[^\s:\x00]*$")]
Body = Annotated[str, msgspec.Meta(min_length=1, max_length=5_000)]
Scope = Literal["personal", "team", "global"]
Words = Annotated[str, msgspec.Meta(max_length=200)]


class ReplyIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quick reply; `team_id` when scope is team. `shortcut` is typed after "::"."""

    name: Name
    body: Body
    shortcut: Shortcut = ""
    scope: Scope = "personal"
    team_id: UUID | None = None


class ReplyEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changed parts of a quick reply; what is absent stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    body: Body | msgspec.UnsetType = msgspec.UNSET
    shortcut: Shortcut | msgspec.UnsetType = msgspec.UNSET
    scope: Scope | msgspec.UnsetType = msgspec.UNSET
    team_id: UUID | None | msgspec.UnsetType = msgspec.UNSET


class ReplyOut(msgspec.Struct, frozen=True):
    """A quick reply as stored; `used` counts how often it was put into a message."""

    id: UUID
    name: str
    shortcut: str
    body: str
    scope: str
    team_id: UUID | None
    owner_id: UUID
    used: int
    used_at: datetime | None
    version: int


class ReadyReply(msgspec.Struct, frozen=True):
    """A quick reply in the words of an order; `missing` names variables without a value there."""

    id: UUID
    name: str
    shortcut: str
    scope: str
    text: str
    missing: list[str]


class Preview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words to try on an order."""

    body: Body
    order_id: UUID
