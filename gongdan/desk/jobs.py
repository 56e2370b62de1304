"""Background entry points of desk; each is safe to repeat."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.desk import sending
from gongdan.kernel.access import Actor
from gongdan.kernel.jobs import handles
from gongdan.kernel.work import Work


@handles("desk.send")
def send_held(work: Work, args: dict[str, Any]) -> None:
    """Send a held message whose time has come."""
    sending.deliver(work, Work(work.raw, msgspec.convert(args["actor"], Actor), work.at), UUID(args["id"]))
