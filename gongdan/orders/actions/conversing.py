"""Comments, attachments, tags, links, watchers."""

from __future__ import annotations

import hashlib
from uuid import UUID

from gongdan.accounts import queries as account_queries
from gongdan.files.queries import require_attachable
from gongdan.kernel.access import can, require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.events import emit
from gongdan.kernel.pipeline import Row
from gongdan.kernel.work import Work
from gongdan.notify import actions as notify
from gongdan.orders.actions.loading import happened_at, open_order
from gongdan.orders.events import OrderCommented, OrderTagged
from gongdan.orders.queries import Placed
from gongdan.orders.rows import OrderRow
from gongdan.orders.rules import receipt
from gongdan.orders.schemas import AttachIn, CommentOut, LinkIn, NewComment, Receipt

ADD_COMMENT = (
    "insert into orders_comment (tenant_id, id, order_id, author_id, author_kind, author_name, internal, body, "
    "occurred_at, recorded_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
ADD_FILES = (
    "insert into orders_attachment (tenant_id, id, order_id, file_id, comment_id, kind, internal, added_by, at) "
    "select %s, f.id, %s, f.file_id, %s, %s, %s, %s, %s from unnest(%s::uuid[], %s::uuid[]) as f(id, file_id) "
    "on conflict do nothing"
)

TAGGED = "select 1 from orders_tag where order_id = %s and tag = %s"
# a relation seen from both of its ends
LINKED = (
    "select order_id, other_id, kind from orders_link where (order_id = %s and other_id = %s and kind = %s) "
    "or (order_id = %s and other_id = %s and kind = %s)"
)
OTHER_WAY = {"parent": "child", "child": "parent"}
# everybody above an order, itself included; a relation may be written from either end
ABOVE = (
    "with recursive above(id) as (select %s::uuid union select p.id from above a, lateral "
    "(select l.other_id as id from orders_link l where l.order_id = a.id and l.kind = 'parent' "
    "union all select l.order_id from orders_link l where l.other_id = a.id and l.kind = 'child') p) "
    "select 1 from above where id = %s"
)
# parents are linked one at a time in a company: two links made at once could close a circle that neither sees
ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('parents ' || %s, 0))"
MERGE_BETWEEN = (
    "select 1 from orders_reshape where kind = 'merge' and undone_at is null and ((order_id, other_id) = (%s, %s) "
    "or (other_id, order_id) = (%s, %s))"
)


def comment(work: Work, order_id: UUID, new: NewComment) -> CommentOut:
    """公开回复 or 内部备注. A comment needs no version: it overwrites nothing."""
    opened = open_order(work, order_id, "order.note" if new.internal else "order.comment")
    row, actor = opened.row, work.actor
    at = happened_at(work, new.occurred_at, row.opened_at)
    _check_mentioned(work, row, new)
    comment_id = work.new_id()
    person = actor.kind in ("person", "token")
    author = actor.id if person else None
    work.write(
        ADD_COMMENT,
        [
            row.tenant_id,
            comment_id,
            row.id,
            author,
            actor.kind,
            actor.name,
            new.internal,
            new.body,
            at,
            work.at,
        ],
    )
    if new.files:
        _add_files(work, row.id, list(new.files), comment_id=comment_id, kind="file", internal=new.internal)
    digest = hashlib.sha256(comment_id.bytes + new.body.encode()).hexdigest()
    data = {"comment_id": comment_id, "internal": new.internal, "digest": digest, "files": list(new.files)}
    if new.mentions:
        data["mentions"] = list(new.mentions)
        values = {"number": row.number, "title": row.title, "name": actor.name}
        notify.tell(work, list(new.mentions), "n_mentioned", values, order_id=row.id, dedupe=f"mention:{comment_id}")
    opened.record("commented", data, at)
    emit(
        work,
        OrderCommented(
            order_id=row.id,
            comment_id=comment_id,
            internal=new.internal,
            author_id=author,
            author_kind=actor.kind,
            assignee_id=row.assignee_id,
            occurred_at=at,
            mentions=list(new.mentions),
        ),
    )
    return CommentOut(comment_id, author, actor.kind, actor.name, new.internal, new.body, at)


def show(work: Work, order_id: UUID, comment_id: UUID, from_id: UUID) -> None:
    """Show a comment of order `from_id` on `order_id` too, for good: the customer of a merged order finds their own words again."""
    work.write(
        "insert into orders_shown (tenant_id, order_id, item_id, source_id, kind, from_id) values (%s, %s, %s, %s, 'comment', %s)",
        [work.actor.tenant_id, order_id, comment_id, comment_id, from_id],
    )


def _check_mentioned(work: Work, row: OrderRow, new: NewComment) -> None:
    """Who is mentioned can read it: is a person of the company who may see the order, and its notes if it is one."""
    if not new.mentions:
        return
    found = {a.id: a for a in account_queries.actors(work, list(new.mentions))}
    for user_id in new.mentions:
        person = found.get(user_id)
        if person is None:
            raise Invalid("unknown_reference", field="mentions")
        if not can(person, "order.view", row) or (new.internal and not can(person, "order.note", row)):
            raise Invalid("mention_unseen", field="mentions", name=person.name)


def _add_files(work: Work, order_id: UUID, files: list[UUID], *, comment_id: UUID | None, kind: str, internal: bool) -> None:
    require_attachable(work, files)
    ids = [work.new_id() for _ in files]
    work.write(
        ADD_FILES,
        [work.actor.tenant_id, order_id, comment_id, kind, internal, work.actor.id, work.at, ids, files],
    )


