"""The public API over a real socket: a web process of our own on loopback, and a client that keeps its connection."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec

from gongdan.kernel.http.testing import Answer

PREFIX = "/api/v1"
PATIENCE_SECONDS = 30


class Remote:
    """A client with a bearer token; every write has an Operation-Id."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = token

    def close(self) -> None:
        """Let go of the connection."""
        self.connection.close()

    def get(self, path: str) -> Answer:
        """Read. Raises OSError."""
        return self._request("GET", path, None, {})

    def post(self, path: str, body: Any, *, operation: str | None = None) -> Answer:
        """Write. Raises OSError."""
        return self._request("POST", path, msgspec.json.encode(body), {"Operation-Id": operation or str(uuid4())})

    def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        self.connection.request(method, PREFIX + path, body, given)
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())


@contextlib.contextmanager
def served() -> Iterator[int]:
    """A web process on a free port of loopback while the block runs. Raises RuntimeError when it does not answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gongdan.wiring.cli", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command)  # noqa: S603 – fixed program
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE_SECONDS * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the web process does not answer")
