"""Reads of files. Upper slices say whether a person may read a file because of where it hangs."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from gongdan.files.models import File
from gongdan.kernel.errors import NotAllowed, NotFound
from gongdan.kernel.work import Work

_OWNERS: list[Callable[[Work, UUID], bool]] = []


def add_owner_check(check: Callable[[Work, UUID], bool]) -> None:
    """Let an upper slice vouch for a reader of files that hang on its objects."""
    if check not in _OWNERS:
        _OWNERS.append(check)


def readable(work: Work, file_id: UUID) -> File:
    """A file the actor may read: their own, or one an object they may see carries. Raises NotFound, NotAllowed."""
    found = File.objects.filter(id=file_id).first()
    if found is None or not (found.created_by == work.actor.id or any(check(work, file_id) for check in _OWNERS)):
        raise NotFound("not_found")
    if found.state == "quarantined":
        raise NotAllowed("file_quarantined")
    return found
