"""Background work of onboarding."""

from __future__ import annotations

from typing import Any

from gongdan.kernel.jobs import handles
from gongdan.kernel.work import Work
from gongdan.onboarding import actions


@handles("onboarding.fill")
def fill(work: Work, args: dict[str, Any]) -> None:
    """One step of the sample data; a step that was done already changes nothing."""
    actions.fill(work, int(args["step"]))
