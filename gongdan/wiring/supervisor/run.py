"""Start everything, watch it, stop it. One supervisor per data folder."""

from __future__ import annotations

import argparse
import errno
import json
import os
import signal
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
from gongdan.wiring.server_check import trouble
from gongdan.wiring.supervisor.children import Child, die_with_parent, kill_group, say
from gongdan.wiring.supervisor.refusals import Refused, check_port, take_lock

INTERRUPTED = 130


class Stopped(Exception):
    """SIGINT or SIGTERM came while we were still starting."""


def run(options: argparse.Namespace) -> int:
    """The command `up`. Returns the exit status."""
    data = Path(options.data).resolve()
    stopping = threading.Event()
    _stop_on_signals(stopping)  # from the first moment on: what we have started must not be left behind
    try:
        with take_lock(data):
            check_port(options.port)
            return _run(options, data, stopping)
    except Stopped:
        return INTERRUPTED
    except Refused as refused:
        say(str(refused))
        return 2
    except ClusterError as error:
        if stopping.is_set():  # Ctrl+C reaches initdb, too
            return INTERRUPTED
        say(f"PostgreSQL: {error}")
        return 3
    except OSError as error:
        return _told(error, data)


def _told(error: OSError, data: Path) -> int:
    """Say what a refused file operation means; other faults are ours and propagate."""
    if error.errno == errno.ENOSPC:
        say(f"The disk is full: {error.filename or data}. 磁盘已满，请清理后重试。")
        return 4
    if isinstance(error, PermissionError) and error.filename:
        say(
            f"{error.filename} belongs to another user: start as that user, or choose another folder with --data. "
            "该文件属于其他用户，请以该用户启动或用 --data 指定其他目录。"
        )
        return 2
    raise error


def _run(options: argparse.Namespace, data: Path, stopping: threading.Event) -> int:
    begun = time.monotonic()
    cluster = None if os.environ.get("GONGDAN_DATABASE_URL") else Cluster(data)
    children: list[Child] = []
    try:
        if cluster is not None:
            _start_database(cluster, stopping)
        environment(data, cluster, options.port)
        _prepare(data, stopping, embedded=cluster is not None, demo=not options.no_demo)
        children += _children(options.port)
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
        if children or stopping.is_set():
            say("Stopping … 正在停止")
        for child in reversed(children):
            child.stop()
        if cluster is not None and cluster.begun:
            cluster.stop()
        (data / "supervisor.json").unlink(missing_ok=True)
    return 0


def _start_database(cluster: Cluster, stopping: threading.Event) -> None:
    def progress(text: str) -> None:
        _go_on(stopping)
        say(text)

    say("Starting PostgreSQL … 正在启动数据库")
    fresh = not cluster.exists()
    cluster.ensure()
    if fresh:  # a new one knows nothing of what an earlier one held
        for mark in ("schema.sha256", "demo.json"):
            (cluster.data / mark).unlink(missing_ok=True)
    _go_on(stopping)
    cluster.start(progress)
    _go_on(stopping)


def _go_on(stopping: threading.Event) -> None:
    if stopping.is_set():
        raise Stopped


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


def environment(data: Path, cluster: Cluster | None, port: int) -> None:
    """The environment all processes share."""
    os.environ["GONGDAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongdan.wiring.settings")
    os.environ.setdefault("GONGDAN_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("GONGDAN_LIVE", f":{port + 1}/live" if os.environ.get("GONGDAN_PROXIES", "0") == "0" else "/live")
    if cluster is not None:
        points = cluster.endpoints()
        os.environ["GONGDAN_DATABASE_URL"] = points.app_url
        os.environ["GONGDAN_OWNER_DATABASE_URL"] = points.owner_url


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    # also where a shell's `&` had SIGINT ignored: who sends it means us
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # the terminal was closed, and not under nohup
        signal.signal(signal.SIGHUP, stop)


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "gongdan.wiring.cli", *words]


def _prepare(data: Path, stopping: threading.Event, *, embedded: bool, demo: bool) -> None:
    """Migrate, check the server, seed the demo company once.

    An own cluster is migrated when the migrations changed; another server always, because this folder's mark says nothing about it.
    """
    mark = data / "schema.sha256"
    now = fingerprint()
    if not embedded or not mark.exists() or mark.read_text() != now:
        say("Preparing the database … 正在初始化数据库结构")
        _do(_command("migrate"), "the migration", stopping)
        if embedded:
            mark.write_text(now)
    found = trouble(os.environ["GONGDAN_DATABASE_URL"])
    if found:
        raise Refused("\n".join(found))
    if demo and not _demo_complete(data):
        say("Creating the demo company (30 engineers, 2 000 orders) … 正在生成演示数据")
        _do(_command("seed-demo"), "the demo company", stopping)


def _demo_complete(data: Path) -> bool:
    try:
        return bool(json.loads((data / "demo.json").read_text()).get("complete", True))
    except (FileNotFoundError, ValueError):
        return False


def _do(command: list[str], what: str, stopping: threading.Event) -> None:
    """Run a step of the start to its end; give it up, with what it has started, when we are told to stop."""
    step = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent)  # noqa: S603
    while True:
        try:
            status = step.wait(0.1)
            break
        except subprocess.TimeoutExpired:
            if stopping.is_set():
                kill_group(step.pid)
                step.wait(5)
                raise Stopped from None
    if status:
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
    else:
        say("A company of your own 新建公司: gongdan add-company SLUG NAME")
    say("Ctrl+C stops everything. 按 Ctrl+C 停止。")
