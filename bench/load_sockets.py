"""Live sockets beside the people of a load run: each holds /live open and reads what comes. One thread for all."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Sequence

OPENING_SECONDS = 10.0


class Sockets(threading.Thread):
    """Open streams. `events` counts what arrived, `lost` streams that ended or were refused."""

    def __init__(self, port: int, tokens: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.port, self.tokens = port, tokens
        self.stopping = threading.Event()
        self.events = self.lost = 0
        self._watched = selectors.DefaultSelector()

    def run(self) -> None:
        for token in self.tokens:
            self._open(token)
        while not self.stopping.is_set():
            for key, _ in self._watched.select(0.5):
                self._read(key.fileobj)
        for key in list(self._watched.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._watched.close()

    def _open(self, token: str) -> None:
        try:
            stream = socket.create_connection(("127.0.0.1", self.port), OPENING_SECONDS)
        except OSError:
            self.lost += 1
            return
        try:
            stream.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
            answer = stream.recv(4096)
        except OSError:
            answer = b""
        if b" 200 " not in answer.split(b"\r\n", 1)[0]:
            self.lost += 1
            stream.close()
            return
        stream.setblocking(False)
        self._watched.register(stream, selectors.EVENT_READ)

    def _read(self, stream: object) -> None:
        assert isinstance(stream, socket.socket)
        try:
            data = stream.recv(65536)
        except OSError:
            data = b""
        self.events += data.count(b"event: order")
        if not data:
            self.lost += 1
            self._watched.unregister(stream)
            stream.close()
