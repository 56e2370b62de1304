"""Background work of notify."""

from __future__ import annotations

from datetime import datetime

from gongdan.kernel.jobs import duty
from gongdan.notify import actions


@duty("notify.send", 1)
def send(at: datetime) -> None:
    """Send queued messages."""
    while actions.send_batch(at) == actions.BATCH:
        pass
