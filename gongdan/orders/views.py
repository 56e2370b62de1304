"""Saved views and the event feed of an actor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from gongdan.kernel.access import require, visible_sql
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.orders.listing import SORTS, scope
from gongdan.orders.models import SavedView
from gongdan.orders.schemas import Look, ViewEdit, ViewIn, ViewOut


def _visible(work: Work) -> QuerySet[SavedView]:
    actor = work.actor
    return SavedView.objects.filter(Q(owner_id=actor.id) | Q(scope="global") | Q(scope="team", team_id__in=list(actor.team_ids)))


def _out(view: SavedView) -> ViewOut:
    return ViewOut(
        view.id,
        view.name,
        view.scope,
        view.owner_id,
        view.team_id,
        view.filters,
        view.sort,
        view.columns,
        msgspec.convert(view.look, Look),
        view.version,
    )


def mine(work: Work) -> list[ViewOut]:
    """My views, my teams' and the global ones; at most 500."""
    return [_out(v) for v in _visible(work).order_by("scope", "name", "id")[:500]]


def one(work: Work, view_id: UUID) -> ViewOut:
    """One view. Raises NotFound."""
    found = _visible(work).filter(id=view_id).first()
    if found is None:
        raise NotFound("not_found")
    return _out(found)


def _check(work: Work, new: ViewIn) -> None:
    scope(work, new.filters)
    if new.sort not in SORTS:
        raise Invalid("sort_unknown", field="sort", sort=new.sort)
    if new.scope != "personal":
        require(work.actor, "order.share_view")
    if new.scope == "team" and new.team_id is None:
        raise Invalid("invalid_value", field="team_id", reason="UUID")


def save(work: Work, new: ViewIn) -> ViewOut:
    """Save a view. Raises Invalid for unknown filters; sharing needs order.share_view."""
    _check(work, new)
    if new.id is not None and SavedView.objects.filter(id=new.id).exists():
        raise Conflict("already_exists", field="id")
    view = SavedView.objects.create(
        id=new.id or work.new_id(),
        tenant_id=work.actor.tenant_id,
        owner_id=work.actor.id,
        team_id=new.team_id,
        name=new.name,
        scope=new.scope,
        filters=new.filters,
        sort=new.sort,
        columns=new.columns,
        look=msgspec.to_builtins(new.look),
        updated_at=work.at,
    )
    return _out(view)


def _own(work: Work, view_id: UUID) -> SavedView:
    view = _visible(work).select_for_update().filter(id=view_id).first()
    if view is None:
        raise NotFound("not_found")
    if view.owner_id != work.actor.id:
        require(work.actor, "order.share_view")
    return view


def change(work: Work, view_id: UUID, version: int, change: ViewEdit) -> ViewOut:
    """Change what is given of a view. Raises Conflict on a stale version."""
    given = {f: v for f in change.__struct_fields__ if (v := getattr(change, f)) is not msgspec.UNSET}
    view = _own(work, view_id)
    kept = {f: getattr(view, f) for f in ViewEdit.__struct_fields__}
    kept["look"] = msgspec.convert(view.look, Look)
    if view.version != version:
        theirs = {f: kept[f] for f in given}
        raise Conflict("stale_version", extra=msgspec.to_builtins({"mine": given, "theirs": theirs, "version": view.version}))
    _check(work, ViewIn(**{**kept, **given}))
    for name, value in given.items():
        setattr(view, name, msgspec.to_builtins(value) if name == "look" else value)
    view.version += 1
    view.updated_at = work.at
    view.save()
    return _out(view)


def delete(work: Work, view_id: UUID) -> None:
    """Delete a view."""
    _own(work, view_id).delete()


def feed(work: Work, after: str) -> tuple[str, list[tuple[Any, ...]]]:
    """What happened to orders the actor may see, since a position: (next position, [(order_id, type, seq)])."""
    if not after:
        row = work.one("select (pg_snapshot_xmin(pg_current_snapshot()))::text")
        return f"{row[0] if row else 0}.{UUID(int=0)}", []
    xid, _, text = after.partition(".")
    try:
        event_id = UUID(text)
    except ValueError:
        raise Invalid("invalid_cursor", field="after") from None
    if not xid.isascii() or not xid.isdigit() or len(xid) > 19:
        raise Invalid("invalid_cursor", field="after")
    rows = work.read("select xid, id, order_id, type, seq from order_feed(%s, %s, 500)", [xid, event_id])
    if not rows:
        return after, []
    visible, params = visible_sql(work.actor, "order.view", "o")
    seen = {
        r[0]
        for r in work.read(
            f"select o.id from orders_order o where o.id = any(%s) and {visible}",
            [list({r[2] for r in rows}), *params],
        )
    }
    return f"{rows[-1][0]}.{rows[-1][1]}", [(r[2], r[3], r[4]) for r in rows if r[2] in seen]
