"""What keeps a start from beginning, each told in one sentence (issue 2: a busy port, a folder without rights, a full disk …)."""

from __future__ import annotations

import fcntl
import json
import shutil
import socket
from pathlib import Path
from typing import TextIO

LEAST_FREE = 512 * 1024 * 1024


class Refused(Exception):
    """We cannot start; the message is one clear sentence."""


def take_lock(data: Path) -> TextIO:
    """One supervisor per data folder: the lock is held as long as the returned file is open. Raises Refused."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "supervisor.lock").open("a+")
    except PermissionError:
        raise Refused(
            f"The data folder {data} cannot be written: choose another with --data. 数据目录不可写，请用 --data 指定。"
        ) from None
    except (NotADirectoryError, FileExistsError):
        raise Refused(f"{data} is not a folder: choose another with --data. 请用 --data 指定一个目录。") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Refused(f"Gongdan is already running on {data}{_where(data)}. 该数据目录上已有实例在运行。") from None
    if shutil.disk_usage(data).free < LEAST_FREE:
        lock.close()
        raise Refused(f"Less than 512 MB are free on the disk of {data}. 磁盘剩余空间不足 512 MB。")
    return lock


def _where(data: Path) -> str:
    """The address of the supervisor that runs; nothing while it is still starting."""
    try:
        return f" at http://127.0.0.1:{json.loads((data / 'supervisor.json').read_text())['port']}"
    except (OSError, ValueError, KeyError):
        return ""


def check_port(port: int) -> None:
    """granian would silently share a taken port (SO_REUSEPORT), so ask with a plain bind first. Raises Refused.

    SO_REUSEADDR lets us pass what an earlier run left in TIME_WAIT; a listener still refuses us.
    """
    if not 1 <= port <= 65534:  # the live process takes the one above
        raise Refused("--port must be between 1 and 65534. --port 须在 1 到 65534 之间。")
    for number in (port, port + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
                probe.listen()
            except PermissionError:
                raise Refused(
                    f"Port {number} needs more rights than this user has: choose one from 1024 on with --port. "
                    f"当前用户无权使用端口 {number}，请用 --port 指定 1024 以上的端口。"
                ) from None
            except OSError:
                raise Refused(
                    f"Port {number} is in use: choose another with --port. 端口 {number} 已被占用，请用 --port 指定。"
                ) from None
