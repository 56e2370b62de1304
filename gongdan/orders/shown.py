"""What merges and splits add to an order as people see it. Read only for an order that had one: others pay two index look-ups."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.access import can
from gongdan.kernel.pipeline import Row, Statement
from gongdan.kernel.work import Work
from gongdan.orders import reshaping
from gongdan.orders.queries import Placed
from gongdan.orders.rows import OrderRow
from gongdan.orders.schemas import CommentOut, Origin

# whether there is anything to read here, for alias o
EVER = (
    "(exists (select 1 from orders_reshape r where r.tenant_id = o.tenant_id and r.order_id = o.id) "
    "or exists (select 1 from orders_reshape r where r.tenant_id = o.tenant_id and r.other_id = o.id))"
)
COMMENTS = (
    "select c.id, c.author_id, c.author_kind, c.author_name, c.internal, c.body, c.occurred_at, c.order_id, n.number "
    "from orders_comment c join orders_order n on n.tenant_id = c.tenant_id and n.id = c.order_id "
    "where c.id in (select s.item_id from orders_shown s where s.order_id = %s and s.kind = 'comment') and c.order_id <> %s "
    "order by c.id desc limit %s"
)
FILES = (
    "select a.file_id, a.kind, a.internal, a.comment_id, a.at, f.name, f.size, f.type, f.state, u.name, x.from_id, n.number from "
    "(select distinct on (s.item_id) s.item_id, s.from_id from orders_shown s where s.order_id = %s and s.kind <> 'comment') x "
    "join orders_attachment a on a.id = x.item_id join files_file f on f.id = a.file_id "
    "join orders_order n on n.tenant_id = a.tenant_id and n.id = x.from_id left join accounts_user u on u.id = a.added_by "
    "order by a.id limit 500"
)
LIVE = (
    "select r.kind, r.id, r.order_id, r.other_id, r.at, r.made_by_name, r.reason from orders_reshape r "
    "where (r.order_id = %s or r.other_id = %s) and r.undone_at is null"
)
INTO = "select number, title, assignee_id, created_by, team_id, org_unit_id, partner_id from orders_order where id = %s"


class Reshaped(msgspec.Struct, frozen=True):
    """A live merge or split. `leaves`: it was done to the order that is looked at, whose undoing it is."""

    kind: str
    id: UUID
    leaves: bool
    at: datetime
    by_name: str
    reason: str
    undo_until: datetime
    may_undo: bool


class MergedInto(msgspec.Struct, frozen=True):
    """The order that lives on; its title only for whom may see it."""

    id: UUID
    number: str
    title: str
    at: datetime
    by_name: str
    reason: str
    undo_until: datetime
    may_undo: bool


class Surroundings:
    """Comments, files and relations that come from other orders; empty for an order that never had a merge or a split."""

    def __init__(self, work: Work, row: OrderRow, most: int, *, ever: bool) -> None:
        self.work = work
        self.row = row
        self._comments: list[Row] = []
        self._files: list[Row] = []
        self._live: list[Row] = []
        if ever:
            asked: list[Statement] = [(COMMENTS, [row.id, row.id, most]), (FILES, [row.id]), (LIVE, [row.id, row.id])]
            self._comments, self._files, self._live = work.batch(asked)

    def comments(self, own: list[Row], most: int, *, internal: bool) -> list[CommentOut]:
        """The newest `most` of both, the oldest first."""
        rows = sorted([*own, *self._comments], key=lambda c: c[0], reverse=True)[:most] if self._comments else own
        return [_comment(c) for c in reversed(rows) if internal or not c[4]]

    def files(self, own: list[Row], *, internal: bool) -> list[dict[str, Any]]:
        """Each file once, the order's own before what is shown of others; where a file came from, if it came from elsewhere."""
        keys = ("file_id", "kind", "internal", "comment_id", "at", "name", "size", "type", "state", "by_name")
        origins = {f[0]: Origin(f[10], f[11]) for f in self._files}
        found: dict[UUID, dict[str, Any]] = {}
        for number, f in enumerate([*own, *self._files]):
            if internal or not f[2]:
                mine = number < len(own) and not self._copied(f[0])
                found.setdefault(f[0], {**dict(zip(keys, f[:10], strict=True)), "origin": None if mine else origins.get(f[0])})
        return list(found.values())

    def _copied(self, file_id: UUID) -> bool:
        """Whether the order's own attachment came with a split."""
        split_off = {r[3] for r in self._live if r[0] == "split" and r[2] == self.row.id}
        return any(f[0] == file_id and f[10] in split_off for f in self._files)

    def reshaped(self, kind: str, other_id: UUID, placed: Placed) -> Reshaped | None:
        """The live merge or split behind a link of `kind` to `other_id`."""
        for made, id_, order_id, source_id, at, by_name, reason in self._live:
            if other_id in (order_id, source_id) and (made == "merge") == (kind == "duplicate"):
                until = at + reshaping.UNDO
                may = self.work.at <= until and all(can(self.work.actor, f"order.{made}", p) for p in (placed, self.row))
                return Reshaped(made, id_, order_id == self.row.id, at, by_name, reason, until, may)
        return None

    def merged_into(self) -> MergedInto | None:
        """The order this one was merged into."""
        live = next((r for r in self._live if r[0] == "merge" and r[2] == self.row.id), None)
        if live is None:
            return None
        number, title, *place = self.work.read(INTO, [live[3]])[0]
        placed = Placed(*place)
        until = live[4] + reshaping.UNDO
        may = self.work.at <= until and all(can(self.work.actor, "order.merge", p) for p in (placed, self.row))
        seen = can(self.work.actor, "order.view", placed)
        return MergedInto(live[3], number, title if seen else "", live[4], live[5], live[6], until, may)


def _comment(c: Row) -> CommentOut:
    comment = CommentOut(*c[:7])
    return comment if len(c) == 7 else msgspec.structs.replace(comment, origin=Origin(c[7], c[8]))
