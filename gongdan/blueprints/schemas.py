"""Shapes of the blueprint API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from gongdan.blueprints.document import Label, Problem


class BlueprintRow(msgspec.Struct, frozen=True):
    """A blueprint in the list."""

    id: UUID
    key: str
    prefix: str
    name: Label
    published_version: int
    has_draft: bool
    portal: bool
    version: int


class VersionRow(msgspec.Struct, frozen=True):
    """A published version in the history."""

    number: int
    published_at: datetime
    published_by: UUID
    note: str
    digest: str


class BlueprintDetail(msgspec.Struct, frozen=True):
    """A blueprint with its draft, its problems and its history."""

    id: UUID
    key: str
    prefix: str
    name: Label
    published_version: int
    version: int
    draft: dict[str, Any] | None
    problems: list[Problem]
    versions: list[VersionRow]


class VersionDetail(msgspec.Struct, frozen=True):
    """A published version, whole."""

    number: int
    document: dict[str, Any]
    published_at: datetime
    digest: str


class Draft(msgspec.Struct, frozen=True):
    """A new draft."""

    document: dict[str, Any]


class Publish(msgspec.Struct, frozen=True):
    """Publish the draft with a note for the history."""

    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Yaml(msgspec.Struct, frozen=True):
    """A blueprint as YAML text; `version` of the blueprint whose unpublished draft it replaces."""

    yaml: Annotated[str, msgspec.Meta(max_length=2_000_000)]
    version: Annotated[int, msgspec.Meta(ge=1)] | None = None
