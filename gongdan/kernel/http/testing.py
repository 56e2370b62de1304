"""An in-process client of a WSGI application, for tests, replay and the simulator's HTTP mode."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import msgspec


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = {k.lower(): v for k, v in headers}
        self.body = body

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Client:
    """Calls `app` without a socket; keeps a bearer token; makes an Operation-Id for every write."""

    def __init__(self, app: Any, token: str | None = None, prefix: str = "/api/v1", locale: str = "zh") -> None:
        self.app = app
        self.token = token
        self.prefix = prefix
        self.locale = locale

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        operation: str | None = None,
        version: int | None = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One request. `body` is encoded as JSON unless `raw` bytes are given."""
        where, _, query = path.partition("?")
        data = raw if raw is not None else b"" if body is None else msgspec.json.encode(body)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": (self.prefix + where).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json" if raw is None else "application/octet-stream",
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_HOST": "localhost",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_ACCEPT_LANGUAGE": self.locale,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": io.StringIO(),
        }
        if self.token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        if method != "GET" and operation != "":
            environ["HTTP_OPERATION_ID"] = operation or str(uuid4())
        if version is not None:
            environ["HTTP_IF_MATCH"] = f'"{version}"'
        for name, value in (headers or {}).items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        seen: list[Any] = []
        chunks = self.app(environ, lambda status, head, *_: seen.append((status, head)))
        content = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
        status, head = seen[0]
        return Answer(int(status.split()[0]), head, content)

    def get(self, path: str, **options: Any) -> Answer:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.request("POST", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.request("PATCH", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.request("PUT", path, body, **options)

    def delete(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.request("DELETE", path, body, **options)
