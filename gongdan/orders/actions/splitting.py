"""拆分 and its undoing: a part of an order becomes an order of its own; what was chosen of the conversation is shown on both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.compiled import Compiled
from gongdan.kernel.access import can, require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.messages import Words
from gongdan.kernel.pipeline import Row
from gongdan.kernel.work import Work
from gongdan.orders import reshaping, wording
from gongdan.orders.actions import creating, moving
from gongdan.orders.actions.loading import open_both, open_order
from gongdan.orders.reshaping import Kept, Record
from gongdan.orders.rows import OpenOrder, OrderRow, stale
from gongdan.orders.rules import receipt
from gongdan.orders.schemas import Because, NewOrder, ReshapeOut, SplitIn

COMMENTS = (
    "select c.id, c.order_id, c.internal from orders_comment c where c.id = any(%s) and (c.order_id = %s or c.id in "
    "(select s.item_id from orders_shown s where s.order_id = %s and s.kind = 'comment'))"
)
FILES = (
    "select distinct on (a.file_id) a.file_id, a.order_id, a.internal, a.kind, a.added_by, a.at from orders_attachment a "
    "where a.file_id = any(%s) and (a.order_id = %s or a.id in "
    "(select s.item_id from orders_shown s where s.order_id = %s and s.kind = 'attachment')) order by a.file_id, a.id"
)
SHOW = (
    "insert into orders_shown (tenant_id, order_id, item_id, source_id, kind, from_id) "
    "select %s, %s, i.id, %s, %s, i.from_id from unnest(%s::uuid[], %s::uuid[]) as i(id, from_id)"
)
ATTACH = (
    "insert into orders_attachment (tenant_id, id, order_id, file_id, kind, internal, added_by, at) "
    "select %s, f.id, %s, f.file_id, f.kind, f.internal, f.added_by, f.at from unnest(%s::uuid[], %s::uuid[], %s::text[], "
    "%s::boolean[], %s::uuid[], %s::timestamptz[]) as f(id, file_id, kind, internal, added_by, at)"
)
LINK = "insert into orders_link (tenant_id, order_id, other_id, kind, at, added_by) values (%s, %s, %s, %s, %s, %s)"
UNLINK = "delete from orders_link where (order_id, other_id) = (%s, %s) and kind <> 'duplicate'"
SINCE = "select type, data from orders_event where order_id = %s and seq > %s and actor_kind <> 'system' order by seq limit 5"
TEAM = "select key from accounts_team where id = %s"


def split(work: Work, order_id: UUID, version: int, say: SplitIn) -> ReshapeOut:
    """拆分: a new order, linked to this one, with what was chosen of its conversation shown on both.

    Raises NotFound, NotAllowed, Conflict (stale, merged), Invalid (comments or files that are not here; fields as in creating).
    """
    opened = open_order(work, order_id, "order.split", version, title=say.title)
    comments = _chosen(work, opened, COMMENTS, list(say.comment_ids), "comment_ids")
    files = _chosen(work, opened, FILES, list(say.file_ids), "file_ids")
    made = creating.create(work, new_order(work, opened.row, say))
    child: OpenOrder = work.loaded[("order", made.id)]
    split_id = work.new_id()
    tenant = opened.row.tenant_id
    attached = [work.new_id() for _ in files]
    columns = [[f[n] for f in files] for n in (0, 3, 2, 4, 5)]
    if comments:
        ids, origins = [c[0] for c in comments], [c[1] for c in comments]
        work.write(SHOW, [tenant, child.row.id, split_id, "comment", ids, origins])
    if files:
        work.write(ATTACH, [tenant, child.row.id, attached, *columns])
        work.write(SHOW, [tenant, child.row.id, split_id, "copy", attached, [f[1] for f in files]])
    work.write(LINK, [tenant, order_id, child.row.id, say.link, work.at, work.actor.id])
    shared = {"split_id": split_id, "link": say.link, **({"reason": say.reason} if say.reason else {})}
    moved = {"comments": [c[0] for c in comments], "files": [f[0] for f in files]}
    opened.record("split", {"other_id": child.row.id, "other_number": child.row.number, **moved, **shared}, work.at)
    child.record("split_off", {"from_id": order_id, "from_number": opened.row.number, **moved, **shared}, work.at)
    reshaping.add(work, "split", split_id, child.row.id, order_id, say.reason, Kept(seq=child.row.seq))
    return ReshapeOut(split_id, receipt(child.row, work.at), receipt(opened.row, work.at), work.at + reshaping.UNDO)


def _chosen(work: Work, opened: OpenOrder, sql: str, ids: list[UUID], field: str) -> list[Row]:
    """What was chosen, if all of it is here and the actor may read it. Raises Invalid naming `field`."""
    if not ids:
        return []
    rows = work.read(sql, [ids, opened.row.id, opened.row.id])
    readable = {r[0]: r for r in rows if not r[2] or can(work.actor, "order.note", opened.row)}
    if not set(ids) <= set(readable):
        raise Invalid("unknown_reference", field=field)
    return [readable[i] for i in dict.fromkeys(ids)]


def new_order(work: Work, row: OrderRow, say: SplitIn) -> NewOrder:
    """The order to be made: what was said, and the rest as on the present one."""
    key = say.blueprint or row.blueprint_key
    given: dict[str, Any] = {}
    if say.keep_customer:
        names = ("customer_id", "contact_id", "site_id", "contact_name", "address", "lng", "lat")
        given |= {name: getattr(row, name) for name in names}
        given["contact_phone"] = row.contact_phone_typed or row.contact_phone
    if say.keep_asset:
        given["asset_id"] = row.asset_id
    team = say.team
    if team is None:
        found = work.one(TEAM, [row.team_id]) if row.team_id else None
        team = found[0] if found else ""
    return NewOrder(
        blueprint=key,
        title=say.title,
        description=say.description,
        priority=say.priority or row.priority,
        team=team,
        fields={**_fields(work, row, key), **say.fields},
        **given,
    )


def _fields(work: Work, row: OrderRow, key: str) -> dict[str, Any]:
    """The values that the new order's form knows too; what is computed there is computed anew."""
    if key != row.blueprint_key:
        return {}
    try:
        _, blueprint = blueprint_queries.current(work, key)
    except NotFound:
        raise Invalid("unknown_reference", field="blueprint") from None
    return {k: v for k, v in row.fields.items() if k in _asked(blueprint)}


