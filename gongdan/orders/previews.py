"""What a merge or a split would do, before anybody does it. Reads only, locks nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel.access import require
from gongdan.kernel.errors import Invalid, NotFound
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work
from gongdan.orders import reshaping
from gongdan.orders import statements as sql
from gongdan.orders.actions.loading import TOKENS, explain
from gongdan.orders.actions.splitting import new_order
from gongdan.orders.detail import ORDER, detail, masked
from gongdan.orders.reshaping import said
from gongdan.orders.rows import OpenOrder, row_from
from gongdan.orders.schemas import SplitIn

COUNTS = (
    "select (select count(*) from orders_comment c where c.order_id = %s), "
    "(select count(*) from orders_attachment a where a.order_id = %s)"
)


def _opened(work: Work, order_id: UUID, action: str) -> OpenOrder:
    """An order as a verb would find it, not locked. Raises NotFound, NotAllowed."""
    values = work.one(ORDER, [order_id])
    if values is None:
        raise NotFound("not_found")
    row = row_from(values)
    require(work.actor, action, row, view="order.view")
    tokens = TOKENS.decode(values[len(sql.COLUMNS)])
    return OpenOrder(work, row, blueprint_queries.version(work, row.blueprint_version_id), tokens, new=False)


def merge(work: Work, order_id: UUID, into: UUID) -> dict[str, Any]:
    """Both orders whole, what forbids the merge, what does not fit, and what it does.

    Raises NotFound (the duplicate), Invalid naming `into` (itself, unknown or not visible), NotAllowed.
    """
    reshaping.same_id(order_id, into)
    gone = _opened(work, order_id, "order.merge")
    try:
        stays = _opened(work, into, "order.merge")
    except NotFound:
        raise Invalid("unknown_reference", field="into") from None
    left, right = detail(work, order_id), detail(work, into)
    comments, files = work.read(COUNTS, [order_id, order_id])[0]
    one, two = gone.row.number, stays.row.number
    end = gone.blueprint.states[reshaping.end_state(gone.blueprint, gone.row.state)].label
    effects = [
        said("merge_shows", number=one, into=two, comments=comments, files=files),
        said(
            "merge_unites",
            into=two,
            tags=len(set(left["tags"]) - set(right["tags"])),
            watchers=len(set(left["watchers"]) - set(right["watchers"])),
        ),
        said("merge_ends", number=one, state=Words(end.zh, end.en)),
        said("merge_follows", into=two),
        said("reshape_undo", days=reshaping.UNDO.days),
    ]
    return {
        "order": left,
        "into": right,
        "blockers": [explain(b) for b in reshaping.refusals(work, gone, stays)],
        "warnings": reshaping.differences(gone, stays),
        "effects": effects,
        "undo_until": work.at + reshaping.UNDO,
    }


def split(work: Work, order_id: UUID, blueprint: str) -> dict[str, Any]:
    """The order whole, and the new one as it would be when nothing else is said.

    Raises NotFound, NotAllowed, Invalid (blueprint).
    """
    opened = _opened(work, order_id, "order.split")
    key = blueprint or opened.row.blueprint_key
    try:
        _, compiled = blueprint_queries.current(work, key)
    except NotFound:
        raise Invalid("unknown_reference", field="blueprint") from None
    new = new_order(work, opened.row, SplitIn(title="?", blueprint=key))
    shown = {k: v for k, v in msgspec.structs.asdict(new).items() if k in COPIED}
    name = compiled.document.name
    return {
        "order": detail(work, order_id),
        "new": masked(work.actor, {**shown, "title": "", "form": compiled.document.form}),
        "effects": [
            said("split_makes", number=opened.row.number, blueprint=Words(name.zh, name.en)),
            said("split_shows"),
            said("reshape_undo", days=reshaping.UNDO.days),
        ],
        "undo_until": work.at + reshaping.UNDO,
    }


COPIED = (
    "blueprint", "description", "priority", "team", "customer_id", "contact_id", "site_id", "asset_id", "contact_name",
    "contact_phone", "address", "fields",
)  # fmt: skip
