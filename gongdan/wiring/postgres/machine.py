"""What a cluster asks of the machine: an account, rights on folders, private files, a free port."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import socket
import time
from pathlib import Path

ACCOUNTS = ("postgres", "nobody", "daemon")


class ClusterError(Exception):
    """The server could not be made or started; the message is one sentence for people."""


def account() -> pwd.struct_passwd | None:
    """The unprivileged account to run as when we are root; None otherwise."""
    if os.getuid() != 0:
        return None
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ClusterError("No unprivileged account to run PostgreSQL as was found; run as an ordinary user.")


def reachable(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` may pass through every folder down to `path` (or to its nearest existing parent)."""
    for folder in [path, *path.parents]:
        if not folder.exists():
            continue
        stat = folder.stat()
        mode = stat.st_mode
        if not (mode & 0o001 or (stat.st_uid == user.pw_uid and mode & 0o100) or (stat.st_gid == user.pw_gid and mode & 0o010)):
            return False
    return True


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, in one step."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    temporary.replace(path)


def free_port(wanted: int) -> int:
    """`wanted` when it is free on loopback, else any free port. Raises ClusterError."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
            try:
                probe.bind(("127.0.0.1", port))
                probe.listen()
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ClusterError("no free port on 127.0.0.1")


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def end_left_behind(folder: Path) -> None:
    """End the processes of a server on a data folder whose postmaster was killed; those of one that lives are left alone.

    A server's process ends by itself once it sees that the postmaster is gone. One that waits for a lock of a killed neighbour
    never looks: it keeps the old shared memory, and no server starts on the folder until it is gone. What it has acknowledged is
    on disk.
    """
    deadline = time.monotonic() + 5
    while (left := _orphans(folder.resolve())) and time.monotonic() < deadline:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _orphans(folder: Path) -> list[int]:
    """Server processes at work in a folder (a postmaster's own title is its command) whose parent is none of them."""
    parents: dict[int, int] = {}
    titled = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if not entry.name.isdigit() or (entry / "comm").read_text() != "postgres\n" or (entry / "cwd").readlink() != folder:
                continue
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if (entry / "cmdline").read_bytes().startswith(b"postgres: "):
                titled.append(int(entry.name))
    return [pid for pid in titled if parents[pid] not in parents and lives(pid)]
