"""The WSGI application of the API: one path for every operation.

match → one transaction → begin_request (+ preloads, one round trip) → permission → handler → queued writes and the
operation's receipt (one round trip) → COMMIT → answer. A lost connection before COMMIT is retried once; a write is safe to
repeat because its receipt commits with it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import connection
from django.db.utils import Error as DjangoDatabaseError

from gongdan.kernel import access, shapes, work
from gongdan.kernel.access import Actor
from gongdan.kernel.clock import Clock
from gongdan.kernel.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    PreconditionRequired,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from gongdan.kernel.http import begin, problems
from gongdan.kernel.http.operations import Call, Operation, Received, Reply, RouteTable
from gongdan.kernel.ids import uuid7
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work

log = logging.getLogger("gongdan.http")
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
COOKIE = "gongdan_session"
PREVIEW = "HTTP_X_PREVIEW_ROLE"  # an administrator looks as this role
NOBODY = Actor(tenant_id=UUID(int=0), id=UUID(int=0), kind="nobody")
SAVE_OPERATION = (
    "insert into kernel_operation (tenant_id, id, actor_id, request_hash, status, body, at) values (%s, %s, %s, %s, %s, %s, %s)"
)
_REASONS = {s.value: f"{s.value} {s.phrase}" for s in HTTPStatus}
_BASE_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
]


class Api:
    """WSGI callable over a route table. `clock` is injected; `prefix` is "/api/v1"."""

    def __init__(self, routes: RouteTable, clock: Clock, prefix: str = "/api/v1") -> None:
        self.routes = routes
        self.clock = clock
        self.prefix = prefix

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        locale = "en" if environ.get("HTTP_ACCEPT_LANGUAGE", "zh").lower().startswith("en") else "zh"
        try:
            reply = self._answer(environ)
        except DomainError as error:
            reply = self._problem(error, locale)
        except (psycopg.Error, DjangoDatabaseError, OSError, RecursionError) as error:
            reply = self._database_problem(error, locale)
        except Exception:  # the edge: nothing may escape as a traceback  # noqa: BLE001
            reply = self._internal(locale)
        headers = [("Content-Type", reply.content_type), *_BASE_HEADERS, *reply.headers]
        if reply.chunks is not None:
            start(_REASONS[reply.status], headers)
            chunks: Iterable[bytes] = reply.chunks
            return chunks
        if reply.status != 204:
            headers.append(("Content-Length", str(len(reply.body))))
        start(_REASONS[reply.status], headers)
        return [reply.body] if environ.get("REQUEST_METHOD") != "HEAD" else []

    def _answer(self, environ: dict[str, Any]) -> Reply:
        method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        op, params, methods = self.routes.find("GET" if method == "HEAD" else method, path[len(self.prefix) :])
        if op is None:
            if methods:
                raise _NoMethod("method_not_allowed", extra={"allow": ", ".join(methods)})
            raise NotFound("no_route")
        call = Call(op, params, environ)
        body, digest = _read_body(op, call, path)
        call.query = _read_query(op, environ.get("QUERY_STRING", ""))
        operation = _operation_id(op, environ)
        if op.writes:
            _same_origin(environ)
        token = _credential(environ)
        if op.receive is None:
            return self._run_again(op, call, body, digest, operation, token)
        call.received = received = self._receive(op, call, token)
        try:
            text = f"{op.method} {path}?{environ.get('QUERY_STRING', '')}\n".encode()
            return self._run_again(op, call, body, hashlib.sha256(text + received.digest).digest(), operation, token)
        finally:
            received.release()

    def _receive(self, op: Operation, call: Call, token: str | None) -> Received:
        """Take a long body while no transaction is open. Who sends it is asked before, and again with the write."""
        at = self.clock.now()
        if token is None:
            raise Unauthenticated("not_authenticated")
        with work.transaction_scope() as raw:
            (rows,) = work.batch(raw, [begin.statement(token, None, at)])
            if not rows:
                raise Unauthenticated("not_authenticated")
            if op.permission is not None:
                access.require(begin.Begun(rows[0], raw).actor, op.permission)
        assert op.receive is not None  # noqa: S101 – asked by the caller
        return op.receive(call)

    def _run_again(self, op: Operation, call: Call, body: Any, digest: bytes, operation: UUID | None, token: str | None) -> Reply:
        """`_run`, and once more when the connection was lost before COMMIT."""
        for attempt in (1, 2):
            try:
                return self._run(op, call, body, digest, operation, token)
            except psycopg.OperationalError as error:
                connection.close()
                once = op.stream and op.receive is None  # the body is read and gone
                if attempt == 2 or once or problems.from_database(error) is not None:
                    raise
        raise Unavailable("unavailable")

    def _run(self, op: Operation, call: Call, body: Any, digest: bytes, operation: UUID | None, token: str | None) -> Reply:
        at = self.clock.now()
        with work.transaction_scope() as raw:
            if op.permission == "public":
                call.work = Work(raw, NOBODY, at, operation)
                reply = _call_handler(op, call, body)
                call.work.flush()
                return reply
            if token is None:
                raise Unauthenticated("not_authenticated")
            statements = [begin.statement(token, operation, at)]
            if op.preload is not None:
                statements += op.preload(call.params, body)
            rows = work.batch(raw, statements)
            if not rows[0]:
                raise Unauthenticated("not_authenticated")
            begun = begin.Begun(rows[0][0], raw)
            _look_as(begun, op, call.headers.get(PREVIEW), raw)
            if operation is not None:
                replay = _replay(begun, digest)
                if replay is not None:
                    return replay
            call.work = Work(raw, begun.actor, at, operation)
            call.work.loaded["preload"] = rows[1:]
            if op.permission is not None:
                access.require(begun.actor, op.permission)
            if op.versioned:
                call.version()
            if begun.touch:
                call.work.write(
                    "update accounts_session set last_seen_at = %s where token_hash = %s",
                    [at, begin.token_hash(token)],
                )
            reply = _call_handler(op, call, body)
            receipt = []
            if operation is not None and reply.chunks is None:
                saved = [
                    begun.actor.tenant_id,
                    operation,
                    begun.actor.id,
                    digest,
                    reply.status,
                    reply.body,
                    at,
                ]
                receipt = [(SAVE_OPERATION, saved)]
            call.work.flush(receipt, commit=True)
        return reply

    def _problem(self, error: DomainError, locale: str) -> Reply:
        request_id = str(uuid7(self.clock.now()))
        headers: list[tuple[str, str]] = []
        if "retry_after" in error.extra:
            headers.append(("Retry-After", str(error.extra["retry_after"])))
        if "allow" in error.extra:
            headers.append(("Allow", error.extra["allow"]))
        if error.status == 401:
            headers.append(("WWW-Authenticate", "Bearer"))
        return Reply(
            status=error.status,
            body=problems.document(error, locale, request_id),
            headers=tuple(headers),
            content_type="application/problem+json",
        )

    def _database_problem(self, error: BaseException, locale: str) -> Reply:
        cause = error if isinstance(error, psycopg.Error) else error.__cause__
        if isinstance(cause, psycopg.Error):
            known = problems.from_database(cause)
            if known is not None:
                return self._problem(known, locale)
            if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
                connection.close()
                return self._problem(Unavailable("unavailable", extra={"retry_after": 2}), locale)
        if isinstance(error, OSError) and error.errno in (28, 122):  # ENOSPC, EDQUOT
            return self._problem(Unavailable("storage_full", extra={"retry_after": 30}), locale)
        return self._internal(locale)

    def _internal(self, locale: str) -> Reply:
        request_id = str(uuid7(self.clock.now()))
        log.error("internal error %s", request_id, exc_info=True)  # noqa: LOG014 – called while an exception is handled
        error = _Internal("internal_error", request_id=request_id)
        return Reply(
            status=500,
            body=problems.document(error, locale, request_id),
            content_type="application/problem+json",
        )


class _NoMethod(DomainError):
    status = 405


class _Internal(DomainError):
    status = 500


def _call_handler(op: Operation, call: Call, body: Any) -> Reply:
    result = op.handler(call, body) if op.body is not None else op.handler(call)
    if isinstance(result, Reply):
        return result
    if result is None:
        return Reply(status=204 if op.status == 200 else op.status)
    return Reply(status=op.status, body=work.ENCODER.encode(result))


def _read_body(op: Operation, call: Call, path: str) -> tuple[Any, bytes]:
    if op.stream:
        return None, b""
    if call.length > op.max_body:
        raise TooLarge("body_too_large", limit=op.max_body)
    raw = call.body_stream.read(call.length) if call.length and call.body_stream else b""
    digest = hashlib.sha256(f"{op.method} {path}\n".encode() + raw).digest() if op.writes else b""
    if op.body is None:
        return None, digest
    if call.content_type and not call.content_type.startswith("application/json"):
        raise Unsupported("unsupported_type", expected="application/json")
    try:
        return msgspec.json.decode(raw, type=op.body), digest
    except msgspec.ValidationError as error:
        field, reason = shapes.detailed(str(error))
        raise Invalid("invalid_body", field=field, reason=reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("invalid_body", reason=Words("应为 JSON", f"this is no JSON, {error}")) from None


def _read_query(op: Operation, raw: str) -> Any:
    from urllib.parse import parse_qsl

    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=100, errors="strict") if raw else []
    except ValueError:
        raise Invalid("invalid_value", field="query", reason="UTF-8, ≤ 100") from None
    known = _QUERY_KEYS.get(op.query)
    if known is None:
        known = _QUERY_KEYS[op.query] = frozenset(f.encode_name for f in msgspec.structs.fields(op.query))
    values: dict[str, str] = {}
    for key, value in pairs:
        if op.loose_query and key.startswith(op.loose_query):
            continue
        if key not in known:
            raise Invalid("invalid_value", field=key, reason=Words("没有这个参数", "there is no such parameter"))
        if "\x00" in value:
            raise Invalid("invalid_value", field=key, reason="NUL")
        values[key] = value
    try:
        found: Any = msgspec.convert(values, op.query, strict=False)
    except msgspec.ValidationError as error:
        field, reason = shapes.fault(str(error))
        raise Invalid("invalid_value", field=field, reason=reason) from None
    for key, value in values.items():  # texts are read as numbers where numbers are meant, and so as seconds since 1970
        if isinstance(getattr(found, key, None), datetime) and value[4:5] != "-":
            raise Invalid("invalid_value", field=key, reason=INSTANT)
    return found


INSTANT = Words("应为时间，例如 2026-03-02T09:00:00Z", "an instant such as 2026-03-02T09:00:00Z is expected")
_QUERY_KEYS: dict[type, frozenset[str]] = {}


def _operation_id(op: Operation, environ: dict[str, Any]) -> UUID | None:
    raw = environ.get("HTTP_OPERATION_ID")
    if raw is None:
        if op.operation_id_needed:
            raise PreconditionRequired("operation_id_missing")
        return None
    if not op.writes:
        return None
    try:
        return UUID(raw)
    except ValueError:
        raise Invalid("operation_id_invalid", field="Operation-Id") from None


def _same_origin(environ: dict[str, Any]) -> None:
    """Refuse writes that a browser sends from elsewhere. SameSite and the Operation-Id header say so too."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site in ("cross-site", "same-site"):
        raise NotAllowed("foreign_origin")
    origin = environ.get("HTTP_ORIGIN")
    if origin and origin.partition("://")[2] != environ.get("HTTP_HOST", ""):
        raise NotAllowed("foreign_origin")


def _credential(environ: dict[str, Any]) -> str | None:
    header: str = environ.get("HTTP_AUTHORIZATION", "")
    if header.startswith("Bearer "):
        return header[7:].strip()
    for part in environ.get("HTTP_COOKIE", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return str(value)
    return None


def _look_as(begun: begin.Begun, op: Operation, role: str | None, raw: Any) -> None:
    """Give the actor the rights of the role they look as; who looks changes nothing."""
    if role is None:
        return
    begun.actor = begin.seen_as(begun.actor, role, raw)
    if op.writes:
        raise NotAllowed("preview_reads_only")


def _replay(begun: begin.Begun, digest: bytes) -> Reply | None:
    """The stored answer of an operation that was done before; None when it is new."""
    if not begun.op_free:
        raise Conflict("operation_in_flight", extra={"retry_after": 1})
    if begun.op_hash is None:
        return None
    if begun.op_hash != digest:
        raise Invalid("operation_reused", field="Operation-Id")
    return Reply(status=begun.op_status or 200, body=begun.op_body or b"", headers=(("Operation-Replayed", "true"),))
