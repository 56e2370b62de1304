"""Background work of files."""

from __future__ import annotations

from datetime import datetime

from gongdan.files import actions
from gongdan.kernel.jobs import duty


@duty("files.sweep", 3600)
def sweep(at: datetime) -> None:
    """Remove what nobody attached."""
    actions.sweep(at)
