"""Shapes of the assets API."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

Short = Annotated[str, msgspec.Meta(max_length=200)]


class AssetIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An asset to add."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    model: Short = ""
    serial: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    category: Short = ""
    customer_id: UUID | None = None
    site_id: UUID | None = None
    installed_on: date | None = None
    warranty_until: date | None = None


class AssetOut(msgspec.Struct, frozen=True):
    """An asset; `in_warranty` as of today in the reader's zone, null when nobody knows."""

    id: UUID
    name: str
    model: str
    serial: str | None
    category: str
    customer_id: UUID | None
    customer_name: str | None
    site_id: UUID | None
    installed_on: date | None
    warranty_until: date | None
    in_warranty: bool | None
    version: int


class AssetQuery(msgspec.Struct, frozen=True):
    """Search by serial or name; of one customer."""

    q: Short = ""
    customer_id: UUID | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""
    limit: int | None = None


class Hit(msgspec.Struct, frozen=True):
    """Something that fits what was typed into the one field of a new order."""

    kind: str  # customer | contact | asset
    id: UUID
    title: str
    note: str
    customer_id: UUID | None


class LookupQuery(msgspec.Struct, frozen=True):
    """Phone, phone tail, serial, name, pinyin."""

    q: Short = ""
