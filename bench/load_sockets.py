"""Live sockets beside the people of a load run: each holds /live open and reads what comes. One thread for all."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Sequence

OPENING_SECONDS = 10.0


class Sockets(threading.Thread):
    """Streams. `opened` counts those that were let in, `events` what arrived, `lost` streams that ended or were refused."""

    def __init__(self, port: int, tokens: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.port, self.tokens = port, tokens
        self.stopping = threading.Event()
        self.opened = self.events = self.lost = 0
        self._watched = selectors.DefaultSelector()

    def run(self) -> None:
        for token in self.tokens:
            self._ask(token)
        while not self.stopping.is_set():
            for key, _ in self._watched.select(0.2):
                self._read(key)
        for key in list(self._watched.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._watched.close()

    def _ask(self, token: str) -> None:
        """Connect and ask; the answer is read as it comes, so that a busy server does not keep the others waiting."""
        try:
            stream = socket.create_connection(("127.0.0.1", self.port), OPENING_SECONDS)
        except OSError:
            self.lost += 1
            return
        stream.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        stream.setblocking(False)
        self._watched.register(stream, selectors.EVENT_READ, data=[])

    def _read(self, key: selectors.SelectorKey) -> None:
        stream = key.fileobj
        assert isinstance(stream, socket.socket)
        try:
            data = stream.recv(65536)
        except OSError:
            data = b""
        if data and not key.data:
            key.data.append(data)
            if b" 200 " in data.split(b"\r\n", 1)[0]:
                self.opened += 1
            else:
                data = b""
        self.events += data.count(b"event: order")
        if not data:
            self.lost += 1
            self._watched.unregister(stream)
            stream.close()