def attach(work: Work, order_id: UUID, new: AttachIn) -> Receipt:
    """添加附件: an uploaded file becomes part of the order; one that is there already changes nothing."""
    opened = open_order(work, order_id, "order.attach")
    if work.read("select 1 from orders_attachment where order_id = %s and file_id = %s", [order_id, new.file_id]):
        return receipt(opened.row, work.at)
    _add_files(work, opened.row.id, [new.file_id], comment_id=None, kind=new.kind, internal=new.internal)
    opened.record("attached", {"file_id": new.file_id, "kind": new.kind, "internal": new.internal}, work.at)
    return receipt(opened.row, work.at)


def detach(work: Work, order_id: UUID, file_id: UUID) -> Receipt:
    """移除附件: the link goes, the ledger keeps that it was there; the bytes stay until the sweep."""
    opened = open_order(work, order_id, "order.attach")
    work.write(
        "delete from orders_attachment where order_id = %s and file_id = %s",
        [order_id, file_id],
        expect=1,
        error=lambda: NotFound("not_found"),
    )
    opened.record("detached", {"file_id": file_id}, work.at)
    return receipt(opened.row, work.at)


def tag(work: Work, order_id: UUID, word: str) -> Receipt:
    """打标签; a tag that is there already changes nothing."""
    opened = open_order(work, order_id, "order.tag")
    if work.read(TAGGED, [order_id, word]):
        return receipt(opened.row, work.at)
    work.write(
        "insert into orders_tag (tenant_id, order_id, tag) values (%s, %s, %s) on conflict do nothing",
        [opened.row.tenant_id, order_id, word],
    )
    opened.record("tagged", {"tag": word}, work.at)
    emit(work, OrderTagged(order_id=order_id, tag=word, added=True))
    return receipt(opened.row, work.at)


def untag(work: Work, order_id: UUID, word: str) -> Receipt:
    """去标签; a tag that is not there changes nothing."""
    opened = open_order(work, order_id, "order.tag")
    if not work.read(TAGGED, [order_id, word]):
        return receipt(opened.row, work.at)
    work.write("delete from orders_tag where order_id = %s and tag = %s", [order_id, word])
    opened.record("untagged", {"tag": word}, work.at)
    emit(work, OrderTagged(order_id=order_id, tag=word, added=False))
    return receipt(opened.row, work.at)


def link(work: Work, order_id: UUID, new: LinkIn) -> Receipt:
    """关联: both orders must be visible to the actor. A relation that is there, from either end, is not made twice.

    Raises NotFound, NotAllowed, Invalid (itself, unknown), Conflict (parents in a circle).
    """
    opened = open_order(work, order_id, "order.link")
    if new.other_id == order_id:
        raise Invalid("link_self", field="other_id")
    other = work.one(
        "select assignee_id, created_by, team_id, org_unit_id, partner_id from orders_order where id = %s",
        [new.other_id],
    )
    if other is None or not can(work.actor, "order.view", Placed(*other)):
        raise Invalid("unknown_reference", field="other_id")
    if new.kind in OTHER_WAY:
        work.read(ONE_AT_A_TIME, [str(opened.row.tenant_id)])
        child, parent = (order_id, new.other_id) if new.kind == "parent" else (new.other_id, order_id)
        if work.read(ABOVE, [parent, child]):
            raise Conflict("link_loop", field="other_id")
    if _linked(work, order_id, new):
        return receipt(opened.row, work.at)
    work.write(
        "insert into orders_link (tenant_id, order_id, other_id, kind, at, added_by) values (%s, %s, %s, %s, %s, %s) "
        "on conflict do nothing",
        [opened.row.tenant_id, order_id, new.other_id, new.kind, work.at, work.actor.id],
    )
    opened.record("linked", {"other_id": new.other_id, "kind": new.kind}, work.at)
    return receipt(opened.row, work.at)


def unlink(work: Work, order_id: UUID, new: LinkIn) -> Receipt:
    """取消关联, from either end; a relation that is not there changes nothing."""
    opened = open_order(work, order_id, "order.link")
    found = _linked(work, order_id, new)
    if not found:
        return receipt(opened.row, work.at)
    if new.kind == "duplicate" and work.read(MERGE_BETWEEN, [order_id, new.other_id] * 2):
        raise Conflict("link_of_merge", field="other_id")
    for row in found:
        work.write("delete from orders_link where order_id = %s and other_id = %s and kind = %s", list(row))
    opened.record("unlinked", {"other_id": new.other_id, "kind": new.kind}, work.at)
    return receipt(opened.row, work.at)


def _linked(work: Work, order_id: UUID, new: LinkIn) -> list[Row]:
    back = OTHER_WAY.get(new.kind, new.kind)
    return work.read(LINKED, [order_id, new.other_id, new.kind, new.other_id, order_id, back])


def watch(work: Work, order_id: UUID) -> None:
    """关注: hear of this order. Not an event of the order."""
    opened = open_order(work, order_id, "order.watch")
    require(work.actor, "order.view", opened.row)
    work.write(
        "insert into orders_watcher (tenant_id, order_id, user_id, at) values (%s, %s, %s, %s) on conflict do nothing",
        [opened.row.tenant_id, order_id, work.actor.id, work.at],
    )


def unwatch(work: Work, order_id: UUID) -> None:
    """取消关注."""
    open_order(work, order_id, "order.watch")
    work.write("delete from orders_watcher where order_id = %s and user_id = %s", [order_id, work.actor.id])
