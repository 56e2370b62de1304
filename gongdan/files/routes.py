"""HTTP of files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import msgspec

from gongdan.files import actions, queries, rules
from gongdan.files.models import File
from gongdan.kernel.http.operations import Call, Reply, Router

router = Router("files")


class FileOut(msgspec.Struct, frozen=True):
    """A stored file."""

    id: UUID
    name: str
    size: int
    sha256: str
    type: str
    state: str
    created_at: datetime


class UploadQuery(msgspec.Struct, frozen=True):
    """The file's name, and an id made by the client so that a retry is harmless."""

    name: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    id: UUID | None = None


def _out(file: File) -> FileOut:
    return FileOut(file.id, file.name, file.size, bytes(file.sha256).hex(), file.type, file.state, file.created_at)


@router.post(
    "/files", permission="file.add", query=UploadQuery, returns=FileOut, status=201, stream=True,
    operation_id_needed=False, summary="Upload a file",
)  # fmt: skip
def upload(call: Call) -> FileOut:
    assert call.body_stream is not None  # noqa: S101 – WSGI always gives one
    return _out(actions.upload(call.work, call.body_stream, call.length, call.query.name, call.query.id))


@router.get("/files/{file_id}", permission="file.view", returns=FileOut, summary="A file's facts")
def one(call: Call) -> FileOut:
    return _out(queries.readable(call.work, call.uuid("file_id")))


@router.get("/files/{file_id}/content", permission="file.view", stream=True, summary="A file's bytes")
def content(call: Call) -> Reply:
    file = queries.readable(call.work, call.uuid("file_id"))
    return download(file)


def download(file: File) -> Reply:
    """The answer that delivers a file: sandboxed, named, only pictures inline."""
    how = "inline" if rules.inline(file.type) else "attachment"
    kind = file.type if not file.type.startswith("text/") else "text/plain; charset=utf-8"
    return Reply(
        chunks=actions.chunks(file),
        content_type=kind,
        headers=(
            ("Content-Disposition", f"{how}; filename=\"file\"; filename*=UTF-8''{quote(file.name)}"),
            ("Content-Length", str(file.size)),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ),
    )
