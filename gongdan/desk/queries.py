"""Reads of desk; the first argument is the work, whose actor is asked for permission."""

from __future__ import annotations

from typing import Any

import msgspec

from gongdan.accounts import queries as accounts
from gongdan.assets import queries as assets
from gongdan.customers import queries as customers
from gongdan.desk.schemas import Found, PaletteOut, PreferenceOut
from gongdan.kernel.pipeline import Row, Statement
from gongdan.kernel.work import Work
from gongdan.orders import finding

MOST = 6  # of each kind: a palette is read at a glance


def preferences(work: Work) -> list[PreferenceOut]:
    """The actor's own preferences, at most as many as one may keep (actions.MOST_KEYS)."""
    rows = work.read("select key, value, version, updated_at from desk_preference where user_id = %s order by key", [work.actor.id])
    return [PreferenceOut(key, msgspec.json.decode(value), version, at) for key, value, version, at in rows]


def palette(work: Work, text: str) -> PaletteOut:
    """What the actor may see of what was typed, all kinds in one round trip. Raises Invalid for a text that is too long."""
    branches: list[tuple[str, Statement]] = []
    for kind, statement in (
        ("order", finding.palette(work, text, MOST)),
        ("customer", customers.palette(work, text, MOST)),
        ("contact", customers.palette_contacts(work, text, MOST)),
        ("asset", assets.palette(work, text, MOST)),
        ("person", accounts.palette(work, text, MOST)),
    ):
        if statement is not None:
            branches.append((kind, statement))
    if not branches:
        return PaletteOut([], [])
    answers = dict(zip((kind for kind, _ in branches), work.batch([s for _, s in branches]), strict=True))
    orders: list[dict[str, Any]] = [msgspec.json.decode(row[0]) for row in answers.pop("order", [])]
    return PaletteOut(orders, [_found(kind, row) for kind, rows in answers.items() for row in rows])


def _found(kind: str, row: Row) -> Found:
    return Found(kind, row[0], row[1], row[2] or "", row[3])
