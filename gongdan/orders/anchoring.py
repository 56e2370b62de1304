"""Anchors over all heads, and the verifier behind `gongdan verify-ledger`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.work import Work, system_work
from gongdan.orders.ledger import EventRow, Fault, anchor_digest, verify

HEADS = "select id, seq, head from orders_order order by id"
EVENTS = (
    "select tenant_id, id, order_id, seq, type, v, actor_id, actor_kind, actor_name, occurred_at, recorded_at, data, "
    "hash from orders_event order by order_id, seq"
)
LAST = "select digest, orders, events, at, id from kernel_anchor order by id desc limit 1"
NAMES = EventRow.__struct_fields__
_EXCUSED: list[Callable[[Work], dict[UUID, int]]] = []


def add_excuse(reads: Callable[[Work], dict[UUID, int]]) -> None:
    """Register who knows of orders that were removed by right: {order id: last entry}. Called by wiring."""
    if reads not in _EXCUSED:
        _EXCUSED.append(reads)


class Report(msgspec.Struct, frozen=True):
    """What verify-ledger found for one tenant."""

    tenant_id: UUID
    orders: int
    events: int
    faults: list[Fault]
    anchors: int


class AnchorLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the anchor file outside the database: what the heads were at an instant."""

    tenant: UUID
    id: UUID
    at: datetime
    orders: int
    events: int
    digest: str
    previous: str
    heads: dict[str, tuple[int, str]]  # only the orders that changed since the line before


def anchor_file(tenant_id: UUID) -> Path:
    """Where a tenant's anchors are kept: under the data folder, to be copied to a place the database admin cannot reach."""
    folder = Path(os.environ.get("GONGDAN_ANCHORS") or Path(os.environ.get("GONGDAN_DATA", "var")) / "anchors")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{tenant_id}.jsonl"


def _stream(work: Work, sql: str, name: str) -> Iterator[tuple[Any, ...]]:
    with work.raw.cursor(name=name) as cursor:
        cursor.itersize = 5_000
        cursor.execute(sql)
        yield from cursor


def anchor(tenant_id: UUID, at: datetime) -> AnchorLine | None:
    """Fingerprint the heads of all orders; None when nothing changed since the last anchor."""
    with system_work(tenant_id, "anchor", at) as work:
        last = work.one(LAST)
        previous = bytes(last[0]) if last else b"\x00" * 32
        heads = [(r[0], r[1], bytes(r[2])) for r in _stream(work, HEADS, "heads")]
        digest, orders, events = anchor_digest(previous, heads)
        if last is not None and (last[1], last[2]) == (orders, events):
            return None
        known = _known(_anchors(tenant_id))
        moved = {str(i): (s, h.hex()) for i, s, h in heads if known.get(str(i)) != (s, h.hex())}
        line = AnchorLine(
            tenant=tenant_id,
            id=work.new_id(),
            at=at,
            orders=orders,
            events=events,
            digest=digest.hex(),
            previous=previous.hex(),
            heads=moved,
        )
        work.write(
            "insert into kernel_anchor (tenant_id, id, orders, events, digest, previous, at) values (%s, %s, %s, %s, %s, %s, %s)",
            [tenant_id, line.id, orders, events, digest, previous, at],
        )
        work.flush()
        with anchor_file(tenant_id).open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    return line


def check(tenant_id: UUID, at: datetime) -> Report:
    """Verify every chain of a tenant against its head, and the heads against the newest anchor outside."""
    faults: list[Fault] = []
    with system_work(tenant_id, "verify", at) as work:
        heads = {r[0]: (r[1], bytes(r[2])) for r in _stream(work, HEADS, "heads")}
        seen: set[UUID] = set()
        events = 0
        for order_id, group in groupby(_stream(work, EVENTS, "events"), key=lambda r: r[2]):
            entries = [(_event(r), bytes(r[12])) for r in group]
            events += len(entries)
            seen.add(order_id)
            seq, head = heads.get(order_id, (0, b""))
            faults += verify(order_id, seq, head, entries)
        faults += [Fault(order_id, 1, "cut") for order_id, (seq, _) in heads.items() if seq and order_id not in seen]
        lines = _anchors(tenant_id)
        if lines:
            faults += _against(_known(lines), heads, work)
        faults += _anchor_chain(lines)
    return Report(tenant_id, len(heads), events, faults, len(lines))


def _event(r: tuple[Any, ...]) -> EventRow:
    values = dict(zip(NAMES, r[:12], strict=True))
    values["data"] = msgspec.json.decode(values["data"]) if isinstance(values["data"], str) else values["data"]
    return EventRow(**values)


def _anchors(tenant_id: UUID) -> list[AnchorLine]:
    path = anchor_file(tenant_id)
    if not path.exists():
        return []
    return [msgspec.json.decode(line, type=AnchorLine) for line in path.read_bytes().splitlines() if line]


def _known(lines: list[AnchorLine]) -> dict[str, tuple[int, str]]:
    """The newest head of every order that any anchor has seen."""
    known: dict[str, tuple[int, str]] = {}
    for line in lines:
        known |= line.heads
    return known


def _against(known: dict[str, tuple[int, str]], heads: dict[UUID, tuple[int, bytes]], work: Work) -> list[Fault]:
    """Every order an anchor knew must still be there, at least as long, with the same hash; or its removal must be written down."""
    faults: list[Fault] = []
    check_at: list[tuple[UUID, int, str]] = []
    excused = {order_id: seq for reads in _EXCUSED for order_id, seq in reads(work).items()}
    for text, (seq, head) in known.items():
        order_id = UUID(text)
        now = heads.get(order_id)
        if now is None and excused.get(order_id, -1) >= seq:
            continue
        if now is None or now[0] < seq:
            faults.append(Fault(order_id, seq, "cut"))
        elif now[0] == seq:
            if now[1].hex() != head:
                faults.append(Fault(order_id, seq, "head"))
        else:
            check_at.append((order_id, seq, head))
    if check_at:
        rows = work.read(
            "select e.order_id, e.seq, encode(e.hash, 'hex') from orders_event e "
            "join unnest(%s::uuid[], %s::int[]) as w(order_id, seq) on w.order_id = e.order_id and w.seq = e.seq",
            [[c[0] for c in check_at], [c[1] for c in check_at]],
        )
        now_there = {(r[0], r[1]): r[2] for r in rows}
        faults += [Fault(o, s, "changed") for o, s, h in check_at if now_there.get((o, s)) != h]
    return faults


def _anchor_chain(lines: list[AnchorLine]) -> list[Fault]:
    broken = [line for before, line in pairwise(lines) if line.previous != before.digest]
    return [Fault(line.id, line.events, "anchor") for line in broken]
