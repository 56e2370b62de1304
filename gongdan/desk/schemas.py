"""Shapes of the desk API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec


class PreferenceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A preference to keep: any JSON of at most 8 kB."""

    value: Any


class PreferenceOut(msgspec.Struct, frozen=True):
    """A preference as it is kept. `version` goes into If-Match of the next change; 0 when there is none yet."""

    key: str
    value: Any
    version: int
    updated_at: datetime


class PaletteQuery(msgspec.Struct, frozen=True):
    """What was typed: words, an order number, a phone tail, a serial, pinyin or initials."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Found(msgspec.Struct, frozen=True):
    """A customer, contact, asset or person. `detail`: phone, serial or log-in; `customer_id`: whose it is."""

    kind: str
    id: UUID
    title: str
    detail: str
    customer_id: UUID | None = None


class PaletteOut(msgspec.Struct, frozen=True):
    """What was found, best first; `orders` are rows of the work list."""

    orders: list[dict[str, Any]]
    others: list[Found]
