"""Uploads on a real database and a real folder: whole, in parts, repeated, broken, swept."""

from __future__ import annotations

import errno
import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from gongdan.files import actions, queries
from gongdan.files.models import File, Part
from gongdan.files.scanning import EICAR
from gongdan.files.storage import FolderIncoming, FolderStore, Store, use_store
from gongdan.kernel.access import ALL, Actor
from gongdan.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooLarge
from gongdan.kernel.work import unit_of_work

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[FolderStore]:
    folder = FolderStore(tmp_path / "files")
    use_store(folder)
    yield folder
    use_store(None)


@pytest.fixture
def somebody() -> Actor:
    return Actor(tenant_id=uuid4(), id=uuid4(), grants={"file.add": ALL, "file.view": ALL})


def _other(actor: Actor) -> Actor:
    return Actor(tenant_id=actor.tenant_id, id=uuid4(), grants=actor.grants)


def _send(actor: Actor, content: bytes, name: str = "a.txt", file_id: UUID | None = None, at: datetime = NOW) -> File:
    with unit_of_work(actor, at) as work:
        return actions.upload(work, io.BytesIO(content), len(content), name, file_id)


def _part(actor: Actor, content: bytes, file_id: UUID, number: int, of: int) -> File:
    stored = actions.receive(io.BytesIO(content), len(content), actions.PART_LIMIT)
    try:
        with unit_of_work(actor, NOW) as work:
            return actions.keep_part(work, stored, "film.mp4", (file_id, number, of))
    finally:
        stored.release()


def _bytes(actor: Actor, file_id: UUID) -> bytes:
    with unit_of_work(actor, NOW) as work:
        return b"".join(actions.chunks(queries.readable(work, file_id)))


def _empty(place: FolderStore) -> bool:
    return not [p for p in place.folder.rglob("*") if p.is_file()]


def test_a_file_comes_back_as_it_was_sent(place: FolderStore, somebody: Actor) -> None:
    content = b"".join(i.to_bytes(4, "big") for i in range(50_000))
    file = _send(somebody, content, "../\u202e照片.bin")
    assert (file.name, file.size, file.state) == ("照片.bin", 200_000, "ready")
    assert _bytes(somebody, file.id) == content
    assert file.name not in file.storage_key


def test_without_the_permission_nothing_is_stored(place: FolderStore, somebody: Actor) -> None:
    with pytest.raises(NotAllowed):
        _send(Actor(tenant_id=somebody.tenant_id, id=somebody.id), b"x")
    assert _empty(place)


@pytest.mark.parametrize(
    ("content", "length", "name", "code"),
    [
        (b"", 0, "a", "file_empty"),
        (b"abc", 10, "a", "file_incomplete"),
        (b"abc", 3, "  ", "file_name_missing"),
        (b"abc", 3 * 1_048_576, "a", "file_too_large"),
    ],
)
def test_a_broken_upload_leaves_nothing(
    place: FolderStore, somebody: Actor, monkeypatch: pytest.MonkeyPatch, content: bytes, length: int, name: str, code: str
) -> None:
    monkeypatch.setenv("GONGDAN_UPLOAD_MB", "1")
    with pytest.raises(DomainError) as refused, unit_of_work(somebody, NOW) as work:
        actions.upload(work, io.BytesIO(content), length, name)
    assert refused.value.code == code
    assert isinstance(refused.value, TooLarge) == (code == "file_too_large")
    assert _empty(place)
    with unit_of_work(somebody, NOW):
        assert not File.objects.exists()


