"""What a start refuses, what an interrupted start leaves, and that nothing outlives the supervisor's own processes."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gongdan.wiring.commands import data as commands
from gongdan.wiring.postgres.cluster import Cluster, ClusterError
from gongdan.wiring.postgres.machine import end_left_behind, lives
from gongdan.wiring.server_check import faults
from gongdan.wiring.supervisor import children, refusals
from gongdan.wiring.supervisor import run as supervisor
from tests.rig.processes import children_of

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("rig")]
FORKS = "import os, time\nif os.fork() == 0:\n  time.sleep(600)\ntime.sleep(600)"


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("start")
    for parent in (made, *made.parents):
        if str(parent).startswith("/tmp/") and parent.owner() == Path.home().owner():
            parent.chmod(0o755)
    return made


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder, {"shared_buffers": "32MB", "max_connections": "20"})
    made.ensure()
    yield made
    with contextlib.suppress(FileNotFoundError):
        made.stop()


def _grandchild(pid: int) -> int:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if found := children_of(pid):
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no grandchild came")


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not lives(pid)


def test_what_a_killed_process_has_started_does_not_outlive_it() -> None:
    """granian's workers stayed behind a killed granian: they shared its port, and no stop reached them."""
    child = children.Child("web", [sys.executable, "-c", FORKS])
    child.start()
    assert child.process is not None
    orphan = _grandchild(child.process.pid)
    child.process.kill()
    child.process.wait(5)
    assert lives(orphan), "control: by itself it lives on"
    first, began = child.process, time.monotonic()
    while child.process is first and time.monotonic() - began < 10:
        child.keep()  # not at once: it has ended too quickly
        time.sleep(0.05)
    assert _gone(orphan)
    second = child.process
    orphan = _grandchild(second.pid)
    child.stop()
    assert second.poll() is not None
    assert _gone(orphan)


def test_a_cluster_without_its_passwords_is_refused_and_left_alone(cluster: Cluster) -> None:
    """It was thought half made, deleted, and made anew: all data of an installation whose postgres.json was lost."""
    for needed in (cluster.secrets_file, cluster.folder / "PG_VERSION"):
        content = needed.read_bytes()
        needed.unlink()
        before = sorted(p.name for p in cluster.folder.iterdir())
        with pytest.raises(ClusterError, match="nothing was changed"):
            Cluster(cluster.data).ensure()
        assert sorted(p.name for p in cluster.folder.iterdir()) == before
        needed.write_bytes(content)
    Cluster(cluster.data).ensure()


def test_a_server_comes_back_though_a_process_of_the_killed_one_never_ends(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backend that waits for a lock of a killed neighbour never sees that the postmaster is gone, and keeps the shared memory."""
    cluster.start()
    with psycopg.connect(cluster.endpoints().super_url) as connection:
        stuck = connection.info.backend_pid
        os.kill(stuck, signal.SIGSTOP)  # nothing wakes it
        end_left_behind(cluster.folder)
        assert lives(stuck), "its postmaster lives"
        assert cluster.process is not None
        cluster.process.kill()
        cluster.process.wait(5)
        with monkeypatch.context() as patch:
            patch.setattr("gongdan.wiring.postgres.cluster.end_left_behind", lambda _: None)
            patch.setattr("gongdan.wiring.postgres.cluster.STARTS", 2)
            with pytest.raises(ClusterError, match="shared memory"):
                cluster.start()
        began = time.monotonic()
        cluster.start()
        assert time.monotonic() - began < 10
        assert not lives(stuck)


def test_passwords_of_a_database_elsewhere_are_not_overwritten(cluster: Cluster) -> None:
    """Root, started on another user's folder, made a second cluster elsewhere and overwrote the passwords of the first."""
    kept = cluster.secrets_file.read_bytes()
    away = cluster.data / "away"
    cluster.folder.rename(away)
    with pytest.raises(ClusterError, match="not in"):
        Cluster(cluster.data).ensure()
    assert cluster.secrets_file.read_bytes() == kept
    away.rename(cluster.folder)
    Cluster(cluster.data).ensure()


def test_a_crash_while_the_cluster_is_made_is_healed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Cluster, "_initdb", crash)
    with pytest.raises(KeyboardInterrupt):
        Cluster(folder).ensure()
    monkeypatch.undo()
    assert not Cluster(folder).exists()
    Cluster(folder).ensure()
    assert Cluster(folder).exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_cluster_of_another_user_is_refused(cluster: Cluster) -> None:
    owner = cluster.folder.stat().st_uid
    os.chown(cluster.folder, 12345, -1)
    with pytest.raises(ClusterError, match=r"belongs to another user \(12345\)"):
        Cluster(cluster.data).ensure()
    os.chown(cluster.folder, owner, -1)
    Cluster(cluster.data).ensure()


def test_wrong_passwords_are_told_not_waited_for(cluster: Cluster) -> None:
    held = json.loads(cluster.secrets_file.read_text())
    cluster.secrets_file.write_text(json.dumps({**held, "superuser": "wrong"}))
    began = time.monotonic()
    with pytest.raises(ClusterError, match="passwords"):
        cluster.start()
    assert time.monotonic() - began < 20


