"""Real processes, really killed: the supervisor's promises, and R02: the database dies under load, nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import http.client
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
from tests.rig.processes import children_of

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("rig")]
KILLS, GROUP_KILLS, BACKEND_KILLS = 20, 10, 200  # the bracketed sizes of R02
WORKER_KILLS = 10
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
    with (data.parent / f"{data.name}.log").open("a") as log:
        return subprocess.Popen(
            words, env=_environment(data), stdout=log, stderr=subprocess.STDOUT, text=True, preexec_fn=_in_the_background
        )


def _in_the_background() -> None:
    """What a shell's `&` does: SIGINT is ignored, and who sends one still means it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _said(data: Path) -> str:
    return (data.parent / f"{data.name}.log").read_text()


def _alive(pids: list[int]) -> list[int]:
    found = []
    for pid in pids:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.append(pid)
    return found


def _serving(port: int) -> list[int]:
    """Processes whose command names the port: granian's masters and its workers."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and f"\0{port}\0" in (entry / "cmdline").read_text():
                found.append(int(entry.name))
    return _alive(found)


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
    assert f"already running on {data} at http://127.0.0.1:{port}" in _said(data)
    busy = _up(data.parent / "other", port)
    assert busy.wait(30) == 2
    assert f"Port {port} is in use" in _said(data.parent / "other")
    pids = [state["pid"], *state["children"].values(), int((data / "pg" / "postmaster.pid").read_text().split("\n")[0])]
    first.send_signal(signal.SIGTERM)
    first.wait(30)
    assert first.returncode == 0
    assert _alive(pids) == []

    begun = time.monotonic()
    second = _up(data, port)
    assert _answers(port, 30)
    assert time.monotonic() - begun < 10, "later runs answer within ten seconds"
    state = _state(data)
    second.kill()
    second.wait(10)
    deadline = time.monotonic() + 6
    children = list(state["children"].values())
    while _alive(children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _alive(children) == [], "after SIGKILL of the supervisor its children end within five seconds"
    early = _up(data, port)
    while (state := _state(data))["pid"] != early.pid:
        time.sleep(0.05)
    # granian is still starting: a signal that asks it to end would be missed
    children = [p for c in state["children"].values() for p in [c, *children_of(c)]]
    early.kill()
    early.wait(10)
    deadline = time.monotonic() + 5
    while (left := [*_alive(children), *_serving(port)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == [], "nor does anybody stay who was started a moment ago"

    third = _up(data, port)
    assert _answers(port, 30), "the next start adopts the database that was left"
    third.send_signal(signal.SIGINT)
    third.wait(30)
    assert third.returncode == 0


class Driver(threading.Thread):
    """Makes orders; repeats each with the same operation id until it is acknowledged."""

    def __init__(self, port: int, token: str, blueprint: str) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.blueprint = port, token, blueprint
        self.stopping = threading.Event()
        self.acknowledged: list[str] = []

    def run(self) -> None:
        while not self.stopping.is_set():
            operation = str(uuid4())
            fields = {"fault_type": "hvac"} if self.blueprint == "repair" else {"category": "repair"}
            body = json.dumps({"blueprint": self.blueprint, "title": operation, "fields": fields}).encode()
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Operation-Id": operation}
            for _ in range(200):
                request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/orders", body, headers)
                try:
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        if answer.status == 201:
                            self.acknowledged.append(operation)
                            break
                except (OSError, http.client.HTTPException):
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
        supervisor.wait(40)


def _counts(cluster: Cluster, titles: list[str]) -> tuple[int, int]:
    """(lost, duplicate) among acknowledged operations."""
    with psycopg.connect(cluster._super_on("gongdan")) as connection:
        rows = dict(
            connection.execute("select title, count(*) from orders_order where title = any(%s) group by 1", [titles]).fetchall()
        )
    return sum(t not in rows for t in titles), sum(n > 1 for n in rows.values())


def _postmaster(cluster: Cluster) -> int:
    return int((cluster.folder / "postmaster.pid").read_text().split("\n")[0])


def _kill_database(cluster: Cluster, *, group: bool = False) -> None:
    """Kill the postmaster (and with `group` all its processes at once); come back when the supervisor has started another."""
    old = _postmaster(cluster)
    for pid in [old, *(children_of(old) if group else [])]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            if _postmaster(cluster) != old and cluster.running():
                return
        time.sleep(0.05)
    server = (cluster.root / "postgres.log").read_text(errors="replace")[-3000:]
    own = [line for line in _said(cluster.data).split("\n") if not line.startswith("20")]  # the others are the processes' logs
    told = "\n".join(own)[-2000:]
    raise AssertionError(f"the supervisor did not start the database again: {told}\n{server}")


def _kill_backends(cluster: Cluster, count: int) -> None:
    with psycopg.connect(cluster._super_on("gongdan"), autocommit=True) as connection:
        for _ in range(count):
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gongdan_app' order by random() limit 1"
            )
            time.sleep(0.03)


@contextlib.contextmanager
def _driven(port: int, token: str, count: int, blueprint: str = "service") -> Iterator[list[str]]:
    """`count` drivers make orders while the block runs; afterwards the list holds what was acknowledged."""
    drivers = [Driver(port, token, blueprint) for _ in range(count)]
    for driver in drivers:
        driver.start()
    acknowledged: list[str] = []
    try:
        yield acknowledged
    finally:
        for driver in drivers:
            driver.stopping.set()
        for driver in drivers:
            driver.join(60)
            acknowledged += driver.acknowledged


def test_a_killed_database_loses_nothing_that_was_acknowledged(data: Path) -> None:
    """R02: postmaster, whole group and single backends are killed under load."""
    with _site(data) as (cluster, env, token, port):
        with _driven(port, token, 4) as done:
            for number in range(KILLS + GROUP_KILLS):
                time.sleep(0.3)
                _kill_database(cluster, group=number >= KILLS)
            _kill_backends(cluster, BACKEND_KILLS)
            time.sleep(1)
        lost, twice = _counts(cluster, done)
        print(f"{len(done)} acknowledged, {lost} lost, {twice} duplicate")
        assert len(done) > 200
        assert (lost, twice) == (0, 0)
        verified = subprocess.run([*COMMAND, "verify-ledger"], env=env, capture_output=True, text=True, check=False)
        assert verified.returncode == 0, verified.stdout


def test_a_database_that_acknowledges_too_early_is_noticed(data: Path) -> None:
    """Negative control of R02: with synchronous_commit off for the serving role, killing the group loses what was acknowledged."""
    with _site(data) as (cluster, _, token, port):
        with psycopg.connect(cluster._super_on("gongdan"), autocommit=True) as connection:
            connection.execute("alter role gongdan_app set synchronous_commit = off")
            connection.execute("alter system set wal_writer_delay = '10s'")
            connection.execute("select pg_reload_conf()")
        _kill_backends(cluster, 40)
        lost = 0
        for _ in range(5):
            with _driven(port, token, 1) as done:
                time.sleep(1)
                _kill_database(cluster, group=True)
                time.sleep(0.3)
            lost += _counts(cluster, done)[0]
            if lost:
                break
        assert lost > 0, "the rig must see the loss"


def _open_jobs(cluster: Cluster) -> int:
    """Jobs that should have run by now."""
    with psycopg.connect(cluster._super_on("gongdan")) as connection:
        row = connection.execute(
            "select count(*) from kernel_job where run_at < clock_timestamp() - interval '1 second'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def _kill_child(supervisor: int, word: str) -> None:
    """SIGKILL the supervised process that runs `word`, with the processes it has started."""
    for pid in children_of(supervisor):
        with contextlib.suppress(OSError):
            if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                for each in [*children_of(pid), pid]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(each, signal.SIGKILL)


def test_killed_workers_and_web_processes_leave_nothing_undone(data: Path) -> None:
    """R05 and R01 for the processes there are: every job of a killed worker is done within 30 s, once."""
    with _site(data) as (cluster, _, token, port):
        supervisor = int(json.loads((data / "supervisor.json").read_text())["pid"])
        with _driven(port, token, 3, "repair") as done:
            for number in range(WORKER_KILLS):
                time.sleep(0.6)
                _kill_child(supervisor, "worker")
                if number % 2:
                    _kill_child(supervisor, "gongdan.wiring.wsgi:application")
        killed = time.monotonic()
        while _open_jobs(cluster) and time.monotonic() < killed + 30:
            time.sleep(0.2)
        print(f"{len(done)} acknowledged; all jobs done {time.monotonic() - killed:.1f} s after the last kill")
        assert _open_jobs(cluster) == 0
        assert _counts(cluster, done) == (0, 0)
        assert len(done) > 50
        with psycopg.connect(cluster._super_on("gongdan")) as connection:
            dispatched = connection.execute(
                "select count(*) from orders_event where type = %s group by order_id", ["assign"]
            ).fetchall()
        assert len(dispatched) > 0
        assert set(dispatched) == {(1,)}, "no order was dispatched twice"


def _until_new_connections_are_lax(cluster: Cluster) -> None:
    """A server told to read its configuration again does so when it comes to it."""
    for _ in range(100):
        with psycopg.connect(cluster._super_on("gongdan"), autocommit=True) as connection:
            if connection.execute("show synchronous_commit").fetchone() == ("off",):
                return
        time.sleep(0.1)
    raise AssertionError("the server did not read its configuration again")


def test_losses_are_seen_when_a_row_goes_missing(data: Path) -> None:
    """Negative control: the same count sees a loss that is planted, and the start refuses a server that could lose."""
    with _site(data) as (cluster, env, token, port):
        with _driven(port, token, 1) as done:
            time.sleep(1.5)
        with psycopg.connect(cluster._super_on("gongdan"), autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("delete from orders_order where title = %s", [done[0]])
            assert _counts(cluster, done) == (1, 0)
            connection.execute("alter system set synchronous_commit = off")
            connection.execute("select pg_reload_conf()")
        _until_new_connections_are_lax(cluster)
        refused = subprocess.run([*COMMAND, "check"], env=env, capture_output=True, text=True, check=False)
        assert refused.returncode == 1
        assert "synchronous_commit is off" in refused.stdout
