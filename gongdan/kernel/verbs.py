"""The registry of verbs that automation, bulk edit and outside agents may call on an order; each slice offers its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.work import Work


def _nothing(_: Any) -> dict[str, Any]:
    return {}


class Verb(msgspec.Struct, frozen=True):
    """A callable verb: its action (work, order, version or None, arguments), the struct of its arguments, and what to know of it.

    `needs`: permissions for given arguments. `emits`: facts it causes. `sets`: values of the order known afterwards
    (they let the loop finder see that a rule cannot trigger another); those of the fact are `fact.<name>`. `automatic`: rules may
    say it. `again`: said a second time it causes facts again; else it changes nothing.
    """

    action: Callable[[Work, UUID, int | None, Any], Any]
    args: type
    label: tuple[str, str] = ("", "")
    needs: Callable[[Any], tuple[str, ...]] = lambda _: ()
    emits: tuple[str, ...] = ()
    sets: Callable[[Any], dict[str, Any]] = _nothing
    automatic: bool = True
    again: bool = True


_OFFERED: dict[str, Verb] = {}


def offer(verbs: Mapping[str, Verb]) -> None:
    """Add verbs by key. Raises ValueError when a key is taken by another."""
    for key, verb in verbs.items():
        if _OFFERED.get(key, verb) is not verb:
            raise ValueError(f"verb {key!r} is offered twice")
        _OFFERED[key] = verb


def offered() -> dict[str, Verb]:
    """All verbs by key."""
    return dict(_OFFERED)
