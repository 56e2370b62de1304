"""Reads of blueprints, and the process cache of compiled versions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

from gongdan.blueprints import compiled
from gongdan.blueprints.compiled import Compiled
from gongdan.blueprints.document import Document, Label, Problem
from gongdan.blueprints.schemas import BlueprintDetail, BlueprintRow, VersionDetail, VersionRow
from gongdan.calendars import queries as calendar_queries
from gongdan.kernel.access import require
from gongdan.kernel.errors import NotFound
from gongdan.kernel.hooks import Blocker
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work

PACKS = Path(__file__).parent / "packs"
_CACHE: dict[UUID, Compiled] = {}
_CACHE_LIMIT = 500
DOCUMENT = "select document from blueprints_version where id = %s"


def version(work: Work, version_id: UUID) -> Compiled:
    """The compiled version; immutable, so one process compiles it once. Raises NotFound."""
    found = _CACHE.get(version_id)
    if found is None:
        row = work.one(DOCUMENT, [version_id])
        if row is None:
            raise NotFound("not_found")
        if len(_CACHE) >= _CACHE_LIMIT:
            _CACHE.clear()
        found = _CACHE[version_id] = Compiled(compiled.read_document(msgspec.json.decode(row[0])))
    return found


def indexed_fields(work: Work) -> dict[str, str]:
    """The custom fields that lists may be filtered by, those indexed in any published version: key → kind."""
    found = work.read(
        "select distinct f ->> 'key', f ->> 'kind' from blueprints_version v, "
        "jsonb_array_elements(v.document -> 'form' -> 'fields') f "
        "where (f ->> 'indexed')::boolean"
    )
    return {r[0]: r[1] for r in found}


def rows(work: Work) -> list[BlueprintRow]:
    """All blueprints."""
    require(work.actor, "blueprint.view")
    found = work.read(
        "select b.id, b.key, b.prefix, b.name, b.name_en, b.published_number, b.draft is not null, "
        "coalesce((v.document -> 'portal' ->> 'enabled')::boolean, false), b.version "
        "from blueprints_blueprint b left join blueprints_version v on v.id = b.published_id "
        "where not b.archived order by b.key"
    )
    return [BlueprintRow(r[0], r[1], r[2], Label(r[3], r[4]), *r[5:]) for r in found]


def detail(work: Work, key: str) -> BlueprintDetail:
    """One blueprint with draft, problems and versions. Raises NotFound."""
    require(work.actor, "blueprint.view")
    row = work.one(
        "select id, key, prefix, name, name_en, published_number, version, draft from blueprints_blueprint where key = %s",
        [key],
    )
    if row is None:
        raise NotFound("not_found")
    draft = msgspec.json.decode(row[7]) if row[7] else None
    history = work.read(
        "select number, published_at, published_by, note, encode(digest, 'hex') from blueprints_version "
        "where blueprint_id = %s order by number desc limit 200",
        [row[0]],
    )
    return BlueprintDetail(
        id=row[0],
        key=row[1],
        prefix=row[2],
        name=Label(row[3], row[4]),
        published_version=row[5],
        version=row[6],
        draft=draft,
        problems=problems(work, compiled.read_document(draft)) if draft else [],
        versions=[VersionRow(*r) for r in history],
    )


def problems(work: Work, document: Document) -> list[Problem]:
    """Everything that keeps a document from being published here: its own faults, and a calendar that is not there."""
    found = compiled.problems(document)
    if document.sla is not None and document.sla.calendar not in calendar_queries.keys(work):
        found.append(compiled.problem("sla.calendar", "calendar_unknown", calendar=document.sla.calendar))
    return found


def using_calendar(work: Work, key: str) -> list[Blocker]:
    """The blueprints whose draft or published version counts by a calendar, as reasons not to delete it."""
    found = work.read(
        "select b.key, b.name, coalesce(nullif(b.name_en, ''), b.name) from blueprints_blueprint b "
        "left join blueprints_version v on v.id = b.published_id "
        "where not b.archived and %s in (v.document -> 'sla' ->> 'calendar', b.draft -> 'sla' ->> 'calendar') order by b.key",
        [key],
    )
    return [
        Blocker(code="calendar_in_blueprint", values={"name": Words(zh, en)}, link=f"/app/blueprints/{b}") for b, zh, en in found
    ]


def published(work: Work, key: str, number: int) -> VersionDetail:
    """One published version. Raises NotFound."""
    require(work.actor, "blueprint.view")
    row = work.one(
        "select v.number, v.document, v.published_at, encode(v.digest, 'hex') from blueprints_version v "
        "join blueprints_blueprint b on b.id = v.blueprint_id where b.key = %s and v.number = %s",
        [key, number],
    )
    if row is None:
        raise NotFound("not_found")
    return VersionDetail(row[0], msgspec.json.decode(row[1]), row[2], row[3])


def current(work: Work, key: str) -> tuple[UUID, Compiled]:
    """The published version new orders of `key` take: (version id, compiled). Raises NotFound."""
    row = work.one("select published_id from blueprints_blueprint where key = %s and not archived", [key])
    if row is None or row[0] is None:
        raise NotFound("not_found")
    return row[0], version(work, row[0])


def export_yaml(work: Work, key: str) -> str:
    """The draft, or else the published version, as YAML."""
    require(work.actor, "blueprint.view")
    row = work.one(
        "select coalesce(b.draft, v.document) from blueprints_blueprint b "
        "left join blueprints_version v on v.id = b.published_id where b.key = %s",
        [key],
    )
    if row is None or row[0] is None:
        raise NotFound("not_found")
    return compiled.write_yaml(compiled.read_document(msgspec.json.decode(row[0])))


@cache
def pack(name: str) -> str:
    """The YAML of a shipped pack, by the name of its file."""
    return (PACKS / f"{name}.yaml").read_text(encoding="utf-8")


def pack_names() -> list[str]:
    """The shipped packs."""
    return sorted(p.stem for p in PACKS.glob("*.yaml"))