def test_a_full_disk_is_told_and_leaves_nothing(place: FolderStore, somebody: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    def write(self: FolderIncoming, chunk: bytes) -> None:
        written.append(self.file.write(chunk[:100]))
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(FolderIncoming, "write", write)
    with pytest.raises(OSError, match="no space"):
        _send(somebody, b"x" * 1_000)
    assert written == [100]
    assert _empty(place)


def test_the_same_id_again_is_the_same_file(place: FolderStore, somebody: Actor) -> None:
    file_id = uuid4()
    first, again = (_send(somebody, b"abc", file_id=file_id) for _ in range(2))
    assert first.storage_key == again.storage_key
    assert len(list(place.keys())) == 1


def test_the_same_id_with_other_bytes_is_refused(place: FolderStore, somebody: Actor) -> None:
    file_id = _send(somebody, b"abc", file_id=uuid4()).id
    with pytest.raises(Invalid, match="operation_reused"):
        _send(somebody, b"abd", file_id=file_id)
    assert _bytes(somebody, file_id) == b"abc"


def test_an_id_of_somebody_else_is_refused_and_says_nothing(place: FolderStore, somebody: Actor) -> None:
    file_id = _send(somebody, b"abc", file_id=uuid4()).id
    stranger = Actor(tenant_id=uuid4(), id=uuid4(), grants=somebody.grants)
    for other in (_other(somebody), stranger):
        with pytest.raises(Conflict, match="already_exists"):
            _send(other, b"abc", file_id=file_id)
        with pytest.raises(NotFound):
            _bytes(other, file_id)
    assert len(list(place.keys())) == 1


def test_sent_twice_at_once_it_is_stored_once(place: FolderStore, somebody: Actor) -> None:
    file_id, gate = uuid4(), threading.Barrier(4)
    seen: list[Any] = []

    def send() -> None:
        gate.wait()
        try:
            seen.append(_send(somebody, b"abc" * 1_000, file_id=file_id).id)
        except DomainError as error:
            seen.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [file_id] * 4
    assert len(list(place.keys())) == 1


def test_a_quarantined_file_is_kept_and_given_to_nobody(place: FolderStore, somebody: Actor) -> None:
    file = _send(somebody, b"x" * 100_000 + EICAR, "holiday.jpg")
    assert (file.state, file.finding) == ("quarantined", "eicar")
    with pytest.raises(NotAllowed, match="file_quarantined"):
        _bytes(somebody, file.id)
    with unit_of_work(somebody, NOW) as work:
        assert queries.visible(work, file.id).state == "quarantined"


def test_bytes_that_are_gone_are_told_before_the_answer_begins(place: FolderStore, somebody: Actor) -> None:
    file = _send(somebody, b"abc")
    place.delete(file.storage_key)
    with pytest.raises(NotFound, match="file_bytes_missing"):
        _bytes(somebody, file.id)


def test_the_owner_of_a_file_decides_over_its_maker(somebody: Actor, place: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    file, other = _send(somebody, b"abc"), _other(somebody)
    monkeypatch.setattr(queries, "_OWNERS", [lambda work, _: work.actor.id == other.id])
    assert _bytes(other, file.id) == b"abc"
    with pytest.raises(NotFound):
        _bytes(somebody, file.id)


def test_only_files_one_could_read_may_be_attached(somebody: Actor, place: FolderStore) -> None:
    mine = _send(somebody, b"abc").id
    theirs = _send(_other(somebody), b"secret").id
    with unit_of_work(somebody, NOW) as work:
        queries.require_attachable(work, [])
        queries.require_attachable(work, [mine])
        for wrong in ([theirs], [mine, theirs], [uuid4()]):
            with pytest.raises(Invalid, match="file_not_yours"):
                queries.require_attachable(work, wrong)


def test_parts_make_a_file_in_any_order(place: FolderStore, somebody: Actor) -> None:
    file_id, pieces = uuid4(), [b"a" * 70_000, b"b" * 10, b"c" * 70_000]
    for number in (3, 1):
        assert _part(somebody, pieces[number - 1], file_id, number, 3).state == "uploading"
    with unit_of_work(somebody, NOW) as work:
        assert queries.received(work, file_id) == [1, 3]
        with pytest.raises(Conflict, match="file_unfinished"):
            queries.readable(work, file_id)
    whole = _part(somebody, pieces[1], file_id, 2, 3)
    assert (whole.state, whole.size, whole.type) == ("ready", 140_010, "text/plain")
    assert _bytes(somebody, file_id) == b"".join(pieces)
    assert list(place.keys()) == [whole.storage_key], "the parts' own bytes are gone"
    assert _part(somebody, pieces[1], file_id, 2, 3).sha256 == whole.sha256, "a late repeat changes nothing"


def test_a_virus_cut_in_two_parts_is_found(place: FolderStore, somebody: Actor) -> None:
    file_id = uuid4()
    _part(somebody, b"x" * 9 + EICAR[:20], file_id, 1, 2)
    assert _part(somebody, EICAR[20:], file_id, 2, 2).state == "quarantined"


def test_a_part_again_is_one_part_and_other_bytes_are_refused(place: FolderStore, somebody: Actor) -> None:
    file_id = uuid4()
    for _ in range(2):
        _part(somebody, b"abc", file_id, 1, 2)
    assert len(list(place.keys())) == 1
    with pytest.raises(Invalid, match="operation_reused"):
        _part(somebody, b"xyz", file_id, 1, 2)
    with pytest.raises(Invalid, match="operation_reused"):
        _part(somebody, b"abc", file_id, 2, 3)
    with pytest.raises(Conflict):
        _part(_other(somebody), b"abc", file_id, 2, 2)
    assert len(list(place.keys())) == 1
    assert _part(somebody, b"def", file_id, 2, 2).size == 6


def test_parts_together_keep_the_limit(place: FolderStore, somebody: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_UPLOAD_MB", "1")
    file_id = uuid4()
    _part(somebody, b"x" * 700_000, file_id, 1, 3)
    with pytest.raises(TooLarge):
        _part(somebody, b"x" * 700_000, file_id, 2, 3)
    assert len(list(place.keys())) == 1
    for number, of in ((0, 1), (2, 1), (1, actions.MOST_PARTS + 1)):
        with pytest.raises(Invalid, match="file_part_number"):
            _part(somebody, b"x", uuid4(), number, of)


def _facts(actor: Actor) -> list[tuple[str, int]]:
    with unit_of_work(actor, NOW):
        return sorted((f.name, Part.objects.filter(file_id=f.id).count()) for f in File.objects.all())


def test_the_sweep_takes_what_nobody_attached_and_what_never_arrived(place: Store, somebody: Actor) -> None:
    _send(somebody, b"old", "old.txt", at=NOW - timedelta(days=8))
    _send(somebody, b"new", "new.txt", at=NOW - timedelta(days=6))
    _part(somebody, b"abc", uuid4(), 1, 2)
    actions.sweep(NOW)
    assert _facts(somebody) == [("film.mp4", 1), ("new.txt", 0)]
    actions.sweep(NOW + timedelta(hours=25))
    assert _facts(somebody) == []
    assert list(place.keys()) == []


def test_bytes_without_a_row_are_swept_and_no_others(place: FolderStore, somebody: Actor) -> None:
    kept = {_send(somebody, b"abc").storage_key}
    _part(somebody, b"abc", uuid4(), 1, 2)
    kept |= set(place.keys())
    lost = place.incoming()
    lost.write(b"nobody will name me")
    lost.commit()
    half = place.incoming()
    half.write(b"half")
    half.file.close()
    real = datetime.now(UTC)  # files carry the machine's time
    assert actions.sweep_bytes(real) == 0
    assert actions.sweep_bytes(real + timedelta(hours=25)) == 2
    assert set(place.keys()) == kept
