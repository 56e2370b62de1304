"""Facts and who hears them.

A fact is a frozen struct declared with `@fact("order.assigned", version=1)`. Slices emit; `wiring/reactions.py` is the only
place that says who listens: `now` (same transaction) or `later` (a job in the same commit).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import msgspec

from gongdan.kernel.work import Work

Reaction = Callable[[Work, Any], None]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of past facts: ids and plain values only."""

    event_type: ClassVar[str] = ""
    event_version: ClassVar[int] = 0


F = TypeVar("F", bound=type[Fact])
_FACTS: dict[str, type[Fact]] = {}
_NOW: dict[str, list[Reaction]] = {}
_LATER: dict[str, list[str]] = {}


def fact(name: str, *, version: int = 1) -> Callable[[F], F]:
    """Register a fact's stable name and schema version."""

    def register(cls: F) -> F:
        if name in _FACTS and _FACTS[name].__qualname__ != cls.__qualname__:
            raise ValueError(f"fact {name!r} is registered twice")
        cls.event_type = name
        cls.event_version = version
        _FACTS[name] = cls
        return cls

    return register


def react_now(name: str, *reactions: Reaction) -> None:
    """Run `reactions` inside the transaction that emits `name`, in this order."""
    _NOW.setdefault(name, []).extend(r for r in reactions if r not in _NOW.get(name, []))


def react_later(name: str, *job_kinds: str) -> None:
    """Add one job per kind, in the same commit; its argument is the fact as plain data."""
    _LATER.setdefault(name, []).extend(k for k in job_kinds if k not in _LATER.get(name, []))


def emit(work: Work, happened: Fact) -> None:
    """Announce a fact to its listeners. The order on the reactions page is the order of running."""
    name = happened.event_type
    for reaction in _NOW.get(name, ()):
        reaction(work, happened)
    kinds = _LATER.get(name)
    if kinds:
        args = msgspec.to_builtins(happened)
        for kind in kinds:
            work.defer(kind, args)


def registry() -> dict[str, type[Fact]]:
    """All registered facts by name."""
    return dict(_FACTS)


def listeners() -> dict[str, dict[str, list[str]]]:
    """Who hears what, for docs/generated/events.md."""
    return {
        name: {
            "now": [f"{r.__module__}.{r.__qualname__}" for r in _NOW.get(name, [])],
            "later": list(_LATER.get(name, [])),
        }
        for name in sorted(_FACTS)
    }
