"""HTTP of files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from gongdan.files import actions, queries, rules
from gongdan.files.actions import Stored
from gongdan.files.models import File
from gongdan.kernel.errors import Invalid
from gongdan.kernel.http.operations import Call, Reply, Router

router = Router("files")
Size = Annotated[int, msgspec.Meta(ge=0, le=1 << 50)]
Name = Annotated[str, msgspec.Meta(max_length=1000)]


class FileOut(msgspec.Struct, frozen=True):
    """A stored file: its name as cleaned, size in bytes, SHA-256 in hex, media type by content."""

    id: UUID
    name: str
    size: int
    sha256: str
    type: str
    state: str
    created_at: datetime


class UploadQuery(msgspec.Struct, frozen=True):
    """The file's name, an id made by the client so that a retry is harmless, and the size when the body comes in chunks."""

    name: Name = ""
    id: UUID | None = None
    size: Size | None = None


class PartQuery(msgspec.Struct, frozen=True):
    """The file's name and the number of parts it comes in."""

    name: Name = ""
    of: Annotated[int, msgspec.Meta(ge=1, le=actions.MOST_PARTS)] = 1
    size: Size | None = None


class PartsOut(msgspec.Struct, frozen=True):
    """How far an upload in parts is: the numbers that have arrived, and the file."""

    file: FileOut
    of: int
    received: list[int]


def _out(file: File) -> FileOut:
    return FileOut(file.id, file.name, file.size, bytes(file.sha256).hex(), file.type, file.state, file.created_at)


def _parts(call: Call, file: File) -> PartsOut:
    whole = file.state != "uploading"
    numbers = list(range(1, file.parts + 1)) if whole else queries.received(call.work, file.id)
    return PartsOut(_out(file), file.parts, numbers)


def _take(call: Call, most: int) -> Stored:
    """Receive the body. How long it is must be known before: a body sent in chunks (RFC 9112 §7.1) whose sender went away ends
    like a whole one."""
    chunked = "chunked" in call.headers.get("HTTP_TRANSFER_ENCODING", "").lower()
    length = call.query.size if chunked else call.length
    if length is None:
        raise Invalid("file_length_missing", field="size")
    actions.shown_name(call.query.name)
    assert call.body_stream is not None  # noqa: S101 – WSGI always gives one
    return actions.receive(call.body_stream, length, most)


def _take_file(call: Call) -> Stored:
    return _take(call, actions.limit())


def _take_part(call: Call) -> Stored:
    _place(call)
    return _take(call, actions.PART_LIMIT)


def _place(call: Call) -> tuple[UUID, int, int]:
    number, of = call.params["number"], call.query.of
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise Invalid("file_part_number", field="number", of=of, most=actions.MOST_PARTS)
    return call.uuid("file_id"), int(number), of


@router.post(
    "/files", permission="file.add", query=UploadQuery, returns=FileOut, status=201, stream=True, receive=_take_file,
    operation_id_needed=False, summary="Upload a file",
)  # fmt: skip
def upload(call: Call) -> FileOut:
    return _out(actions.keep(call.work, call.received, call.query.name, call.query.id))


@router.put(
    "/files/{file_id}/parts/{number}", permission="file.add", query=PartQuery, returns=PartsOut, stream=True, receive=_take_part,
    operation_id_needed=False, summary="Upload a part of a file",
)  # fmt: skip
def put_part(call: Call) -> PartsOut:
    return _parts(call, actions.keep_part(call.work, call.received, call.query.name, _place(call)))


@router.get("/files/{file_id}/parts", permission="file.view", returns=PartsOut, summary="How far an upload is")
def parts(call: Call) -> PartsOut:
    return _parts(call, queries.visible(call.work, call.uuid("file_id")))


@router.get("/files/{file_id}", permission="file.view", returns=FileOut, summary="A file's facts")
def one(call: Call) -> FileOut:
    return _out(queries.visible(call.work, call.uuid("file_id")))


@router.get("/files/{file_id}/content", permission="file.view", stream=True, summary="A file's bytes")
def content(call: Call) -> Reply:
    return download(queries.readable(call.work, call.uuid("file_id")))


def download(file: File) -> Reply:
    """The answer that delivers a file: sandboxed, named, only pictures inline (the edge adds `nosniff`)."""
    return Reply(
        chunks=actions.chunks(file),
        content_type=rules.served_as(file.type),
        headers=(
            ("Content-Disposition", rules.disposition(file.name, file.type)),
            ("Content-Length", str(file.size)),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ),
    )
