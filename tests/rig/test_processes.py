"""Real processes, really killed: the supervisor's promises, and R02: the database dies under load, nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from gongdan.wiring.postgres.cluster import Cluster

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("rig")]
KILLS = 6
COMMAND = [sys.executable, "-m", "gongdan.wiring.cli"]
SEED = """
import json, sys
from gongdan.wiring.start import start
start()
from gongdan.accounts.tests import factories
from gongdan.kernel.clock import SystemClock
from gongdan.wiring import testing
now = SystemClock().now()
factories.company.__defaults__ = (now,)
testing.NOW = factories.NOW = now
scene = testing.world()
print(json.dumps({"token": scene.company.tokens["agent"], "tenant": str(scene.company.id)}))
"""


def _environment(data: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGDAN_")}
    return {**kept, "GONGDAN_DATA": str(data), "GONGDAN_WEB_WORKERS": "1"}


def _free_port() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            with contextlib.suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port


def _answers(port: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            if answer.status == 200:
                return True
        time.sleep(0.1)
    return False


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("rig")
    for parent in (folder, *folder.parents):
        if str(parent).startswith("/tmp/") and parent.owner() == Path.home().owner():
            parent.chmod(0o755)
    yield folder
    with contextlib.suppress(FileNotFoundError):
        Cluster(folder).stop()


def _up(data: Path, port: int, *options: str) -> subprocess.Popen[str]:
    words = [*COMMAND, "up", "--port", str(port), "--data", str(data), "--no-demo", *options]
    return subprocess.Popen(words, env=_environment(data), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _alive(pids: list[int]) -> list[int]:
    found = []
    for pid in pids:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.append(pid)
    return found


def _state(data: Path) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            state: dict[str, Any] = json.loads((data / "supervisor.json").read_text())
            return state
        time.sleep(0.1)
    raise AssertionError("the supervisor did not come up")


def test_the_supervisor_starts_refuses_stops_and_starts_again(data: Path) -> None:
    port = _free_port()
    first = _up(data, port)
    state = _state(data)
    assert _answers(port, 30)
    again = _up(data, _free_port())
    assert again.wait(30) == 2
    assert f"already running on {data} at http://127.0.0.1:{port}" in again.communicate()[0]
    busy = _up(data.parent / "other", port)
    assert busy.wait(30) == 2
    assert f"Port {port} is in use" in busy.communicate()[0]
    pids = [state["pid"], *state["children"].values(), int((data / "pg" / "postmaster.pid").read_text().split("\n")[0])]
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert _alive(pids) == []

    begun = time.monotonic()
    second = _up(data, port)
    assert _answers(port, 30)
    assert time.monotonic() - begun < 10, "later runs answer within ten seconds"
    state = _state(data)
    second.kill()
    second.wait(10)
    assert second.stdout is not None
    second.stdout.close()
    deadline = time.monotonic() + 6
    children = list(state["children"].values())
    while _alive(children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _alive(children) == [], "after SIGKILL of the supervisor its children end within five seconds"
    third = _up(data, port)
    assert _answers(port, 30), "the next start adopts the database that was left"
    third.send_signal(signal.SIGINT)
    third.communicate(timeout=30)
    assert third.returncode == 0


class Driver(threading.Thread):
    """Makes orders; repeats each with the same operation id until it is acknowledged."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self.port, self.token = port, token
        self.stopping = threading.Event()
        self.acknowledged: list[str] = []

    def run(self) -> None:
        while not self.stopping.is_set():
            operation = str(uuid4())
            body = json.dumps({"blueprint": "service", "title": operation, "fields": {"category": "repair"}}).encode()
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Operation-Id": operation}
            for _ in range(200):
                request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/orders", body, headers)
                try:
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        if answer.status == 201:
                            self.acknowledged.append(operation)
                            break
                except OSError:
                    time.sleep(0.2)


@contextlib.contextmanager
def _site(data: Path) -> Iterator[tuple[Cluster, dict[str, str], str, int]]:
    """A whole installation, kept alive by its supervisor: its cluster, its environment, an agent's token, its port."""
    port = _free_port()
    supervisor = _up(data, port)
    try:
        _state(data)
        assert _answers(port, 30)
        cluster = Cluster(data)
        points = cluster.endpoints()
        env = {**_environment(data), "GONGDAN_DATABASE_URL": points.app_url, "GONGDAN_OWNER_DATABASE_URL": points.owner_url}
        made = subprocess.run([sys.executable, "-c", SEED], env=env, check=True, capture_output=True, text=True)
        yield cluster, env, json.loads(made.stdout.strip().split("\n")[-1])["token"], port
    finally:
        supervisor.terminate()
        supervisor.communicate(timeout=40)


def _counts(cluster: Cluster, titles: list[str]) -> tuple[int, int]:
    """(lost, duplicate) among acknowledged operations."""
    with psycopg.connect(cluster._super_on("gongdan")) as connection:
        rows = dict(
            connection.execute("select title, count(*) from orders_order where title = any(%s) group by 1", [titles]).fetchall()
        )
    return sum(t not in rows for t in titles), sum(n > 1 for n in rows.values())


def _postmaster(cluster: Cluster) -> int:
    return int((cluster.folder / "postmaster.pid").read_text().split("\n")[0])


def _kill_database(cluster: Cluster) -> None:
    """Kill the postmaster; come back when the supervisor has started another that answers."""
    old = _postmaster(cluster)
    os.kill(old, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            if _postmaster(cluster) != old and cluster.running():
                return
        time.sleep(0.1)
    raise AssertionError("the supervisor did not start the database again")


def test_a_killed_database_loses_nothing_that_was_acknowledged(data: Path) -> None:
    with _site(data) as (cluster, env, token, port):
        drivers = [Driver(port, token) for _ in range(4)]
        for driver in drivers:
            driver.start()
        for _ in range(KILLS):
            time.sleep(0.7)
            _kill_database(cluster)
        with psycopg.connect(cluster._super_on("gongdan"), autocommit=True) as connection:
            for _ in range(20):
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gongdan_app' order by random() limit 1"
                )
                time.sleep(0.05)
        time.sleep(1)
        for driver in drivers:
            driver.stopping.set()
        for driver in drivers:
            driver.join(60)
        done = [o for d in drivers for o in d.acknowledged]
        lost, twice = _counts(cluster, done)
        print(f"{len(done)} acknowledged, {lost} lost, {twice} duplicate")
        assert len(done) > 50
        assert (lost, twice) == (0, 0)
        verified = subprocess.run([*COMMAND, "verify-ledger"], env=env, capture_output=True, text=True, check=False)
        assert verified.returncode == 0, verified.stdout


def test_losses_are_seen_when_a_row_goes_missing(data: Path) -> None:
    """Negative control: the same count sees a loss that is planted, and the start refuses a server that could lose."""
    with _site(data) as (cluster, env, token, port):
        driver = Driver(port, token)
        driver.start()
        time.sleep(1.5)
        driver.stopping.set()
        driver.join(30)
        with psycopg.connect(cluster._super_on("gongdan"), autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("delete from orders_order where title = %s", [driver.acknowledged[0]])
            assert _counts(cluster, driver.acknowledged) == (1, 0)
            connection.execute("alter system set synchronous_commit = off")
            connection.execute("select pg_reload_conf()")
        time.sleep(0.5)
        refused = subprocess.run([*COMMAND, "check"], env=env, capture_output=True, text=True, check=False)
        assert refused.returncode == 1
        assert "synchronous_commit is off" in refused.stdout
