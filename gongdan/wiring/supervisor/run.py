"""Start everything, watch it, stop it. One supervisor per data folder."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg

from gongdan.wiring.migrate import fingerprint
from gongdan.wiring.postgres.cluster import Cluster, ClusterError

LEAST_FREE = 512 * 1024 * 1024
PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10


def say(text: str) -> None:
    """A line for the person who started us."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Refused(Exception):
    """We cannot start; the message is one clear sentence."""


class Child:
    """A process we keep alive."""

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
            preexec_fn=_die_with_parent,
        )
        self.started = time.monotonic()

    def keep(self) -> None:
        """Start it again when it has ended; slower when it keeps failing at once."""
        if self.process is None or self.process.poll() is None:
            return
        quick = time.monotonic() - self.started < 5
        self.failures = self.failures + 1 if quick else 0
        if time.monotonic() - self.started >= min(self.failures * 0.5, 5):
            say(f"[{self.name}] ended with {self.process.returncode}; starting it again")
            self.start()

    def stop(self) -> None:
        """Ask it to end; insist after GRACE_SECONDS."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)


def _die_with_parent() -> None:
    """Linux: get SIGTERM when the supervisor dies (prctl(2), PR_SET_PDEATHSIG)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def run(options: argparse.Namespace) -> int:
    """The command `up`. Returns the exit status."""
    data = Path(options.data).resolve()
    try:
        return _run(options, data)
    except Refused as refused:
        say(str(refused))
        return 2
    except ClusterError as error:
        say(f"PostgreSQL: {error}")
        return 3
    except OSError as error:
        if error.errno == 28:
            say(f"The disk is full: {error.filename or data}. 磁盘已满，请清理后重试。")
            return 4
        raise


def _run(options: argparse.Namespace, data: Path) -> int:
    lock = _take_lock(data, options.port)
    _check_port(options.port)
    begun = time.monotonic()
    external = os.environ.get("GONGDAN_DATABASE_URL")
    cluster = None
    if not external:
        cluster = Cluster(data)
        say("Starting PostgreSQL … 正在启动数据库")
        cluster.ensure()
        cluster.start(say)
    environment(data, cluster, options.port)
    stopping = threading.Event()
    _stop_on_signals(stopping)
    children: list[Child] = []
    try:
        _prepare(data, demo=not options.no_demo)
        children = _children(options.port)
        for child in children:
            child.start()
        _wait_until_healthy(options.port, children, stopping)
        if not stopping.is_set():
            (data / "supervisor.json").write_text(json.dumps(_state(options.port, children, cluster)))
            _announce(options, time.monotonic() - begun)
        while not stopping.wait(0.3):
            if cluster is not None:
                _keep_database(cluster, data, options.port, children)
            for child in children:
                child.keep()
    finally:
        say("Stopping … 正在停止")
        for child in reversed(children):
            child.stop()
        if cluster is not None:
            cluster.stop()
        (data / "supervisor.json").unlink(missing_ok=True)
        lock.close()
    return 0


def _keep_database(cluster: Cluster, data: Path, port: int, children: list[Child]) -> None:
    """Start the database again when it has died. It keeps its port unless somebody took it; then the others begin anew, too."""
    if cluster.alive():
        return
    before = cluster.endpoints().port
    say("[postgres] ended; starting it again")
    try:
        cluster.start(say)
    except (ClusterError, psycopg.Error) as error:  # it died again on the way: the next round tries again
        say(f"[postgres] {error}")
        return
    if cluster.endpoints().port != before:
        environment(data, cluster, port)
        for child in children:
            child.stop()


def _take_lock(data: Path, port: int) -> Any:
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "supervisor.lock").open("a+")
    except PermissionError:
        raise Refused(
            f"The data folder {data} cannot be written: choose another with --data. 数据目录不可写，请用 --data 指定。"
        ) from None
    except NotADirectoryError:
        raise Refused(f"{data} is not a folder: choose another with --data. 请用 --data 指定一个目录。") from None
    if shutil.disk_usage(data).free < LEAST_FREE:
        raise Refused(f"Less than 512 MB are free on the disk of {data}. 磁盘剩余空间不足 512 MB。")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        state = data / "supervisor.json"
        where = f" at http://127.0.0.1:{json.loads(state.read_text())['port']}" if state.exists() else ""
        raise Refused(f"Gongdan is already running on {data}{where}. 该数据目录上已有实例在运行。") from None
    return lock


def _check_port(port: int) -> None:
    """granian would silently share a taken port (SO_REUSEPORT), so ask with a plain bind first.

    SO_REUSEADDR lets us pass what an earlier run left in TIME_WAIT; a listener still refuses us.
    """
    for number in (port, port + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
                probe.listen()
            except OSError:
                raise Refused(
                    f"Port {number} is in use: choose another with --port. 端口 {number} 已被占用，请用 --port 指定。"
                ) from None


def environment(data: Path, cluster: Cluster | None, port: int) -> None:
    """The environment all processes share."""
    os.environ["GONGDAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongdan.wiring.settings")
    os.environ.setdefault("GONGDAN_URL", f"http://127.0.0.1:{port}")
    if cluster is not None:
        points = cluster.endpoints()
        os.environ["GONGDAN_DATABASE_URL"] = points.app_url
        os.environ["GONGDAN_OWNER_DATABASE_URL"] = points.owner_url


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "gongdan.wiring.cli", *words]


def _prepare(data: Path, *, demo: bool) -> None:
    """Migrate when the migrations changed, check the server, seed the demo company once."""
    mark = data / "schema.sha256"
    now = fingerprint()
    if not mark.exists() or mark.read_text() != now:
        say("Preparing the database … 正在初始化数据库结构")
        _do(_command("migrate"), "the migration")
        _do(_command("check"), "the check of the server")
        mark.write_text(now)
    if demo and not (data / "demo.json").exists():
        say("Creating the demo company (30 engineers, 2 000 orders) … 正在生成演示数据")
        _do(_command("seed-demo"), "the demo company")


def _do(command: list[str], what: str) -> None:
    if subprocess.run(command, check=False).returncode:  # noqa: S603 – fixed commands, no shell
        raise Refused(f"Starting stopped: {what} failed; the lines above say why. 启动中止，请查看上面的信息。")


def _children(port: int) -> list[Child]:
    workers = os.environ.get("GONGDAN_WEB_WORKERS", "2")
    return [
        Child("worker", _command("worker")),
        Child("live", _command("live", "--port", str(port + 1))),
        Child("web", _command("serve", "--port", str(port), "--workers", workers)),
    ]


def _wait_until_healthy(port: int, children: list[Child], stopping: threading.Event) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not stopping.is_set():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            for child in children:
                child.keep()
            stopping.wait(0.1)
    if not stopping.is_set():
        raise Refused("The web process does not answer; the lines above say why. 网页服务没有响应。")


def _state(port: int, children: list[Child], cluster: Cluster | None) -> dict[str, Any]:
    pids = {c.name: c.process.pid for c in children if c.process is not None}
    return {
        "pid": os.getpid(),
        "port": port,
        "children": pids,
        "postgres": cluster.endpoints().port if cluster else None,
    }


def _announce(options: argparse.Namespace, seconds: float) -> None:
    say("")
    say(f"Gongdan 工单 is ready at  http://127.0.0.1:{options.port}  ({seconds:.0f} s)")
    if not options.no_demo:
        subprocess.run(_command("demo-accounts"), check=False)  # noqa: S603 – fixed command, no shell
    say("Ctrl+C stops everything. 按 Ctrl+C 停止。")
