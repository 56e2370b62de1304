"""Background work of the simulator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongdan.kernel.jobs import handles
from gongdan.kernel.work import Work
from gongdan.simulator import lessons


@handles(lessons.JOB)
def reply(work: Work, args: dict[str, Any]) -> None:
    """The simulated customer of a lesson answers. Safe to repeat: whoever had the last word is silent."""
    lessons.reply(work, UUID(args["order_id"]))
