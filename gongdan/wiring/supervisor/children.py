"""Processes the supervisor keeps alive and takes with it when it ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10
SERVER_PID = "GONGDAN_SERVER_PID"


def say(text: str) -> None:
    """A line for the person who started us; nothing when that person is gone (a closed terminal, `| head`)."""
    with contextlib.suppress(OSError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


class Child:
    """A process we keep alive, with everything it starts: it leads a process group of its own."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.failures = 0

    def start(self) -> None:
        """Start it so that it ends with us, even when we are killed."""
        self.process = subprocess.Popen(  # noqa: S603 – fixed commands, no shell
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        self.started = time.monotonic()

    def keep(self) -> None:
        """Start it again when it has ended; slower when it keeps failing at once."""
        if self.process is None or self.process.poll() is None:
            return
        kill_group(self.process.pid)
        quick = time.monotonic() - self.started < 5
        self.failures = self.failures + 1 if quick else 0
        if time.monotonic() - self.started >= min(self.failures * 0.5, 5):
            say(f"[{self.name}] ended {_how(self.process.returncode)}; starting it again")
            self.start()

    def stop(self) -> None:
        """Ask it to end, again each second (a process that is still starting may miss it); insist after GRACE_SECONDS."""
        if self.process is None:
            return
        for _ in range(GRACE_SECONDS):
            if self.process.poll() is not None:
                break
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
        kill_group(self.process.pid)
        self.process.wait(5)


def _how(status: int) -> str:
    if status < 0:
        return f"by {signal.Signals(-status).name}"
    return f"with status {status}"


def kill_group(leader: int) -> None:
    """End what a process has left behind: granian's workers outlive a killed granian and would go on sharing its port."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def die_with_parent() -> None:
    """Linux: get SIGKILL when the parent dies (prctl(2), PR_SET_PDEATHSIG).

    Not SIGTERM: it comes once, and a process that is still starting misses it and stays for ever. Every process of ours may be
    killed at any time without loss.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def die_with_server() -> None:
    """For a process that granian has started: end with the granian that `serve` or `live` became."""
    server = os.environ.get(SERVER_PID)
    if server is None or os.getpid() == int(server):
        return
    die_with_parent()
    if os.getppid() != int(server):  # it died before we asked
        os.kill(os.getpid(), signal.SIGKILL)
