"""Named points at which the reliability rig may stop, slow or kill a process.

Inert unless the environment names a point: GONGDAN_FAULT="before_commit:kill:0.01". Tests use it to show that
nothing acknowledged is lost; production never sets it.
"""

from __future__ import annotations

import os
import random
import signal
import time

_SPEC = os.environ.get("GONGDAN_FAULT", "")


def point(name: str) -> None:
    """Act when the environment asks for a fault at `name`."""
    if _SPEC:
        _act(name)


def _act(name: str) -> None:
    for part in _SPEC.split(","):
        at, action, amount = part.split(":")
        if at != name:
            continue
        if action == "kill" and random.random() < float(amount):  # noqa: S311 – chance, not secrecy
            os.kill(os.getpid(), signal.SIGKILL)
        if action == "sleep":
            time.sleep(float(amount))
