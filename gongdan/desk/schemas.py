"""Shapes of the desk API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

Device = Annotated[str, msgspec.Meta(max_length=60)]


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


class DraftIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was typed. `base` is the version this device has seen (0: none), `device` a name the device keeps."""

    body: dict[str, Any] | list[Any] | str
    base: Annotated[int, msgspec.Meta(ge=0)] = 0
    device: Device = ""
    settled: bool = False


class OtherDraft(msgspec.Struct, frozen=True):
    """What another device had typed before it was written over."""

    device: str
    body: Any
    at: datetime


class DraftOut(msgspec.Struct, frozen=True):
    """A draft as stored."""

    key: str
    body: Any
    version: int
    device: str
    updated_at: datetime
    others: list[OtherDraft]


class Then(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb to say after the message, as for bulk runs."""

    verb: Annotated[str, msgspec.Meta(max_length=60)]
    args: dict[str, Any] = {}


class OutgoingIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reply or note to send. `hold` false: at once. `draft`: the key of the draft that this was; it goes in the same moment."""

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    internal: bool = False
    files: Annotated[list[UUID], msgspec.Meta(max_length=50)] = []
    mentions: Annotated[list[UUID], msgspec.Meta(max_length=50)] = []
    then: Then | None = None
    hold: bool = True
    draft: Annotated[str, msgspec.Meta(max_length=200)] = ""


class OutgoingOut(msgspec.Struct, frozen=True):
    """A message on its way. state: held (until `send_at`), sent, taken_back, failed (then `error`: code, zh, en)."""

    id: UUID
    order_id: UUID
    body: str
    internal: bool
    files: list[UUID]
    mentions: list[UUID]
    then: dict[str, Any] | None
    state: str
    error: dict[str, str] | None
    send_at: datetime
    created_at: datetime
