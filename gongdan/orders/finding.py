"""Orders for the palette: by number as people say it, phone tail or words; those that may be seen."""

from __future__ import annotations

import unicodedata

from gongdan.kernel.access import can, relations
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work
from gongdan.orders.filters import NUMBER, NUMBER_PLACES, SEARCH_MOST, search_condition
from gongdan.orders.listing import JOINS, ROW_SQL, scope

ENOUGH = 100  # candidates to show six of, where none of them is hidden


def palette(work: Work, text: str, most: int) -> Statement | None:
    """Rows of the work list as JSON texts: an order whose number was typed first, then open ones, newest first.

    None when nothing was typed or the actor sees no order. Raises Invalid for a text that is too long.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text or not can(work.actor, "order.view"):
        return None
    everything = "all" in relations(work.actor, "order.view")
    within = scope(work, {}, [search_condition(work.actor, text, ENOUGH if everything else SEARCH_MOST)])
    number = NUMBER.fullmatch(text.upper())
    ending = f"-{number[2].zfill(NUMBER_PLACES)}" if number else ""
    by = "(%s <> '' and right(o.number, length(%s)) = %s) desc, (o.family < 4) desc, o.id desc"
    sql = (
        f"with p as materialized (select o.* from orders_order o where {within.sql} order by {by} limit %s) "
        f"select {ROW_SQL}::text from p o {JOINS} order by {by}"
    )
    return sql, [*within.params, ending, ending, ending, most, ending, ending, ending]
