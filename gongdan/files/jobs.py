"""Background work of files."""

from __future__ import annotations

from datetime import datetime

from gongdan.files import actions
from gongdan.kernel.jobs import duty


@duty("files.sweep", 3_600)
def sweep(at: datetime) -> None:
    """Remove what nobody attached and what never arrived."""
    actions.sweep(at)


@duty("files.sweep_bytes", 86_400)
def sweep_bytes(at: datetime) -> None:
    """Remove bytes without a row."""
    actions.sweep_bytes(at)
