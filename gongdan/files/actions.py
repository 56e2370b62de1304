"""Verbs of files."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import BinaryIO
from uuid import UUID

from django.db import IntegrityError, transaction

from gongdan.files import rules
from gongdan.files.models import File, Part
from gongdan.files.scanning import scanner
from gongdan.files.storage import CHUNK, store
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from gongdan.kernel.work import Work, raw_connection, transaction_scope

log = logging.getLogger("gongdan.files")
MEGABYTE = 1_048_576
PART_LIMIT = 8 * MEGABYTE
MOST_PARTS = 1_000
ORPHAN_DAYS = 7
UNFINISHED_HOURS = 24


def limit() -> int:
    """The largest file in bytes: GONGDAN_UPLOAD_MB megabytes, 100 by default."""
    return int(os.environ.get("GONGDAN_UPLOAD_MB", "100")) * MEGABYTE


@dataclass
class Stored:
    """Bytes that have arrived in the store. `release` lets go of them unless a row names them."""

    key: str
    size: int
    digest: bytes
    head: bytes
    finding: str
    kept: bool = False

    def release(self) -> None:
        if not self.kept:
            store().delete(self.key)


def receive(stream: BinaryIO, length: int, most: int) -> Stored:
    """Stream `length` bytes into the store, hashed and scanned on the way; needs no transaction.

    Raises TooLarge (over `most`), Invalid (empty, or the stream ends early), OSError (the store is full); then nothing is left.
    """
    if length > most:
        raise TooLarge("file_too_large", limit=most // MEGABYTE)
    if length <= 0:
        raise Invalid("file_empty", field="body")
    return _store(_pieces(stream, length))


def upload(work: Work, stream: BinaryIO, length: int, name: str, file_id: UUID | None = None) -> File:
    """`receive` and `keep` in one, for callers that have the bytes already."""
    require(work.actor, "file.add")
    shown_name(name)
    stored = receive(stream, length, limit())
    try:
        return keep(work, stored, name, file_id)
    finally:
        stored.release()


def make(work: Work, pieces: Iterable[bytes], name: str) -> File:
    """Make a file of what the system itself writes (a list, a report), piece by piece; it belongs to the actor."""
    require(work.actor, "file.add")
    stored = _store(pieces)
    try:
        return keep(work, stored, name)
    finally:
        stored.release()


def keep(work: Work, stored: Stored, name: str, file_id: UUID | None = None) -> File:
    """Make a file of received bytes.

    `file_id` made by the client makes it repeatable: the same bytes again answer with what is there, other bytes are
    Invalid, somebody else's id is a Conflict.
    """
    require(work.actor, "file.add")
    tenant, actor = work.actor.tenant_id, work.actor.id
    made = File(id=file_id or work.new_id(), tenant_id=tenant, name=shown_name(name), created_by=actor, created_at=work.at)
    there = _mine(work, made.id) if file_id is not None else None
    if there is None:
        _fill(made, stored)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:  # the same upload, sent twice at once: the other one won
            there = _mine(work, made.id)
            if there is None:
                raise Conflict("already_exists", field="id") from None
        else:
            stored.kept = True
            return made
    if bytes(there.sha256) != stored.digest:
        raise Invalid("operation_reused", field="id")
    return there


def keep_part(work: Work, stored: Stored, name: str, place: tuple[UUID, int, int]) -> File:
    """Keep part `number` of `of` of a file (place: file id, number from 1, of); the last one makes the file whole.

    Parts may come in any order and again. Raises as `keep` does, and TooLarge.
    """
    require(work.actor, "file.add")
    file_id, number, of = place
    if not 1 <= number <= of <= MOST_PARTS:
        raise Invalid("file_part_number", field="number", of=of, most=MOST_PARTS)
    begun = File(
        id=file_id, tenant_id=work.actor.tenant_id, name=shown_name(name), size=0, sha256=b"", type="", state="uploading",
        storage_key="", parts=of, created_by=work.actor.id, created_at=work.at,
    )  # fmt: skip
    File.objects.bulk_create([begun], ignore_conflicts=True)
    file = File.objects.select_for_update().filter(id=file_id, created_by=work.actor.id).first()
    if file is None:
        raise Conflict("already_exists", field="id")
    if file.state != "uploading":
        return file
    if file.parts != of:
        raise Invalid("operation_reused", field="of")
    parts = {p.number: p for p in Part.objects.filter(file_id=file_id)}
    known = parts.get(number)
    if known is not None:
        if bytes(known.sha256) != stored.digest:
            raise Invalid("operation_reused", field="number")
        return file
    if sum(p.size for p in parts.values()) + stored.size > limit():
        raise TooLarge("file_too_large", limit=limit() // MEGABYTE)
    parts[number] = Part.objects.create(
        tenant_id=file.tenant_id, file_id=file_id, number=number, size=stored.size, sha256=stored.digest, storage_key=stored.key
    )
    stored.kept = True
    if len(parts) == of:
        _join(file, [parts[n] for n in sorted(parts)])
    return file


def _join(file: File, parts: list[Part]) -> None:
    """Make one file of its parts; their own bytes go when this has committed."""
    keys = [p.storage_key for p in parts]
    _fill(file, _store(chain.from_iterable(store().chunks(k) for k in keys)))
    file.save()
    Part.objects.filter(file_id=file.id).delete()
    transaction.on_commit(lambda: _delete_all(keys))


def _delete_all(keys: list[str]) -> None:
    for key in keys:
        store().delete(key)


def shown_name(name: str) -> str:
    """The name as kept. Raises Invalid when there is none."""
    if not name.strip():
        raise Invalid("file_name_missing", field="name")
    return rules.clean_name(name)


def _mine(work: Work, file_id: UUID) -> File | None:
    """The actor's own file of this id; somebody else's is a Conflict that says nothing about it."""
    found = File.objects.filter(id=file_id).first()
    if found is not None and found.created_by != work.actor.id:
        raise Conflict("already_exists", field="id")
    return found


def _fill(file: File, stored: Stored) -> None:
    file.storage_key, file.size, file.sha256, file.finding = stored.key, stored.size, stored.digest, stored.finding
    file.type = rules.type_of(stored.head)
    file.state = "quarantined" if stored.finding else "ready"


def _pieces(stream: BinaryIO, length: int) -> Iterator[bytes]:
    """The next `length` bytes in chunks. Raises Invalid when the stream ends before."""
    left = length
    while left:
        chunk = stream.read(min(CHUNK, left))
        if not chunk:
            raise Invalid("file_incomplete", field="body")
        left -= len(chunk)
        yield chunk


def _store(pieces: Iterable[bytes]) -> Stored:
    incoming = store().incoming()
    digest, look = hashlib.sha256(), scanner()
    head, size = b"", 0
    try:
        for piece in pieces:
            if len(head) < rules.HEAD:
                head += piece[: rules.HEAD - len(head)]
            digest.update(piece)
            look.feed(piece)
            incoming.write(piece)
            size += len(piece)
        return Stored(incoming.commit(), size, digest.digest(), head, look.verdict())
    except BaseException:
        incoming.discard()
        raise


def chunks(file: File) -> Iterator[bytes]:
    """The bytes of a file, streamed. Raises NotFound at once when the store does not have them."""
    try:
        return store().chunks(file.storage_key)
    except KeyError:
        log.error("bytes of file %s are not in the store", file.id)
        raise NotFound("file_bytes_missing") from None


def sweep(at: datetime) -> int:
    """Remove files that nothing has used for ORPHAN_DAYS and uploads unfinished for UNFINISHED_HOURS. Returns how many."""
    with transaction_scope():
        raw = raw_connection()
        rows = raw.execute("select orphan_files(%s, 500)", [at - timedelta(days=ORPHAN_DAYS)]).fetchall()
        rows += raw.execute("select unfinished_files(%s, 500)", [at - timedelta(hours=UNFINISHED_HOURS)]).fetchall()
    for (key,) in rows:
        store().delete(key)
    return len(rows)


def sweep_bytes(at: datetime) -> int:
    """Remove bytes that no row names: what a crash between store and commit left behind. Returns how many."""
    before = at - timedelta(hours=UNFINISHED_HOURS)
    removed = store().drop_unfinished(before)
    old = store().stored_before(before)
    while keys := list(islice(old, 1_000)):
        with transaction_scope():
            known = {k for (k,) in raw_connection().execute("select known_file_keys(%s)", [keys]).fetchall()}
        for key in set(keys) - known:
            store().delete(key)
            removed += 1
    return removed
