"""An order in memory: its row, the events it gathers, and how both are written when the work is flushed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints.compiled import Compiled
from gongdan.engines.flows.engine import Token
from gongdan.kernel import bigrams
from gongdan.kernel.errors import Conflict
from gongdan.kernel.work import Statement, Work
from gongdan.orders import statements as sql
from gongdan.orders.ledger import CANONICAL, EventRow, chain, plain


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
    """The month of an instant, counted from year 0: the search index's bucket."""
    return at.year * 12 + at.month - 1


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
        """Everything to write, in order. Called by the work's flush."""
        if self.new:
            made = [self._create()]
        else:
            made = [self._update()]
            if self._tokens:
                made.append((sql.PUT_TOKENS, self._token_params()))
            if self._reindex:
                made.append((sql.PUT_WORDS, [bigrams.document(search_text(self.row)), self.row.id]))
                made.append((sql.DROP_FIELDS, [self.row.id]))
                made.append((sql.PUT_FIELDS, self._field_params()))
        self.new = False
        self.base_version = self.row.version
        self._events, self._tokens, self._dirty, self._reindex = [], {}, False, False
        return made

    def _values(self, columns: list[str]) -> list[Any]:
        row = self.row
        return [CANONICAL.encode(row.fields).decode() if c == "fields" else getattr(row, c) for c in columns]

    def _event_params(self) -> list[Any]:
        events = [e for e, _ in self._events]
        actor = self.work.actor
        return [
            self.row.tenant_id,
            self.row.id,
            actor.id,
            actor.kind,
            actor.name,
            self.work.at,
            [e.id for e in events],
            [e.seq for e in events],
            [e.type for e in events],
            [e.v for e in events],
            [e.occurred_at for e in events],
            [CANONICAL.encode(e.data).decode() for e in events],
            [h for _, h in self._events],
        ]

    def _token_params(self) -> list[Any]:
        tokens = list(self._tokens.values())
        return [
            self.row.tenant_id,
            self.row.id,
            [t.id for t in tokens],
            [t.node_key for t in tokens],
            [t.state for t in tokens],
            [t.entered_at for t in tokens],
            [t.done_at for t in tokens],
            [t.outcome for t in tokens],
            [CANONICAL.encode(t).decode() for t in tokens],
            [self._limits[t.id] for t in tokens],
        ]

    def _field_params(self) -> list[Any]:
        names: list[str] = []
        texts: list[str | None] = []
        numbers: list[str | None] = []
        instants: list[str | None] = []
        for key, kind in self.blueprint.indexed.items():
            value = self.row.fields.get(key)
            if value is None or value == "":
                continue
            projected = project(kind, value)
            names.append(key)
            texts.append(projected[0])
            numbers.append(projected[1])
            instants.append(projected[2])
        return [self.row.tenant_id, self.row.id, names, texts, numbers, instants]

    def _create(self) -> Statement:
        row = self.row
        words = bigrams.document(search_text(row))
        return sql.CREATE, [
            *self._values(sql.COLUMNS),
            *self._event_params(),
            *self._token_params(),
            *self._field_params(),
            row.tenant_id,
            row.id,
            bucket(row.created_at),
            words,
        ]

    def _update(self) -> Statement:
        row = self.row
        params = [
            *self._event_params(),
            *self._values(sql.CHANGING),
            row.tenant_id,
            row.id,
            self.base_version,
        ]
        return sql.UPDATE, params


NUMBER_KINDS = frozenset({"number", "rating", "duration", "formula_number"})
INSTANT_KINDS = frozenset({"instant", "date"})


def project(kind: str, value: Any) -> tuple[str | None, str | None, str | None]:
    """A field's value as (text, number, instant) for the typed projection; one of them is set."""
    if kind == "money" and isinstance(value, dict):
        return None, str(value.get("minor", 0)), None
    if kind in INSTANT_KINDS and isinstance(value, str):
        return None, None, value
    if isinstance(value, bool):
        return ("true" if value else "false"), None, None
    if isinstance(value, int | float) or kind in NUMBER_KINDS or (kind == "formula" and _numeric(value)):
        return None, str(value), None
    if isinstance(value, list):
        return "/".join(str(v) for v in value)[:500], None, None
    return str(value)[:500], None, None


def _numeric(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


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
