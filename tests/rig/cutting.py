"""A TCP proxy before PostgreSQL that swallows the answer to a COMMIT and cuts the line: nobody can tell whether it happened."""

from __future__ import annotations

import contextlib
import socket
import threading

COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"


class Cutter:
    """Forwards loopback connections to `port`; the next `armed` answers to COMMIT are lost with their connections."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.armed = 0
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self._open += [client, server]
                threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if answers and self.armed and COMMITTED in data:
                    self.armed -= 1
                    self.cuts += 1
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop listening and cut everything."""
        for end in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                end.close()
