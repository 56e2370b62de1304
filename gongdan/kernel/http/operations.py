"""Declaring API operations.

An operation is a plain function `(call, body?) -> struct | Reply | None` with msgspec structs for its query, body and
answer; the dispatcher, the OpenAPI document and the generated tests read the same declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

import msgspec

from gongdan.kernel.access import Actor
from gongdan.kernel.errors import Invalid, PreconditionRequired
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work

Handler = Callable[..., Any]


class Empty(msgspec.Struct, frozen=True):
    """No query parameters."""


class Reply(msgspec.Struct, frozen=True):
    """An answer that is more than a struct: ready bytes, another status, headers, or a stream of chunks."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"
    chunks: Any = None


class Received(Protocol):
    """A long body that was taken before the transaction: what tells it from another, and how to let go of what nobody kept."""

    @property
    def digest(self) -> bytes: ...
    def release(self) -> None: ...


class Call:
    """One request on its way through an operation."""

    __slots__ = (
        "body_stream",
        "content_type",
        "cookies",
        "headers",
        "length",
        "op",
        "params",
        "query",
        "received",
        "remote",
        "work",
    )

    def __init__(self, op: Operation, params: dict[str, str], environ: dict[str, Any]) -> None:
        self.op = op
        self.params = params
        self.query: Any = None
        self.work: Work = None  # type: ignore[assignment] # set by the dispatcher before the handler runs
        self.headers = environ
        self.body_stream = environ.get("wsgi.input")
        self.received: Any = None  # what the operation's `receive` made of the body
        self.content_type: str = environ.get("CONTENT_TYPE", "")
        self.length = int(environ.get("CONTENT_LENGTH") or 0)
        self.remote: str = environ.get("REMOTE_ADDR", "")

    @property
    def actor(self) -> Actor:
        return self.work.actor

    def uuid(self, name: str) -> UUID:
        """A path parameter as UUID. Raises Invalid naming it."""
        try:
            return UUID(self.params[name])
        except ValueError:
            raise Invalid("invalid_value", field=name, reason="UUID") from None

    def version(self) -> int:
        """The version in If-Match. Raises PreconditionRequired (428) when absent, Invalid when not a number."""
        raw = self.headers.get("HTTP_IF_MATCH")
        if raw is None:
            raise PreconditionRequired("version_missing")
        try:
            return int(raw.strip().strip('"'))
        except ValueError:
            raise Invalid("invalid_value", field="If-Match", reason='"3"') from None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One declared API operation."""

    method: str
    path: str
    handler: Handler
    permission: str | None  # None: open to anyone with a session; "public": no session at all
    body: Any = None
    query: type = Empty
    returns: Any = None
    status: int = 200
    summary: str = ""
    tag: str = ""
    writes: bool = False
    operation_id_needed: bool = False
    stream: bool = False  # the handler reads the body itself
    stream_types: tuple[str, ...] = ()
    receive: Callable[[Call], Received] | None = None  # takes a long body outside any transaction, from who may send it
    versioned: bool = False  # needs If-Match
    loose_query: str = ""  # query keys with this prefix are read by the handler itself
    preload: Callable[[dict[str, str], Any], list[Statement]] | None = None
    max_body: int = 1_048_576

    @property
    def name(self) -> str:
        return f"{self.tag}_{self.handler.__name__}"


class Router:
    """The operations of one slice."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.operations: list[Operation] = []

    def add(self, method: str, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Declare an operation; see `Operation` for the options."""
        writes = options.pop("writes", method != "GET")
        needs_id = options.pop("operation_id_needed", writes and options.get("permission") != "public")

        def register(handler: Handler) -> Handler:
            summary = options.pop("summary", "") or (handler.__doc__ or handler.__name__).strip().split("\n")[0]
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    handler=handler,
                    tag=self.tag,
                    summary=summary,
                    writes=writes,
                    operation_id_needed=needs_id,
                    permission=options.pop("permission", None),
                    **options,
                )
            )
            return handler

        return register

    def get(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("DELETE", path, **options)


class RouteTable:
    """Finds the operation of a method and path: static paths by dictionary, others segment by segment."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        self._root: dict[str | None, Any] = {}  # None stands for a parameter, "" holds the methods
        for op in operations:
            node = self._root
            for part in op.path.strip("/").split("/"):
                key = None if part.startswith("{") else part
                node = node.setdefault(key, {})
            if op.method in node.get("", {}):
                raise ValueError(f"{op.method} {op.path} is declared twice")
            node.setdefault("", {})[op.method] = (
                op,
                [p[1:-1] for p in op.path.split("/") if p.startswith("{")],
            )

    def find(self, method: str, path: str) -> tuple[Operation | None, dict[str, str], list[str]]:
        """(operation, path parameters, methods there); operation None when nothing fits."""
        node: dict[str | None, Any] = self._root
        values: list[str] = []
        for part in path.strip("/").split("/"):
            if part in node and part:
                node = node[part]
            elif None in node:
                node = node[None]
                values.append(part)
            else:
                return None, {}, []
        here = node.get("", {})
        found = here.get(method)
        if found is None:
            return None, {}, list(here)
        op, names = found
        return op, dict(zip(names, values, strict=True)), list(here)
