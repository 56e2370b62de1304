"""Commands that start and check processes."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType

import psycopg


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def up(options: argparse.Namespace) -> int:
    """Start everything under the supervisor."""
    supervisor = import_module("gongdan.wiring.supervisor.run")
    status: int = supervisor.run(options)
    return status


def serve(options: argparse.Namespace) -> int:
    """Become the web process. Threads wait for PostgreSQL half of their time; more of them only fight for the interpreter."""
    threads = os.environ.get("GONGDAN_WEB_THREADS") or str(2 * (os.cpu_count() or 2) + 1)
    os.execvp(  # noqa: S606 – no shell, fixed program
        sys.executable,
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(options.workers),
            "--blocking-threads", threads, "--no-ws", "--port", str(options.port), "--host", "127.0.0.1",
            "--log-level", "warning", "gongdan.wiring.wsgi:application",
        ],
    )  # fmt: skip


def worker(options: argparse.Namespace) -> int:
    """Run background jobs until SIGTERM, or until none is ready."""
    from gongdan.kernel.clock import SystemClock
    from gongdan.kernel.jobs import Worker
    from gongdan.wiring.start import start

    start()
    runner = Worker(SystemClock())

    def stop(_: int, __: FrameType | None) -> None:
        runner.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    runner.run(until_empty=options.until_empty)
    return 0


def live(options: argparse.Namespace) -> int:
    """Become the live-update process."""
    os.execvp(  # noqa: S606 – no shell, fixed program
        sys.executable,
        [
            sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--no-ws", "--port",
            str(options.port), "--host", "127.0.0.1", "--log-level", "warning", "gongdan.wiring.live:application",
        ],
    )  # fmt: skip


def migrate(_: argparse.Namespace) -> int:
    """Bring the database to this version, as the owner role."""
    from gongdan.wiring.migrate import migrate as run

    url = os.environ.get("GONGDAN_OWNER_DATABASE_URL")
    if not url:
        _say("Set GONGDAN_OWNER_DATABASE_URL to the owner role's address. 请设置属主角色的数据库地址。")
        return 2
    run(url)
    return 0


def check(_: argparse.Namespace) -> int:
    """Check the server's settings, the serving role and the policies; print what is wrong."""
    from gongdan.wiring.server_check import faults

    url = os.environ.get("GONGDAN_DATABASE_URL", "")
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            found = faults(connection)
    except psycopg.OperationalError as error:
        _say(f"The database does not answer: {error}")
        return 1
    for line in found:
        _say(line)
    if not found:
        _say("ok")
    data = Path(os.environ.get("GONGDAN_DATA", "var"))
    if not os.access(data if data.exists() else data.parent, os.W_OK):
        _say(f"The data folder {data} cannot be written.")
        return 1
    return 1 if found else 0
