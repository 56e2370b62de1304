"""Opening an order for a verb: lock, version, permission, and the preloads of upper slices in the same round trip."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.engines.flows.engine import Token
from gongdan.kernel import hooks
from gongdan.kernel.access import can, require
from gongdan.kernel.errors import Invalid, NotFound
from gongdan.kernel.pipeline import Row, Statement
from gongdan.kernel.work import Work
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
    """Lock an order for `action`. Raises NotFound, NotAllowed, Conflict (stale version, both sides shown)."""
    already = work.pending.get(order_id) or work.loaded.get(("order", order_id))
    if already is not None:
        return cast("OpenOrder", already)
    rows = work.loaded.pop("preload", None) or work.batch(lock_statements(order_id))
    found = _opened(work, rows)
    if found is None or not can(work.actor, "order.view", found.row):
        raise NotFound("not_found")
    require(work.actor, action, found.row, view="order.view")
    if version is not None and version != found.row.version:
        raise stale(mine, found.row, list(mine))
    work.loaded[("order", order_id)] = found
    return found


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
