"""The declared permissions: an undefined name is an error, and every one has words in both languages."""

from __future__ import annotations

from collections.abc import Mapping

_DECLARED: dict[str, tuple[str, str]] = {}


def declare(entries: Mapping[str, tuple[str, str]]) -> None:
    """Add permissions {name: (zh, en)}."""
    _DECLARED.update(entries)


def declared() -> dict[str, tuple[str, str]]:
    """All permissions known, by name."""
    return dict(sorted(_DECLARED.items()))
