"""Where bytes are: a port with a folder behind it; S3 fits the same port (ADR 0014)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 65_536


class Incoming(Protocol):
    """A file being written; invisible until `commit`."""

    def write(self, chunk: bytes) -> None: ...
    def commit(self) -> str: ...
    def discard(self) -> None: ...


class Store(Protocol):
    """A place for bytes. Keys are made by the store."""

    def incoming(self) -> Incoming: ...
    def chunks(self, key: str) -> Iterator[bytes]: ...
    def delete(self, key: str) -> None: ...
    def keys(self) -> Iterator[str]: ...


class FolderStore:
    """Files in a folder, two levels of subfolders; written beside, flushed, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def incoming(self) -> FolderIncoming:
        (self.folder / "incoming").mkdir(parents=True, exist_ok=True)
        return FolderIncoming(self.folder)

    def chunks(self, key: str) -> Iterator[bytes]:
        with self._path(key).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        for path in self.folder.glob("??/??/*"):
            yield path.name

    def _path(self, key: str) -> Path:
        if not key.isalnum() or len(key) != 48:
            raise ValueError("not a storage key")
        return self.folder / key[:2] / key[2:4] / key


class FolderIncoming:
    """A file being written into the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = secrets.token_hex(24)
        self.path = folder / "incoming" / self.key
        self.file: BinaryIO = self.path.open("xb")

    def write(self, chunk: bytes) -> None:
        self.file.write(chunk)

    def commit(self) -> str:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        target = self.folder / self.key[:2] / self.key[2:4] / self.key
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.rename(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return self.key

    def discard(self) -> None:
        self.file.close()
        self.path.unlink(missing_ok=True)


def store() -> Store:
    """The store of this installation."""
    return FolderStore(Path(os.environ.get("GONGDAN_DATA", "var")) / "files")
