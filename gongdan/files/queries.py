"""Reads of files. Upper slices say whether a person may read a file because of where it hangs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from gongdan.files.models import File, Part
from gongdan.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from gongdan.kernel.work import Work

OwnerCheck = Callable[[Work, UUID], bool | None]
_OWNERS: list[OwnerCheck] = []


def add_owner_check(check: OwnerCheck) -> None:
    """Let an upper slice decide about files that hang on its objects: True or False, None when a file hangs on none."""
    if check not in _OWNERS:
        _OWNERS.append(check)


def may_read(work: Work, file: File) -> bool:
    """A file that hangs somewhere is readable by whom its owner lets; one that hangs nowhere by its maker only."""
    said = [v for v in (check(work, file.id) for check in _OWNERS) if v is not None]
    return any(said) if said else file.created_by == work.actor.id


def visible(work: Work, file_id: UUID) -> File:
    """A file whose facts the actor may see. Raises NotFound."""
    found = File.objects.filter(id=file_id).first()
    if found is None or not may_read(work, found):
        raise NotFound("not_found")
    return found


def readable(work: Work, file_id: UUID) -> File:
    """A file whose bytes the actor may have. Raises NotFound, NotAllowed (quarantined), Conflict (still arriving)."""
    found = visible(work, file_id)
    if found.state == "quarantined":
        raise NotAllowed("file_quarantined")
    if found.state == "uploading":
        raise Conflict("file_unfinished")
    return found


def require_attachable(work: Work, file_ids: Sequence[UUID], field: str = "files") -> None:
    """Refuse files the actor could not read: whoever hangs a file on an object they see would read it there.

    Raises Invalid naming `field`. Parts of the system carry what people gave them and are not asked.
    """
    if not file_ids or work.actor.kind == "system":
        return
    found = {f.id: f for f in File.objects.filter(id__in=list(file_ids)).exclude(state="uploading")}
    if any(i not in found or not may_read(work, found[i]) for i in file_ids):
        raise Invalid("file_not_yours", field=field)


def received(work: Work, file_id: UUID) -> list[int]:
    """The numbers of the parts that have arrived, so that a client sends only the others."""
    return list(
        Part.objects.filter(tenant_id=work.actor.tenant_id, file_id=file_id).order_by("number").values_list("number", flat=True)
    )
