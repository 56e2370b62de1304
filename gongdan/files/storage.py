"""Where bytes are: a port with a folder behind it (ADR 0014).

What an adapter owes the port, S3 included: keys are made by the adapter and never contain anything a client sent; bytes
are invisible until `commit` returns and durable from then on; `discard` leaves nothing; `chunks` fails at once, not
half-way, when the key is unknown; `delete` of an unknown or empty key is no error; `stored_before` lists what a sweep may look
at. For S3 that is: a multipart upload begun at the first `write`, CompleteMultipartUpload in `commit`, Abort in
`discard`, GetObject, DeleteObject, and ListObjectsV2 by LastModified plus a life-cycle rule for unfinished uploads. The same
tests run on every adapter (`tests/test_storage.py`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 65_536
KEY_BYTES = 24


class Incoming(Protocol):
    """A file being written; invisible until `commit`."""

    def write(self, chunk: bytes) -> None: ...
    def commit(self) -> str: ...
    def discard(self) -> None: ...


class Store(Protocol):
    """A place for bytes. Keys are made by the store. Raises KeyError for an unknown key, OSError when the place fails."""

    def incoming(self) -> Incoming: ...
    def chunks(self, key: str) -> Iterator[bytes]: ...
    def delete(self, key: str) -> None: ...
    def keys(self) -> Iterator[str]: ...
    def stored_before(self, before: datetime) -> Iterator[str]: ...
    def drop_unfinished(self, before: datetime) -> int: ...


class FolderStore:
    """Files in a folder, two levels of subfolders; written beside, flushed, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def incoming(self) -> FolderIncoming:
        (self.folder / "incoming").mkdir(parents=True, exist_ok=True)
        return FolderIncoming(self.folder)

    def chunks(self, key: str) -> Iterator[bytes]:
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError:
            raise KeyError(key) from None
        return _read(file)

    def delete(self, key: str) -> None:
        if key:
            self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        for path in self.folder.glob("??/??/*"):
            yield path.name

    def stored_before(self, before: datetime) -> Iterator[str]:
        for path in self.folder.glob("??/??/*"):
            if _modified(path) < before:
                yield path.name

    def drop_unfinished(self, before: datetime) -> int:
        old = [p for p in self.folder.glob("incoming/*") if _modified(p) < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, key: str) -> Path:
        if not (key.isascii() and key.isalnum()) or len(key) != 2 * KEY_BYTES:
            raise ValueError("not a storage key")
        return self.folder / key[:2] / key[2:4] / key


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _modified(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # taken away meanwhile: nothing to sweep
        return datetime.max.replace(tzinfo=UTC)


class FolderIncoming:
    """A file being written into the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = secrets.token_hex(KEY_BYTES)
        self.path = folder / "incoming" / self.key
        self.file: BinaryIO = self.path.open("xb")

    def write(self, chunk: bytes) -> None:
        self.file.write(chunk)

    def commit(self) -> str:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        outer = self.folder / self.key[:2]
        target = outer / self.key[2:4]
        target.mkdir(parents=True, exist_ok=True)
        self.path.rename(target / self.key)
        for folder in (target, outer, self.folder):  # a name is durable when its folder is, new folders included
            _flush_folder(folder)
        return self.key

    def discard(self) -> None:
        try:
            self.file.close()
        finally:  # closing flushes, and a full disk refuses that too
            self.path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class MemoryStore:
    """The in-memory twin for tests. `at` is the instant it believes in."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.files: dict[str, tuple[bytes, datetime]] = {}
        self.unfinished: dict[str, datetime] = {}

    def incoming(self) -> MemoryIncoming:
        return MemoryIncoming(self)

    def chunks(self, key: str) -> Iterator[bytes]:
        content = self.files[key][0]
        return iter([content[i : i + CHUNK] for i in range(0, len(content), CHUNK)])

    def delete(self, key: str) -> None:
        self.files.pop(key, None)

    def keys(self) -> Iterator[str]:
        return iter(list(self.files))

    def stored_before(self, before: datetime) -> Iterator[str]:
        return iter([k for k, (_, at) in self.files.items() if at < before])

    def drop_unfinished(self, before: datetime) -> int:
        old = [k for k, at in self.unfinished.items() if at < before]
        for key in old:
            del self.unfinished[key]
        return len(old)


class MemoryIncoming:
    """A file being written into memory."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.key = secrets.token_hex(KEY_BYTES)
        self.content = bytearray()
        store.unfinished[self.key] = store.at

    def write(self, chunk: bytes) -> None:
        self.content += chunk

    def commit(self) -> str:
        del self.store.unfinished[self.key]
        self.store.files[self.key] = (bytes(self.content), self.store.at)
        return self.key

    def discard(self) -> None:
        self.store.unfinished.pop(self.key, None)


_other: list[Store | None] = [None]


def store() -> Store:
    """The store of this installation."""
    return _other[0] or FolderStore(Path(os.environ.get("GONGDAN_DATA", "var")) / "files")


def use_store(other: Store | None) -> None:
    """Keep bytes somewhere else from now on (wiring at start; tests); None goes back to the folder."""
    _other[0] = other
