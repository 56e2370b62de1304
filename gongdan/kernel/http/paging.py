"""Paging by key. A cursor is opaque to clients: base64url of a JSON list of the last row's sort keys."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from gongdan.kernel.errors import Invalid

T = TypeVar("T")
MAX_LIMIT = 200


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list; `next` is null on the last page."""

    items: list[T]
    next: str | None = None


def encode_cursor(*keys: Any) -> str:
    """An opaque cursor for the sort keys of the last row (str, int, UUID, instants)."""
    return base64.urlsafe_b64encode(msgspec.json.encode(keys)).rstrip(b"=").decode()


def decode_cursor(cursor: str, *kinds: type) -> list[Any]:
    """The sort keys in `cursor`, converted to `kinds`. Raises Invalid("invalid_cursor")."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        keys = msgspec.json.decode(raw, type=list[Any])
        if len(keys) != len(kinds):
            raise ValueError
        return [_convert(k, t) for k, t in zip(keys, kinds, strict=True)]
    except (binascii.Error, ValueError, msgspec.DecodeError, msgspec.ValidationError):
        raise Invalid("invalid_cursor", field="cursor") from None


def _convert(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if kind in (UUID, datetime):
        return msgspec.convert(value, kind)
    if not isinstance(value, kind):
        raise ValueError
    return value


def clamp(limit: int | None, default: int = 50) -> int:
    """A page size within bounds. Raises Invalid for less than 1 or more than MAX_LIMIT."""
    if limit is None:
        return default
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid("invalid_value", field="limit", reason=f"1–{MAX_LIMIT}")
    return limit
