"""合并 and its undoing: a duplicate ends, and all that was said about it is shown on the order that lives on. Nothing is moved."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.events import emit
from gongdan.kernel.work import Work
from gongdan.orders import flowing, reshaping
from gongdan.orders.actions.loading import explain, open_both
from gongdan.orders.events import OrderMerged, OrderUnmerged
from gongdan.orders.reshaping import Before, Kept, Record
from gongdan.orders.rows import OpenOrder, stale
from gongdan.orders.rules import receipt, stamp
from gongdan.orders.schemas import MergeIn, ReshapeOut, UnmergeIn

TAGS = "select tag from orders_tag where order_id = %s"
WATCHERS = "select user_id from orders_watcher where order_id = %s"
DUPLICATE = (
    "select 1 from orders_link where kind = 'duplicate' and ((order_id, other_id) = (%s, %s) or (other_id, order_id) = (%s, %s))"
)
SHOW = (
    "insert into orders_shown (tenant_id, order_id, item_id, source_id, kind, from_id) "
    "select tenant_id, %s, id, %s, 'comment', order_id from orders_comment where order_id = %s "
    "union all select tenant_id, %s, id, %s, 'attachment', order_id from orders_attachment where order_id = %s "
    "union all select tenant_id, %s, item_id, %s, kind, from_id from orders_shown "
    "where order_id = %s and kind <> 'copy' and from_id <> %s on conflict do nothing"
)
ADD_TAGS = "insert into orders_tag (tenant_id, order_id, tag) select %s, %s, t from unnest(%s::text[]) t on conflict do nothing"
ADD_WATCHERS = (
    "insert into orders_watcher (tenant_id, order_id, user_id, at) select %s, %s, u, %s from unnest(%s::uuid[]) u "
    "on conflict do nothing"
)
ADD_LINK = (
    "insert into orders_link (tenant_id, order_id, other_id, kind, at, added_by) values (%s, %s, %s, 'duplicate', %s, %s) "
    "on conflict do nothing"
)
DROP_TAGS = "delete from orders_tag where order_id = %s and tag = any(%s)"
# a watcher who came with a merge has its instant; who watched by themselves has another
DROP_WATCHERS = (
    "delete from orders_watcher w where w.order_id = %s and w.user_id = any(%s) and w.at in "
    "(select r.at from orders_reshape r where r.tenant_id = w.tenant_id and r.other_id = w.order_id and r.kind = 'merge')"
)
DROP_LINK = "delete from orders_link where order_id = %s and other_id = %s and kind = 'duplicate'"
HIDE = "delete from orders_shown where source_id = %s"
TAGGED_SINCE = "select data ->> 'tag' from orders_event where order_id = %s and type = 'tagged' and seq > %s"
HELD = "select seq, data ->> 'resume_at' from orders_event where order_id = %s and type = 'hold' order by seq desc limit 1"


class Pair(NamedTuple):
    """The duplicate that goes and the order that stays, both locked."""

    gone: OpenOrder
    stays: OpenOrder


def _pair(work: Work, order_id: UUID, into: UUID) -> Pair:
    gone, stays = open_both(work, (order_id, into))
    if gone is None:
        raise NotFound("not_found")
    if stays is None:
        raise Invalid("unknown_reference", field="into")
    for opened in (gone, stays):
        require(work.actor, "order.merge", opened.row, view="order.view")
    return Pair(gone, stays)


def merge(work: Work, order_id: UUID, version: int, say: MergeIn) -> ReshapeOut:
    """合并: `order_id` ends as a duplicate of `say.into`, which shows both conversations and has both's tags and watchers.

    Raises NotFound, NotAllowed, Invalid (itself, unknown), Conflict (stale on either side, merged or closed already, holds others).
    """
    reshaping.same_id(order_id, say.into)
    gone, stays = pair = _pair(work, order_id, say.into)
    found = reshaping.refusals(work, gone, stays)
    if found:
        raise reshaping.conflict(found[0], [explain(b) for b in found])
    if version != gone.row.version:
        raise stale({"into": say.into, "reason": say.reason}, gone.row, [])
    if say.into_version != stays.row.version:
        both = stale({}, stays.row, []).extra
        raise Conflict("stale_version", field="into_version", extra={**both, "mine": {"version": say.into_version}})
    merge_id = work.new_id()
    kept = _unite(work, pair, merge_id)
    before = gone.row.state
    _end(work, gone, stays.row.id)
    shared: dict[str, Any] = {"merge_id": merge_id, "reason": say.reason}
    into = {"into_id": stays.row.id, "into_number": stays.row.number}
    gone.record("merge", {"from": before, "to": gone.row.state, **into, **shared}, work.at)
    other = {"other_id": gone.row.id, "other_number": gone.row.number}
    stays.record("merged_in", {**other, "tags": kept.tags, "watchers": len(kept.watchers), **shared}, work.at)
    kept.seq = stays.row.seq
    reshaping.add(work, "merge", merge_id, gone.row.id, stays.row.id, say.reason, kept)
    emit(work, OrderMerged(order_id=gone.row.id, into_id=stays.row.id, occurred_at=work.at, actor_id=work.actor.id))
    return ReshapeOut(merge_id, receipt(gone.row, work.at), receipt(stays.row, work.at), work.at + reshaping.UNDO)


def _unite(work: Work, pair: Pair, merge_id: UUID) -> Kept:
    """Show the conversation of the duplicate on the survivor, give it its tags and watchers, link both. What undoing needs."""
    gone, stays = pair.gone.row, pair.stays.row
    both = [gone.id, stays.id]
    tags, own_tags, watchers, own_watchers, linked = work.batch(
        [(TAGS, [gone.id]), (TAGS, [stays.id]), (WATCHERS, [gone.id]), (WATCHERS, [stays.id]), (DUPLICATE, both * 2)]
    )
    earlier = reshaping.records(work, reshaping.INTO, [stays.id])
    # what an earlier merge brought is not the survivor's own: it must stay for us when that one is undone
    borrowed = {t for r in earlier for t in r.kept.tags}, {w for r in earlier for w in r.kept.watchers}
    kept = Kept(
        seq=0,
        before=msgspec.convert(pair.gone.row, Before, from_attributes=True),
        tokens=list(pair.gone.tokens),
        tags=sorted({t[0] for t in tags} - ({t[0] for t in own_tags} - borrowed[0])),
        watchers=sorted({w[0] for w in watchers} - ({w[0] for w in own_watchers} - borrowed[1])),
        linked=not linked,
    )
    shown = [stays.id, merge_id, gone.id]
    work.write(SHOW, [*shown * 3, stays.id])
    work.write(ADD_TAGS, [stays.tenant_id, stays.id, kept.tags])
    work.write(ADD_WATCHERS, [stays.tenant_id, stays.id, work.at, kept.watchers])
    if kept.linked:
        work.write(ADD_LINK, [gone.tenant_id, gone.id, stays.id, work.at, work.actor.id])
    return kept


def _end(work: Work, gone: OpenOrder, into: UUID) -> None:
    row = gone.row
    family_before = row.family
    row.state = reshaping.end_state(gone.blueprint, row.state)
    row.family, row.cancelled, row.state_at = reshaping.CLOSED, True, work.at
    row.waiting_on = row.hold_reason = None
    row.merged_into_id = into
    stamp(row, "merge", family_before, work.at)
    flowing.set_aside(gone, work.at)


def unmerge(work: Work, order_id: UUID, version: int, say: UnmergeIn) -> ReshapeOut:
    """撤销合并: within 30 days the duplicate is again what it was. What the survivor was given since stays with the survivor.

    Raises NotFound, NotAllowed, Conflict (stale, not merged, too late).
    """
    live = reshaping.records(work, reshaping.LIVE, [order_id, "merge"])
    if not live:
        raise _not_merged(work, order_id)
    record = live[0]
    gone, stays = _pair(work, order_id, record.other_id)
    if gone.row.merged_into_id is None:
        raise Conflict("not_merged")
    if version != gone.row.version:
        raise stale({}, gone.row, [])
    reshaping.undo(work, record)
    _separate(work, record)
    before = gone.row.state
    _bring_back(work, gone, record.kept)
    shared: dict[str, Any] = {"merge_id": record.id, **({"reason": say.reason} if say.reason else {})}
    into = {"into_id": stays.row.id, "into_number": stays.row.number}
    gone.record("unmerge", {"from": before, "to": gone.row.state, **into, **shared}, work.at)
    stays.record("unmerged", {"other_id": gone.row.id, "other_number": gone.row.number, **shared}, work.at)
    emit(work, OrderUnmerged(order_id=gone.row.id, from_id=stays.row.id, occurred_at=work.at, actor_id=work.actor.id))
    return ReshapeOut(record.id, receipt(gone.row, work.at), receipt(stays.row, work.at), None)


def _not_merged(work: Work, order_id: UUID) -> Exception:
    opened, _ = open_both(work, (order_id, order_id))
    if opened is None:
        return NotFound("not_found")
    require(work.actor, "order.merge", opened.row, view="order.view")
    return Conflict("not_merged")


def _separate(work: Work, record: Record) -> None:
    """Take back from the survivor what came with the duplicate, except what another merge brought too or people gave it since."""
    into = record.other_id
    others = [r for r in reshaping.records(work, reshaping.INTO, [into]) if r.id != record.id]
    since = {t[0] for t in work.read(TAGGED_SINCE, [into, record.kept.seq])}
    tags = set(record.kept.tags) - since - {t for r in others for t in r.kept.tags}
    watchers = set(record.kept.watchers) - {w for r in others for w in r.kept.watchers}
    work.write(HIDE, [record.id])
    work.write(DROP_TAGS, [into, sorted(tags)])
    work.write(DROP_WATCHERS, [into, sorted(watchers)])
    if record.kept.linked:
        work.write(DROP_LINK, [record.order_id, into])


def _bring_back(work: Work, gone: OpenOrder, kept: Kept) -> None:
    assert kept.before is not None  # noqa: S101 – a merge always keeps it
    for name in Before.__struct_fields__:
        setattr(gone.row, name, getattr(kept.before, name))
    gone.row.merged_into_id = None
    for token in kept.tokens:
        flowing.take_up(gone, token)
    if gone.row.waiting_on is not None:
        _resume_in_time(work, gone)


def _resume_in_time(work: Work, gone: OpenOrder) -> None:
    """A hold that had a date has it still: its job may have come and gone while the order was merged."""
    found = work.one(HELD, [gone.row.id])
    if found is None or found[1] is None:
        return
    until = msgspec.convert(found[1], type(work.at))
    work.defer("orders.resume", {"order_id": str(gone.row.id), "held_at": found[0] - 1}, run_at=max(until, work.at))
