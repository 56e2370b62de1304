"""Commands that start and check processes."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from importlib import import_module
from types import FrameType

import psycopg

from gongdan.wiring.commands.addresses import OWNER, SERVING, address, data_folder
from gongdan.wiring.server_check import faults, trouble
from gongdan.wiring.supervisor.children import SERVER_PID


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
    if _sound():
        os.environ[SERVER_PID] = str(os.getpid())
        os.execvp(  # noqa: S606 – no shell, fixed program
            sys.executable,
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(options.workers),
                "--blocking-threads", threads, "--no-ws", "--port", str(options.port), "--host", options.host,
                "--log-level", "warning", "gongdan.wiring.wsgi:application",
            ],
        )  # fmt: skip
    return 1


def worker(options: argparse.Namespace) -> int:
    """Run background jobs until SIGTERM, or until none is ready."""
    from gongdan.kernel.clock import SystemClock
    from gongdan.kernel.jobs import Worker
    from gongdan.wiring.start import start

    if not _sound():
        return 1
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
    if _sound():
        os.environ[SERVER_PID] = str(os.getpid())
        os.execvp(  # noqa: S606 – no shell, fixed program
            sys.executable,
            [
                sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--no-ws",
                "--workers-kill-timeout", "2",  # streams do not end by themselves
                "--port",
                str(options.port), "--host", options.host, "--log-level", "warning", "gongdan.wiring.live:application",
            ],
        )  # fmt: skip
    return 1


def migrate(_: argparse.Namespace) -> int:
    """Bring the database to this version, as the owner role."""
    from gongdan.wiring.migrate import migrate as run

    run(address(OWNER))
    return 0


def check(_: argparse.Namespace) -> int:
    """Check the server's settings, the serving role, the policies, the schema and the data folder; print what is wrong."""
    from gongdan.wiring.migrate import missing

    found = trouble(address(SERVING))
    if not found and os.environ.get(OWNER):
        found += [f"Migration {name} is missing: run gongdan migrate. 缺少数据库迁移。" for name in missing(address(OWNER))]
    data = data_folder()
    if not os.access(data if data.exists() else data.parent, os.W_OK):
        found.append(f"The data folder {data} cannot be written. 数据目录不可写。")
    for line in found or ["ok"]:
        _say(line)
    return 1 if found else 0


def _sound() -> bool:
    """Whether this process may start: not on a server that could lose acknowledged work (reliability.md §5).

    A server that does not answer yet is no reason: the processes wait for it.
    """
    url = address(SERVING)
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            found = faults(connection)
    except psycopg.OperationalError:
        return True
    for line in found:
        _say(line)
    return not found