def test_a_server_that_was_left_is_found_by_its_own_port(cluster: Cluster) -> None:
    """A supervisor killed between choosing a port and starting leaves a wrong number behind; the server's own file is right."""
    cluster.start()
    port = cluster.endpoints().port
    held = json.loads(cluster.secrets_file.read_text())
    cluster.secrets_file.write_text(json.dumps({**held, "port": 1}))
    second = Cluster(cluster.data)
    second.start()
    assert second.process is None, "adopted, not started"
    assert second.endpoints().port == port


def test_a_damaged_cluster_says_why(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    (cluster.folder / "global" / "pg_control").write_bytes(b"\x00" * 8192)
    with pytest.raises(ClusterError, match=r"does not start: .*(FATAL|PANIC)"):
        cluster.start()


def _options(folder: Path, **given: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"data": str(folder), "port": 9, "no_demo": True, **given})


def test_refusals_are_one_sentence_each(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_stop_on_signals", lambda _: None)
    (folder / "file").write_text("")
    cases = [
        (_options(folder / "file"), "is not a folder"),
        (_options(folder, port=0), "between 1 and 65534"),
        (_options(folder, port=70_000), "between 1 and 65534"),
    ]
    for options, sentence in cases:
        assert supervisor.run(options) == 2
        said = capsys.readouterr().out
        assert sentence in said
        assert len(said.splitlines()) == 1
    monkeypatch.setattr(refusals, "LEAST_FREE", 1 << 60)
    assert supervisor.run(_options(folder)) == 2
    assert "512 MB" in capsys.readouterr().out


def test_a_stop_during_a_step_of_the_start_ends_the_step() -> None:
    stopping = threading.Event()
    threading.Timer(0.5, stopping.set).start()
    began = time.monotonic()
    with pytest.raises(supervisor.Stopped):
        supervisor._do([sys.executable, "-c", FORKS], "the test", stopping)
    assert time.monotonic() - began < 5
    assert not [pid for pid in children_of(os.getpid()) if b"time.sleep(600)" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_demo_left_unfinished_is_made_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ctrl+C while the demo company was made let every later start fail: "There is a company demo already"."""
    monkeypatch.setenv("GONGDAN_DATA", str(tmp_path))
    made = commands.simulate

    def small(options: argparse.Namespace) -> int:
        return made(argparse.Namespace(tenant=options.tenant, orders=3, days=10, seed=1))

    monkeypatch.setattr(commands, "simulate", small)
    assert commands.seed_demo(argparse.Namespace()) == 0
    first = commands._demo()
    assert first["complete"] is True
    commands._keep_demo({**first, "complete": False})
    assert commands.seed_demo(argparse.Namespace()) == 0
    second = commands._demo()
    assert second["complete"] is True
    assert second["id"] != first["id"]
    assert commands.seed_demo(argparse.Namespace()) == 0
    assert commands._demo() == second, "a finished one stays"
    assert commands.remove_demo(argparse.Namespace(tenant="demo")) == 0
    assert commands._demo() == {}


def test_each_setting_that_could_lose_work_is_refused(cluster: Cluster) -> None:
    """reliability.md §5; the control is the same server without the setting."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server = Cluster(cluster.data, {**cluster.settings, setting: "off"})
        server.start()
        with psycopg.connect(server._super_on("gongdan")) as connection:
            assert any(line.startswith(f"{setting} is off") for line in faults(connection)), setting
        server.stop()
    sound = Cluster(cluster.data, cluster.settings)
    sound.start()
    with psycopg.connect(sound._super_on("gongdan")) as connection:
        assert not any(" is off" in line for line in faults(connection))
        connection.execute("select 1")
    with psycopg.connect(sound._super_on("postgres"), autocommit=True) as connection:
        connection.execute("create database ascii template template0 encoding 'UTF8' locale_provider libc locale 'C'")
    with psycopg.connect(sound._super_on("ascii"), autocommit=True) as connection:
        assert any("pg_trgm is missing" in line for line in faults(connection))
        connection.execute("create extension pg_trgm")
        assert any("breaks Chinese search" in line for line in faults(connection))
    for command in ("serve", "worker", "live"):
        env = {**os.environ, "GONGDAN_DATABASE_URL": sound._super_on("ascii"), "GONGDAN_DATA": str(cluster.data)}
        words = [sys.executable, "-m", "gongdan.wiring.cli", command]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 1, command
        assert "breaks Chinese search" in done.stdout
        assert "Traceback" not in done.stderr
    sound.stop()


def test_a_granian_killed_alone_comes_back_with_nothing_left(folder: Path) -> None:
    from tests.rig.test_processes import _answers, _free_port, _state, _up

    port = _free_port()
    process = _up(folder, port)
    try:
        web = int(_state(folder)["children"]["web"])
        workers = children_of(web)
        assert _answers(port, 30)
        assert workers
        os.kill(web, signal.SIGKILL)
        began = time.monotonic()
        while any(lives(pid) for pid in workers) and time.monotonic() - began < 5:
            time.sleep(0.05)
        assert not any(lives(pid) for pid in workers)
        assert _answers(port, 15), "five seconds are promised on a machine of its own"
    finally:
        process.terminate()
        process.wait(40)
