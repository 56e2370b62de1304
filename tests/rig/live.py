"""A live process and its listeners, for tests: the real server, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


def free_port() -> int:
    """A port nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens at `port`."""
    for _ in range(450):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens at {port}")


@contextmanager
def live_process(url: str = "http://127.0.0.1:8000") -> Iterator[int]:
    """A live process on the test database, for a console at `url`. Yields its port."""
    port = free_port()
    command = [sys.executable, "-m", "gongdan.wiring.cli", "live", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "GONGDAN_URL": url})
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(15)


class Ear:
    """A listener: what it hears is (event, data, id), one after the other."""

    def __init__(self, port: int, token: str, after: str = "", headers: dict[str, str] | None = None) -> None:
        self.port, self.token = port, token
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
        asked = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": after} if after else {}) | (headers or {})
        self.connection.request("GET", "/live", headers=asked)
        self.socket = self.connection.sock  # a stream's answer takes it away from the connection
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.heard: queue.Queue[tuple[str, Any, str]] = queue.Queue()
        self.last = after
        self.ended = threading.Event()
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
            self.key: str = self.next("ready")["connection"]
        else:
            self.said = self.answer.read().decode()
            self.close()

    def _read(self) -> None:
        event = data = position = ""
        try:
            for raw in self.answer:
                line = raw.decode().rstrip("\n")
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    data = value
                elif name == "id":
                    position = value
                elif not line and event:
                    self.heard.put((event, json.loads(data), position))
                    event = data = position = ""
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self.ended.set()

    def next(self, wanted: str, seconds: float = 20) -> Any:
        """The data of the next `wanted` event; others before it are passed over."""
        end = time.monotonic() + seconds
        while True:
            event, data, position = self.heard.get(timeout=max(end - time.monotonic(), 0.01))
            self.last = position or self.last
            if event == wanted:
                return data

    def silent(self, seconds: float = 1.5) -> bool:
        """Whether nothing comes within `seconds`, beats aside."""
        time.sleep(seconds)
        heard = list(self.heard.queue)
        return not [h for h in heard if h[0] != "beat"]

    def here(self, *places: tuple[str, str]) -> int:
        """Say where this listener's person is. Returns the status."""
        body = json.dumps({"connection": self.key, "places": [{"place": p, "doing": d} for p, d in places]})
        return post(self.port, self.token, body)

    def close(self) -> None:
        """Hang up without a word, as a killed browser does."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        if self.status == 200:
            self.ended.wait(5)
        self.answer.close()
        self.connection.close()


def post(port: int, token: str, body: str, **headers: str) -> int:
    """POST /live/here; the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/live/here", body, {"Authorization": f"Bearer {token}", **headers})
    status = connection.getresponse().status
    connection.close()
    return status