def _asked(blueprint: Compiled) -> set[str]:
    return {f["key"] for f in (blueprint.document.form or {}).get("fields", []) if f.get("kind") != "formula"}


def unsplit(work: Work, order_id: UUID, version: int, say: Because) -> ReshapeOut:
    """撤销拆分: the new order is cancelled and the link goes, within 30 days and if nobody has done anything on it.

    Raises NotFound, NotAllowed, Conflict (stale, no split, too late, in use, cannot be cancelled where it is).
    """
    live = reshaping.records(work, reshaping.LIVE, [order_id, "split"])
    child, source = open_both(work, (order_id, live[0].other_id if live else order_id))
    if child is None or source is None:
        raise NotFound("not_found")
    for action in ("order.split", "order.cancel"):
        require(work.actor, action, child.row, view="order.view")
    require(work.actor, "order.split", source.row, view="order.view")
    if not live:
        raise Conflict("not_split")
    record = live[0]
    if version != child.row.version:
        raise stale({}, child.row, [])
    _unused(work, child, record)
    reshaping.undo(work, record)
    moving.cancel(work, order_id, version, say)
    work.write(UNLINK, [record.other_id, record.order_id])
    shared = {"split_id": record.id, "reason": say.reason}
    source.record("unsplit", {"other_id": order_id, "other_number": child.row.number, **shared}, work.at)
    return ReshapeOut(record.id, receipt(child.row, work.at), receipt(source.row, work.at), None)


def _unused(work: Work, child: OpenOrder, record: Record) -> None:
    """Refuse when people have done something on the new order since; what the system did by itself does not count."""
    states = {k: {"zh": s.label.zh, "en": s.label.en} for k, s in child.blueprint.states.items()}
    rows = work.read(SINCE, [child.row.id, record.kept.seq])
    entries = [wording.text(kind, wording.decoded(data), {}, states) for kind, data in rows]
    if entries:
        blockers = [{"code": "split_in_use", **e, "link": f"orders/{child.row.id}"} for e in entries]
        raise Conflict("split_in_use", first=Words(**entries[0]), extra={"blockers": blockers})
