"""An order in memory: its row, the events it gathers, and how both are written when the work is flushed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints.compiled import Compiled
from gongdan.engines.flows.engine import Token
from gongdan.kernel import bigrams
from gongdan.kernel.errors import Conflict
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import ENCODER, Work
from gongdan.orders import projection
from gongdan.orders import statements as sql
from gongdan.orders.ledger import EventRow, chain, plain

WEEK_SECONDS = 7 * 86_400


class OrderRow(msgspec.Struct):
    """All columns of an order, in the order of `statements.COLUMNS`."""

    tenant_id: UUID
    id: UUID
    number: str
    blueprint_key: str
    blueprint_version_id: UUID
    title: str
    description: str
    state: str
    family: int
    cancelled: bool
    waiting_on: str | None
    hold_reason: str | None
    priority: int
    channel: str
    customer_id: UUID | None
    contact_id: UUID | None
    site_id: UUID | None
    asset_id: UUID | None
    contact_name: str
    contact_phone: str
    contact_phone_typed: str
    phone_index: bytes | None
    phone_tail_index: bytes | None
    address: str
    lng: float | None
    lat: float | None
    fields: dict[str, Any]
    team_id: UUID | None
    assignee_id: UUID | None
    org_unit_id: UUID | None
    partner_id: UUID | None
    created_by: UUID | None
    external_key: str | None
    opened_at: datetime
    created_at: datetime
    updated_at: datetime
    state_at: datetime
    accepted_at: datetime | None
    started_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reopened: int
    handovers: int
    merged_into_id: UUID | None
    archived_at: datetime | None
    version: int
    seq: int
    head: bytes
    next_due_at: datetime | None
    sla_state: str


FIELDS_AT = sql.COLUMNS.index("fields")


def row_from(values: tuple[Any, ...]) -> OrderRow:
    """A database row → OrderRow."""
    columns = list(values[: len(sql.COLUMNS)])
    columns[FIELDS_AT] = msgspec.json.decode(columns[FIELDS_AT])
    return OrderRow(*columns)


def search_text(row: OrderRow) -> str:
    """What full-text search finds an order by. Phones are found by their blind indexes, not here."""
    texts = [row.number, row.title, row.description, row.address, row.contact_name]
    texts += [v for v in row.fields.values() if isinstance(v, str)]
    return "\n".join(t for t in texts if t)[:20_000]


def bucket(at: datetime) -> int:
    """The week of an instant, counted from the epoch: the search index's bucket. Small enough that a common word's matches of one
    bucket sort in no time, large enough that ten years are 520 look-ups."""
    return int(at.timestamp()) // WEEK_SECONDS


class OpenOrder:
    """An order under a verb: locked (or new), changed in memory, written once at the end of the work."""

    def __init__(self, work: Work, row: OrderRow, blueprint: Compiled, tokens: list[Token], *, new: bool) -> None:
        self.work = work
        self.row = row
        self.blueprint = blueprint
        self.tokens = tokens
        self.new = new
        self.base_version = row.version
        self._events: list[tuple[EventRow, bytes]] = []
        self._tokens: dict[UUID, Token] = {}
        self._limits: dict[UUID, datetime | None] = {}
        self._reindex = False
        self._dirty = False

    def touch(self) -> None:
        """The row changed: the version rises once per work."""
        if not self._dirty:
            self._dirty = True
            if not self.new:
                self.row.version = self.base_version + 1
            self.row.updated_at = self.work.at
        self.work.pending[self.row.id] = self

    def record(self, kind: str, data: dict[str, Any], occurred_at: datetime, *, v: int = 1) -> EventRow:
        """Append an entry to the ledger of this order."""
        self.touch()
        actor = self.work.actor
        data = {**data, **self.work.because} if self.work.because else data
        event = EventRow(
            tenant_id=self.row.tenant_id,
            id=self.work.new_id(),
            order_id=self.row.id,
            seq=self.row.seq + 1,
            type=kind,
            v=v,
            actor_id=actor.id,
            actor_kind=actor.kind,
            actor_name=actor.name,
            occurred_at=occurred_at,
            recorded_at=self.work.at,
            data=plain(data),
        )
        self.row.head = chain(self.row.head, event)
        self.row.seq = event.seq
        self._events.append((event, self.row.head))
        return event

    def put_token(self, token: Token, limit_at: datetime | None) -> None:
        """Write a new or changed token."""
        self._tokens[token.id] = token
        self._limits[token.id] = limit_at
        self.tokens = [t for t in self.tokens if t.id != token.id]
        if token.state == "open":
            self.tokens.append(token)
        self.touch()

    def reindex(self) -> None:
        """Search text or indexed fields changed."""
        self._reindex = True
        self.touch()

    def statements(self) -> list[Statement]:
        """Everything to write, the row first: a work with many orders leaves in several statements, and children refer to it."""
        row = self.row
        if self.new:
            made: list[Statement] = [(sql.ADD_ORDER, [f"[{self._row_json(sql.COLUMNS)}]"])]
        else:
            made = [(sql.UPDATE, [self._row_json(sql.CHANGING), row.tenant_id, row.id, self.base_version])]
        if self._events:
            made.append((sql.ADD_EVENTS, [self._events_json()]))
        if self._tokens:
            made.append((sql.PUT_TOKENS, [self._tokens_json()]))
        if self.new or self._reindex:
            made += self._index()
        self.new = False
        self.base_version = self.row.version
        self._events, self._tokens, self._dirty, self._reindex = [], {}, False, False
        return made

    def _row_json(self, columns: Sequence[str]) -> str:
        values = {c: getattr(self.row, c) for c in columns}
        for name in _BYTES.intersection(columns):
            values[name] = _hex(values[name])
        return ENCODER.encode(values).decode()

    def _events_json(self) -> str:
        actor, row = self.work.actor, self.row
        shared = {
            "tenant_id": row.tenant_id,
            "order_id": row.id,
            "actor_id": actor.id,
            "actor_kind": actor.kind,
            "actor_name": actor.name,
            "recorded_at": self.work.at,
        }
        rows = [
            {
                **shared,
                "id": e.id,
                "seq": e.seq,
                "type": e.type,
                "v": e.v,
                "occurred_at": e.occurred_at,
                "data": e.data,
                "hash": _hex(head),
            }
            for e, head in self._events
        ]
        return ENCODER.encode(rows).decode()

    def _tokens_json(self) -> str:
        rows = [
            {
                "tenant_id": self.row.tenant_id,
                "order_id": self.row.id,
                "id": t.id,
                "node": t.node_key,
                "state": t.state,
                "entered_at": t.entered_at,
                "done_at": t.done_at,
                "outcome": t.outcome,
                "body": t,
                "limit_at": self._limits[t.id],
            }
            for t in self._tokens.values()
        ]
        return ENCODER.encode(rows).decode()

    def _index(self) -> list[Statement]:
        """Search words and the typed projection of indexed fields."""
        row = self.row
        rows = [
            {"tenant_id": row.tenant_id, "order_id": row.id, **values}
            for key, kind in self.blueprint.indexed.items()
            for values in projection.of(key, kind, row.fields.get(key))
        ]
        made: list[Statement] = [(sql.PUT_FIELDS, [ENCODER.encode(rows).decode()])] if rows else []
        words = bigrams.document(search_text(row))
        if self.new:
            return [*made, (sql.ADD_WORDS, [row.tenant_id, row.id, bucket(row.created_at), words])]
        return [*made, (sql.DROP_FIELDS, [row.id, [r["field"] for r in rows]]), (sql.PUT_WORDS, [words, row.id])]


def _hex(value: bytes | None) -> str | None:
    """bytea as JSON text."""
    return None if value is None else "\\x" + value.hex()


_BYTES = frozenset({"phone_index", "phone_tail_index", "head"})


def stale(mine: dict[str, Any], row: OrderRow, keys: list[str]) -> Conflict:
    """A 409 that carries both versions of the fields in question."""
    theirs = {k: getattr(row, k, row.fields.get(k)) for k in keys or ["state", "title", "priority"]}
    return Conflict(
        "stale_version",
        extra={
            "mine": msgspec.to_builtins(mine),
            "theirs": msgspec.to_builtins(theirs),
            "version": row.version,
        },
    )
