"""What every store owes the port; the same tests on each."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gongdan.files.storage import CHUNK, FolderStore, MemoryStore, Store

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(params=["folder", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "files") if request.param == "folder" else MemoryStore(NOW)


def _put(place: Store, content: bytes) -> str:
    incoming = place.incoming()
    incoming.write(content)
    return incoming.commit()


def test_what_was_written_comes_back(place: Store) -> None:
    content = os.urandom(CHUNK * 2 + 17)
    key = _put(place, content)
    assert b"".join(place.chunks(key)) == content
    assert list(place.keys()) == [key]


def test_keys_are_the_stores_own_and_never_the_same(place: Store) -> None:
    keys = {_put(place, b"x") for _ in range(50)}
    assert len(keys) == 50
    assert all(len(k) == 48 and k.isalnum() for k in keys)


def test_half_written_bytes_are_invisible(place: Store) -> None:
    incoming = place.incoming()
    incoming.write(b"half")
    assert list(place.keys()) == []
    incoming.discard()
    assert list(place.keys()) == []
    assert place.drop_unfinished(datetime.max.replace(tzinfo=UTC)) == 0


def test_an_unknown_key_fails_at_once(place: Store) -> None:
    with pytest.raises(KeyError):
        place.chunks("ab" * 24)


def test_deleting_twice_is_no_error(place: Store) -> None:
    key = _put(place, b"x")
    place.delete(key)
    place.delete(key)
    place.delete("")
    assert list(place.keys()) == []


def test_what_a_crash_left_half_written_is_dropped_when_old(place: Store) -> None:
    broken = [place.incoming(), place.incoming()]
    for incoming in broken:
        incoming.write(b"half")
    assert place.drop_unfinished(datetime(2020, 1, 1, tzinfo=UTC)) == 0
    assert place.drop_unfinished(datetime.max.replace(tzinfo=UTC)) == 2
    for incoming in broken:
        incoming.discard()


def test_a_sweep_looks_at_old_bytes_only(place: Store) -> None:
    key = _put(place, b"x")
    assert list(place.stored_before(datetime(2020, 1, 1, tzinfo=UTC))) == []
    assert list(place.stored_before(datetime.now(UTC) + timedelta(days=365 * 9))) == [key]


@pytest.mark.parametrize("key", ["../../etc/passwd", "a" * 47, "é" * 48, "/" * 48, ".." + "a" * 46])
def test_a_folder_reaches_nothing_outside_itself(tmp_path: Path, key: str) -> None:
    place = FolderStore(tmp_path / "files")
    for use in (place.chunks, place.delete):
        with pytest.raises(ValueError, match="storage key"):
            use(key)


def test_a_commit_flushes_the_file_and_every_folder_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(os.path.relpath(Path(f"/proc/self/fd/{handle}").readlink(), tmp_path))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    key = _put(FolderStore(tmp_path / "files"), b"x")
    assert flushed == [f"files/incoming/{key}", f"files/{key[:2]}/{key[2:4]}", f"files/{key[:2]}", "files"]


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """/dev/full refuses every flush with ENOSPC: what the kernel does when a disk is full."""
    place = FolderStore(tmp_path / "files")
    incoming = place.incoming()
    incoming.file.close()
    incoming.file = open("/dev/full", "wb")  # noqa: PTH123, SIM115 – handed to the store, which closes it
    incoming.write(b"x" * 10)
    with pytest.raises(OSError) as full:
        incoming.commit()
    assert full.value.errno == errno.ENOSPC
    with pytest.raises(OSError):
        incoming.discard()
    assert list(place.keys()) == []
    assert list((tmp_path / "files" / "incoming").iterdir()) == []
