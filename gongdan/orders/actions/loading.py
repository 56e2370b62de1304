"""Opening an order for a verb: lock, version, permission, and the preloads of upper slices in the same round trip."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.engines.flows.engine import Token
from gongdan.kernel import hooks, messages
from gongdan.kernel.access import can, require
from gongdan.kernel.errors import Invalid, NotFound
from gongdan.kernel.pipeline import Row, Statement
from gongdan.kernel.work import Work
from gongdan.orders import reshaping
from gongdan.orders import statements as sql
from gongdan.orders.rows import OpenOrder, row_from, stale

SKEW = timedelta(minutes=2)
TOKENS = msgspec.json.Decoder(list[Token])


def lock_statements(order_id: UUID) -> list[Statement]:
    """The statements that open an order: its lock, then upper slices' preloads."""
    return [(sql.LOCK, [order_id]), *[p(order_id) for p in hooks.preloads("order").values()]]


def preload(params: dict[str, str], _: object = None) -> list[Statement]:
    """For routes: open the order of the path in the round trip that authenticates."""
    try:
        return lock_statements(UUID(params["order_id"]))
    except ValueError:
        raise Invalid("invalid_value", field="order_id", reason="UUID") from None


def open_order(work: Work, order_id: UUID, action: str, version: int | None = None, **mine: Any) -> OpenOrder:
    """Lock an order for `action`. Raises NotFound, NotAllowed, Conflict (stale version, both sides shown; merged into another)."""
    already = work.pending.get(order_id) or work.loaded.get(("order", order_id))
    if already is not None:
        return cast("OpenOrder", already)
    rows = work.loaded.pop("preload", None) or work.batch(lock_statements(order_id))
    found = _opened(work, rows)
    if found is None or not can(work.actor, "order.view", found.row):
        raise NotFound("not_found")
    require(work.actor, action, found.row, view="order.view")
    gone = reshaping.merged_away(work, found.row)
    if gone is not None:
        raise reshaping.conflict(gone, [explain(gone)])
    if version is not None and version != found.row.version:
        raise stale(mine, found.row, list(mine))
    work.loaded[("order", order_id)] = found
    return found


def open_both(work: Work, order_ids: tuple[UUID, UUID]) -> tuple[OpenOrder | None, OpenOrder | None]:
    """Lock two orders, the smaller id first whoever asks: people who lock the same two wait for each other and never in a circle.

    None for one that is not there or not visible. The caller asks for permission and version.
    """
    statements = {order_id: lock_statements(order_id) for order_id in sorted(order_ids)}
    rows = work.batch([s for of_one in statements.values() for s in of_one])
    found: dict[UUID, OpenOrder | None] = {}
    for order_id, of_one in statements.items():
        opened = _opened(work, rows[: len(of_one)])
        rows = rows[len(of_one) :]
        if opened is not None and not can(work.actor, "order.view", opened.row):
            opened = None
        if opened is not None:
            work.loaded[("order", order_id)] = opened
        found[order_id] = opened
    return found[order_ids[0]], found[order_ids[1]]


def explain(blocker: hooks.Blocker) -> dict[str, Any]:
    """A blocker for people: code, both languages, where to mend it."""
    return {
        "code": blocker.code,
        "zh": messages.text(blocker.code, "zh", blocker.values),
        "en": messages.text(blocker.code, "en", blocker.values),
        "link": blocker.link,
    }


def _opened(work: Work, rows: list[list[Row]]) -> OpenOrder | None:
    if not rows or not rows[0]:
        return None
    values = rows[0][0]
    row = row_from(values)
    for key, result in zip(hooks.preloads("order"), rows[1:], strict=True):
        work.loaded[(key, row.id)] = result
    tokens = TOKENS.decode(values[len(sql.COLUMNS)])
    return OpenOrder(work, row, blueprint_queries.version(work, row.blueprint_version_id), tokens, new=False)


def happened_at(work: Work, asked: datetime | None, after: datetime | None = None) -> datetime:
    """When a fact happened: now, or what an actor with `order.backdate` says. Raises Invalid, NotAllowed.

    Nobody else may date a fact before `after` (the order's opening); real logs, which replay tells as they are, do.
    """
    if asked is None:
        return work.at
    if asked.tzinfo is None:
        raise Invalid("invalid_value", field="occurred_at", reason="zone")
    if asked > work.at + SKEW:
        raise Invalid("in_future", field="occurred_at")
    if asked < work.at - SKEW:
        require(work.actor, "order.backdate")
    if after is not None and asked < after and not can(work.actor, "order.backdate"):
        raise Invalid("event_backdated", field="occurred_at", occurred_at=asked.isoformat())
    return asked
