"""The load rig itself: it notices a slow server, a faulty one and one that is not there, and its bars are those of P01 and P02."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bench import load, load_users
from bench.load_figures import misses, quantile, summary, table
from bench.load_sockets import Sockets
from bench.load_users import HABITS, ROLES, Client, Found, Sample, phase, roles_of

ORDER = b'{"id":"1","state":"dispatched","version":3,"items":[{"id":"1"}],"next":null}'
WORLD = {"orders": 10, "engineers": ["e"], "requests": [{"customer_id": "c", "blueprint": "repair", "title": "t"}]}
TOKENS = {role: ["t"] * 60 for role in ROLES}


@contextlib.contextmanager
def server(delay: float = 0.0, faults_every: int = 0, status: int = 503) -> Iterator[tuple[int, list[Any]]]:
    """A stand-in for the product: answers at once, late, or with a fault each n-th time; (port, requests seen)."""
    seen: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append((self.command, self.path, self.headers.get("If-Match"), self.headers.get("Operation-Id")))
            time.sleep(delay)
            bad = faults_every and len(seen) % faults_every == 0
            self.send_response(status if bad else 200)
            self.send_header("Content-Length", str(len(ORDER)))
            self.end_headers()
            self.wfile.write(ORDER)

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    found = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=found.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found.server_address[1], seen
    finally:
        found.shutdown()
        found.server_close()
        thread.join()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """People who hardly think, so that a test takes seconds."""
    monkeypatch.setattr(load_users, "THINK_SECONDS", 0.25)


def _run(port: int, users: int = 20, seconds: float = 1.5) -> dict[str, Any]:
    samples, _ = phase(port, TOKENS, users, 0.3, seconds, WORLD)
    return summary(samples, users, seconds)


@pytest.mark.usefixtures("eager")
def test_a_quick_server_meets_the_bars() -> None:
    with server() as (port, seen):
        found = _run(port)
    assert misses(found) == []
    assert found["all"]["count"] > 50
    assert set(found["mix"]) == {"read", "update", "create", "search"}
    writes = [s for s in seen if s[0] == "POST"]
    assert len({s[3] for s in writes}) == len(writes) > 5  # an operation id of its own each
    assert all(s[2] == "3" for s in writes if s[1].endswith(("/start", "/assign")))  # the version that was read
    assert "| **all** |" in table(found)


@pytest.mark.usefixtures("eager")
def test_a_slow_server_is_noticed() -> None:
    """Control: 0.6 s an answer is over the bar of P01."""
    with server(delay=0.6) as (port, _):
        found = _run(port, users=10, seconds=2)
    assert any(m.startswith("p95") for m in misses(found)), found["all"]


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("status", [500, 503, 404, 422])
def test_a_single_fault_is_noticed(status: int) -> None:
    """Control: one answer in twenty is a fault."""
    with server(faults_every=20, status=status) as (port, _):
        found = _run(port)
    assert any("errors; 0 are allowed" in m for m in misses(found))
    assert any(f" {status} " in line for line in found["errors"])


@pytest.mark.usefixtures("eager")
def test_conflicts_are_counted_apart() -> None:
    """Two people at one order: 409 is the right answer, and is shown."""
    with server(faults_every=10, status=409) as (port, _):
        found = _run(port)
    assert found["all"]["conflicts"] > 0
    assert misses(found) == []


@pytest.mark.usefixtures("eager")
def test_a_server_that_is_not_there_is_noticed() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = _run(port, users=5, seconds=1)
    assert found["all"]["errors"] == found["all"]["count"] > 0
    assert any("no answer" in line for line in found["errors"])


def test_bars() -> None:
    def of(users: int, ms: float) -> list[str]:
        return misses(summary([Sample("list", 0, ms / 1000, 200)] * 100, users, 10))

    assert of(200, 499) == []
    assert of(200, 501) != []
    assert of(201, 999) == []
    assert of(400, 1001) != []
    assert misses(summary([], 200, 10)) == ["no call was made in the measured time"]
    slow_tail = [Sample("list", 0, 0.1, 200)] * 97 + [Sample("list", 0, 1.2, 200)] * 3
    assert misses(summary(slow_tail, 200, 10)) == ["p99 1200.0 ms; at most 1000 ms"]
    assert quantile([], 0.95) == 0.0
    assert quantile(list(range(100)), 0.95) == 95


def test_roles_are_shared_out_and_know_their_habits() -> None:
    for users in (5, 50, 200, 400):
        roles = roles_of(users)
        assert len(roles) == users
        assert set(roles) == set(ROLES)
    assert roles_of(200).count("engineer") == 100
    assert all(callable(getattr(load_users.Person, name)) for habits in HABITS.values() for name in habits)


def test_a_connection_the_server_ended_is_opened_anew() -> None:
    """As browsers do: an idle connection that was closed is no fault of the product."""
    found = Found()
    with server() as (port, _):
        client = Client(port, "t", found)
        assert client.call("detail", "GET", "/orders/1") is not None
        client.connection.sock.shutdown(socket.SHUT_WR)  # the server reads the end, and closes
        time.sleep(0.2)
        assert client.call("detail", "GET", "/orders/1") is not None
        client.connection.close()


def test_a_dropped_call_is_kept() -> None:
    found = Found()
    with server() as (port, _):
        client = Client(port, "t", found)
        assert client.call("detail", "GET", "/orders/1") is not None
        client.connection.close()
    assert client.call("detail", "GET", "/orders/1") is None  # nobody listens any more
    assert [s.status for s in found.samples] == [200, 0]


def test_streams_that_are_refused_count_as_lost() -> None:
    with server(faults_every=1, status=401) as (port, _):
        streams = Sockets(port, ["a", "b"])
        streams.start()
        time.sleep(0.3)
        streams.stopping.set()
        streams.join(5)
    assert (streams.opened, streams.lost) == (0, 2)


def test_streams_that_are_let_in_count_as_opened() -> None:
    with server() as (port, _):
        streams = Sockets(port, ["a", "b", "c"])
        streams.start()
        time.sleep(0.5)
        assert (streams.opened, streams.lost) == (3, 0)
        streams.stopping.set()
        streams.join(5)


@pytest.mark.parametrize("words", [["--users", "0"], ["--users", "5000"], ["--seconds", "0"], ["--ratio", "-1"], ["--orders", "3"]])
def test_bad_options_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        load.options_of(words)
    assert ended.value.code == 2
    assert "must be" in capsys.readouterr().err


def test_a_lost_stream_and_errors_end_with_status_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Control for the command itself: what a phase found decides its exit status."""

    @contextlib.contextmanager
    def nowhere(*_: object) -> Iterator[Any]:
        yield type("World", (), {"log_ins": []})()

    for status, ends in ((200, 0), (500, 1)):
        found = summary([Sample("list", 0, 0.01, status)] * 10, 50, 1)
        monkeypatch.setattr(load, "world", nowhere)
        monkeypatch.setattr(load, "measured", lambda *_, found=found: found)
        monkeypatch.setattr(load.signal, "signal", lambda *_: None)
        file = tmp_path / "figures.json"
        assert load.main(["--users", "50", "--json", str(file)]) == ends
        assert '"p95_ratio": 1.0' in file.read_text()
