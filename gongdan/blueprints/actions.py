"""Verbs of blueprints: draft → publish → immutable version."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from django.db import connection

from gongdan.blueprints import compiled, queries
from gongdan.blueprints.document import Document
from gongdan.blueprints.events import BlueprintPublished
from gongdan.blueprints.models import Blueprint, StateLabel, Version
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound, PreconditionRequired
from gongdan.kernel.events import emit
from gongdan.kernel.messages import Words
from gongdan.kernel.work import Work

CANONICAL = msgspec.json.Encoder(order="deterministic")


def save_draft(work: Work, raw: Any, version: int | None = None, *, key: str | None = None) -> Blueprint:
    """Create or replace a draft. An unsound draft may be saved; only publishing refuses it.

    Raises Invalid (unreadable, or another key), Conflict (stale version).
    """
    require(work.actor, "blueprint.edit")
    document = compiled.read_document(raw)
    if key is not None and document.key != key:
        raise Invalid("blueprint_key_fixed", field="key", key=key)
    found = Blueprint.objects.select_for_update().filter(key=document.key).first()
    if found is None:
        return _create(work, document)
    if version is not None and found.version != version:
        raise Conflict(
            "stale_version",
            extra={"mine": {"draft": raw}, "theirs": {"draft": found.draft}, "version": found.version},
        )
    found.draft = msgspec.to_builtins(document)
    found.version += 1
    found.updated_at = work.at
    found.save(update_fields=["draft", "version", "updated_at"])
    return found


def _create(work: Work, document: Document) -> Blueprint:
    made = Blueprint.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        key=document.key,
        prefix=document.prefix,
        name=document.name.zh,
        name_en=document.name.en,
        draft=msgspec.to_builtins(document),
        created_at=work.at,
        updated_at=work.at,
    )
    with connection.cursor() as cursor:
        cursor.execute("select make_number_series(%s)", [made.id])
    return made


def publish(work: Work, key: str, note: str = "") -> Version:
    """Publish the draft of `key` as the next version. Raises Invalid with all problems when it is unsound."""
    require(work.actor, "blueprint.publish")
    found = Blueprint.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise NotFound("not_found")
    if found.draft is None:
        raise Invalid("no_draft", field="draft", key=key)
    document = compiled.read_document(found.draft)
    wrong = queries.problems(work, document)
    if wrong:
        listed = [{"field": p.path, "code": p.code, "zh": p.zh, "en": p.en} for p in wrong]
        raise Invalid("blueprint_unsound", field=wrong[0].path, first=Words(wrong[0].zh, wrong[0].en), extra={"errors": listed})
    plain = msgspec.to_builtins(document)
    version = Version.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        blueprint=found,
        number=found.published_number + 1,
        document=plain,
        digest=hashlib.sha256(CANONICAL.encode(plain)).digest(),
        note=note,
        published_at=work.at,
        published_by=work.actor.id,
    )
    StateLabel.objects.bulk_create(
        StateLabel(tenant_id=version.tenant_id, version_id=version.id, key=s.key, label=msgspec.to_builtins(s.label))
        for s in document.states
    )
    found.published_id = version.id
    found.published_number = version.number
    found.name, found.name_en, found.prefix = document.name.zh, document.name.en, document.prefix
    found.draft = None
    found.version += 1
    found.updated_at = work.at
    found.save()
    emit(work, BlueprintPublished(blueprint_id=found.id, version_id=version.id, number=version.number))
    return version


def import_yaml(work: Work, text: str, version: int | None = None) -> Blueprint:
    """Take a blueprint from YAML as a draft.

    Over somebody's unpublished draft only with the version that was seen. Raises PreconditionRequired, Conflict, Invalid.
    """
    document = compiled.read_yaml(text)
    if version is None and Blueprint.objects.select_for_update().filter(key=document.key, draft__isnull=False).exists():
        raise PreconditionRequired("draft_there", field="version", key=document.key)
    return save_draft(work, msgspec.to_builtins(document), version)


def install_pack(work: Work, text: str) -> Version:
    """Import and publish a shipped pack."""
    made = import_yaml(work, text)
    return publish(work, made.key, note="pack")
