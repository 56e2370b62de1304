"""What upper slices may add to a lower slice's verbs, registered by `wiring` at start.

`preloads`: statements that ride in the first round trip of a verb on an object, so that upper slices need no trip of
their own. `guards`: questions that may block a verb; each blocker says why, in a code with values and a link.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.messages import Words
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work


class Blocker(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a verb cannot go on: message code, its values, and where to mend it."""

    code: str
    values: dict[str, str | Words] = {}
    link: str = ""


Guard = Callable[[Work, Any], list[Blocker]]
Preload = Callable[[UUID], Statement]
_GUARDS: dict[str, list[Guard]] = {}
_PRELOADS: dict[str, dict[str, Preload]] = {}


def add_guard(verb: str, guard: Guard) -> None:
    """Let `guard` block `verb` ("order.complete")."""
    known = _GUARDS.setdefault(verb, [])
    if guard not in known:
        known.append(guard)


def blockers(verb: str, work: Work, obj: Any) -> list[Blocker]:
    """Everything that blocks `verb` on `obj` now."""
    return [b for guard in _GUARDS.get(verb, ()) for b in guard(work, obj)]


def add_preload(kind: str, key: str, preload: Preload) -> None:
    """Send `preload(object_id)` along when an object of `kind` is loaded for a verb; rows land in work.loaded[key]."""
    _PRELOADS.setdefault(kind, {})[key] = preload


def preloads(kind: str) -> dict[str, Preload]:
    """The registered preloads of `kind`."""
    return _PRELOADS.get(kind, {})


def guards() -> dict[str, list[str]]:
    """Which guards watch which verbs, for the docs."""
    return {v: [f"{g.__module__}.{g.__qualname__}" for g in gs] for v, gs in sorted(_GUARDS.items())}
