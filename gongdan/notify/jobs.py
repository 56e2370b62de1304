"""Background work of notify."""

from __future__ import annotations

from datetime import datetime

from gongdan.kernel.jobs import duty
from gongdan.notify import sending

ROUNDS = 4


@duty("notify.send", 1)
def send(at: datetime) -> None:
    """Send queued messages; a few batches at most, so that jobs have their turn."""
    for _ in range(ROUNDS):
        if sending.send_batch(at) < sending.BATCH:
            return
