"""Shapes of the customers API."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=5_000)]
Tier = Literal["vip", "key", "normal"]
Lng = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Lat = Annotated[float, msgspec.Meta(ge=-90, le=90)]


class CustomerIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer to add."""

    name: Name
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | None = None
    tier: Tier = "normal"
    phone: Short = ""
    notes: Text = ""


class CustomerEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changed values of a customer; what is absent stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | None | msgspec.UnsetType = msgspec.UNSET
    tier: Tier | msgspec.UnsetType = msgspec.UNSET
    phone: Short | msgspec.UnsetType = msgspec.UNSET
    notes: Text | msgspec.UnsetType = msgspec.UNSET


class ContactIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contact person."""

    name: Name
    title: Short = ""
    phone: Short = ""
    email: Short = ""


class SiteIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site."""

    name: Name
    province: Short = ""
    city: Short = ""
    district: Short = ""
    detail: Annotated[str, msgspec.Meta(max_length=500)] = ""
    region: Short = ""
    lng: Lng | None = None
    lat: Lat | None = None
    datum: Literal["wgs84", "gcj02"] = "gcj02"


class CustomerRow(msgspec.Struct, frozen=True):
    """A customer in lists."""

    id: UUID
    code: str | None
    name: str
    pinyin: str
    tier: str
    phone: str
    version: int


class ContactOut(msgspec.Struct, frozen=True):
    """A contact."""

    id: UUID
    customer_id: UUID
    name: str
    title: str
    phone: str
    email: str
    version: int


class SiteOut(msgspec.Struct, frozen=True):
    """A site."""

    id: UUID
    customer_id: UUID
    name: str
    province: str
    city: str
    district: str
    detail: str
    region: str
    lng: float | None
    lat: float | None
    datum: str
    version: int


class CustomerOut(msgspec.Struct, frozen=True):
    """A customer with contacts and sites."""

    id: UUID
    code: str | None
    name: str
    tier: str | None
    phone: str
    notes: str
    version: int
    contacts: list[ContactOut]
    sites: list[SiteOut]


class CustomerQuery(msgspec.Struct, frozen=True):
    """Search by name fragment, pinyin, initials, phone or phone tail."""

    q: Short = ""
    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""
    limit: int | None = None
