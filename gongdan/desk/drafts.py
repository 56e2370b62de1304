"""Drafts of a person: the newest writing is kept, and what it wrote over on another device is kept beside it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gongdan.desk.models import Draft
from gongdan.desk.schemas import DraftIn, DraftOut, OtherDraft
from gongdan.kernel.errors import Invalid, NotFound
from gongdan.kernel.http.paging import Page, clamp, decode_cursor, encode_cursor
from gongdan.kernel.work import Work

MOST_OTHERS = 5
MOST_DRAFTS = 500


def _out(draft: Draft) -> DraftOut:
    others = [OtherDraft(device, o["body"], datetime.fromisoformat(o["at"])) for device, o in draft.others.items()]
    return DraftOut(draft.key, draft.body, draft.version, draft.device, draft.updated_at, sorted(others, key=lambda o: o.at))


def mine(work: Work, key: str, cursor: str, limit: int | None) -> Page[DraftOut]:
    """The actor's drafts, the newest first, one page; with `key` the one of that key."""
    most = clamp(limit)
    found = Draft.objects.filter(tenant_id=work.actor.tenant_id, user_id=work.actor.id)
    if key:
        found = found.filter(key=key)
    if cursor:
        at, last = decode_cursor(cursor, datetime, UUID)
        found = found.filter(Q(updated_at__lt=at) | Q(updated_at=at, id__lt=last))
    rows = list(found.order_by("-updated_at", "-id")[: most + 1])
    shown = rows[:most]
    return Page(
        items=[_out(d) for d in shown],
        next=encode_cursor(shown[-1].updated_at, shown[-1].id) if len(rows) > most else None,
    )


def one(work: Work, key: str) -> DraftOut:
    """One draft of the actor. Raises NotFound."""
    found = Draft.objects.filter(tenant_id=work.actor.tenant_id, user_id=work.actor.id, key=key).first()
    if found is None:
        raise NotFound("not_found")
    return _out(found)


def put(work: Work, key: str, new: DraftIn) -> DraftOut:
    """Keep a draft. It is never refused: when another device wrote since `base`, its words move into `others`.

    `settled`: the person has looked at the others and wants them gone. Raises Invalid when there are too many drafts.
    """
    actor = work.actor
    found = Draft.objects.select_for_update().filter(tenant_id=actor.tenant_id, user_id=actor.id, key=key).first()
    if found is None:
        if Draft.objects.filter(tenant_id=actor.tenant_id, user_id=actor.id).count() >= MOST_DRAFTS:
            raise Invalid("drafts_too_many", field="key", most=MOST_DRAFTS)
        found = Draft(id=work.new_id(), tenant_id=actor.tenant_id, user_id=actor.id, key=key, version=0)
    elif found.version != new.base and found.device != new.device and found.body != new.body:
        found.others[found.device] = {"body": found.body, "at": found.updated_at.isoformat()}
    # what this device had typed before is part of what it types now
    others = {} if new.settled else {d: o for d, o in found.others.items() if d != new.device and o["body"] != new.body}
    found.others = dict(sorted(others.items(), key=lambda o: str(o[1]["at"]))[-MOST_OTHERS:])
    found.body, found.device, found.updated_at = new.body, new.device, work.at
    found.version += 1
    found.save()
    return _out(found)


def drop(work: Work, key: str) -> None:
    """Forget a draft: it was sent, or given up. One that is not there changes nothing."""
    Draft.objects.filter(tenant_id=work.actor.tenant_id, user_id=work.actor.id, key=key).delete()
