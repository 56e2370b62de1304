"""Background work of SLA: the sweep that turns due clocks red."""

from __future__ import annotations

from datetime import datetime

from gongdan.kernel.jobs import duty
from gongdan.kernel.work import raw_connection, transaction_scope


@duty("sla.sweep", 5)
def sweep(at: datetime) -> None:
    """Mark orders whose next deadline has passed or come near; one indexed statement, safe to repeat."""
    with transaction_scope():
        raw_connection().execute("select mark_due_orders(%s, 500)", [at])
