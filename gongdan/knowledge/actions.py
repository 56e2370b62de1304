"""Verbs of knowledge: load with lock → permission → rule → write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.db.models import F, Q

from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict, Invalid, NotFound
from gongdan.kernel.work import Work
from gongdan.knowledge import rules
from gongdan.knowledge.models import Reply
from gongdan.knowledge.schemas import ReplyEdit, ReplyIn


def _check(work: Work, new: ReplyIn) -> None:
    require(work.actor, "reply.edit")
    if new.scope != "personal":
        require(work.actor, "reply.share")
    if (new.scope == "team") != (new.team_id is not None):
        raise Invalid("invalid_value", field="team_id", reason="scope=team")
    stranger = rules.unknown(new.body)
    if stranger is not None:
        raise Invalid("reply_variable_unknown", field="body", name=stranger, known=", ".join(rules.FALLBACK))


def add(work: Work, new: ReplyIn) -> UUID:
    """Keep a quick reply. Raises NotAllowed (sharing needs reply.share), Invalid (a variable that does not exist)."""
    _check(work, new)
    made = Reply.objects.create(
        id=work.new_id(),
        tenant_id=work.actor.tenant_id,
        owner_id=work.actor.id,
        created_at=work.at,
        updated_at=work.at,
        **{f: getattr(new, f) for f in ReplyIn.__struct_fields__},
    )
    return made.id


def _own(work: Work, reply_id: UUID) -> Reply:
    """One's own personal reply, or a shared one for who looks after them. Raises NotFound, NotAllowed."""
    actor = work.actor
    require(actor, "reply.edit")
    shown = Q(owner_id=actor.id) | Q(scope="global") | Q(scope="team", team_id__in=list(actor.team_ids))
    found = Reply.objects.select_for_update().filter(shown, tenant_id=actor.tenant_id, id=reply_id).first()
    if found is None:
        raise NotFound("not_found")
    if found.owner_id != actor.id or found.scope != "personal":
        require(actor, "reply.share")
    return found


def change(work: Work, reply_id: UUID, version: int, change: ReplyEdit) -> None:
    """Change what is given. Raises NotFound, NotAllowed, Invalid, Conflict with both versions."""
    given: dict[str, Any] = {f: v for f in change.__struct_fields__ if (v := getattr(change, f)) is not msgspec.UNSET}
    found = _own(work, reply_id)
    kept = {f: getattr(found, f) for f in ReplyEdit.__struct_fields__}
    if found.version != version:
        raise Conflict("stale_version", extra={"mine": given, "theirs": {f: kept[f] for f in given}, "version": found.version})
    _check(work, ReplyIn(**{**kept, **given}))
    for name, value in given.items():
        setattr(found, name, value)
    found.version += 1
    found.updated_at = work.at
    found.save()


def delete(work: Work, reply_id: UUID) -> None:
    """Throw a quick reply away. Raises NotFound, NotAllowed."""
    _own(work, reply_id).delete()


def use(work: Work, reply_id: UUID) -> None:
    """Count that a reply was put into a message: the ones people use come first. Raises NotFound."""
    actor = work.actor
    require(actor, "reply.view")
    shown = Q(owner_id=actor.id) | Q(scope="global") | Q(scope="team", team_id__in=list(actor.team_ids))
    found = Reply.objects.filter(shown, tenant_id=actor.tenant_id, id=reply_id)
    if not found.update(used=F("used") + 1, used_at=work.at):
        raise NotFound("not_found")
