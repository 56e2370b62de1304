"""The ledger: canonical bytes, the hash chain of one order, and its verification (ADR 0004). Pure.

hash_n = SHA-256("gongdan.order_event/1\\n" ‖ hash_{n-1} ‖ canonical JSON of the event). Canonical JSON: UTF-8, keys sorted by code
point, no spaces, instants as "YYYY-MM-DDTHH:MM:SS.ffffffZ", numbers only as integers; decimals travel as strings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

DOMAIN = b"gongdan.order_event/1\n"
GENESIS = b"\x00" * 32
CANONICAL = msgspec.json.Encoder(order="deterministic")


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger entry as it is stored."""

    tenant_id: UUID
    id: UUID
    order_id: UUID
    seq: int
    type: str
    v: int
    actor_id: UUID
    actor_kind: str
    actor_name: str
    occurred_at: datetime
    recorded_at: datetime
    data: Any


class Fault(msgspec.Struct, frozen=True):
    """Something the verifier found: which order, at which entry, of what kind."""

    order_id: UUID
    seq: int
    kind: str


def instant_text(at: datetime) -> str:
    """An instant in its canonical form, microseconds always shown."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """A value fit for the chain: floats and decimals become strings, ids and instants their canonical text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical(event: EventRow) -> bytes:
    """The bytes that are hashed for `event`."""
    return CANONICAL.encode(
        {
            "actor_id": str(event.actor_id),
            "actor_kind": event.actor_kind,
            "actor_name": event.actor_name,
            "data": event.data,
            "id": str(event.id),
            "occurred_at": instant_text(event.occurred_at),
            "order_id": str(event.order_id),
            "recorded_at": instant_text(event.recorded_at),
            "seq": event.seq,
            "tenant_id": str(event.tenant_id),
            "type": event.type,
            "v": event.v,
        }
    )


def chain(previous: bytes, event: EventRow) -> bytes:
    """The hash of `event` after the hash `previous`; GENESIS before the first."""
    return hashlib.sha256(DOMAIN + previous + canonical(event)).digest()


def verify(order_id: UUID, seq: int, head: bytes, events: Iterable[tuple[EventRow, bytes]]) -> list[Fault]:
    """Check one order's entries, in order, against its head. Finds changed, missing, inserted, swapped, cut."""
    previous = GENESIS
    expected = 1
    for event, stored in events:
        if event.seq != expected:
            return [Fault(order_id, expected, "gap")]
        if chain(previous, event) != bytes(stored):
            return [Fault(order_id, expected, "changed")]
        previous = bytes(stored)
        expected += 1
    if expected - 1 != seq:
        return [Fault(order_id, expected, "cut")]
    if previous != bytes(head):
        return [Fault(order_id, seq, "head")]
    return []


def anchor_digest(previous: bytes, heads: Iterable[tuple[UUID, int, bytes]]) -> tuple[bytes, int, int]:
    """A fingerprint over all heads (order id, seq, head; sorted by id): (digest, orders, events)."""
    digest = hashlib.sha256(b"gongdan.anchor/1\n" + previous)
    orders = events = 0
    for order_id, seq, head in heads:
        digest.update(order_id.bytes + seq.to_bytes(4, "big") + bytes(head))
        orders += 1
        events += seq
    return digest.digest(), orders, events
