"""Verbs of desk: load with lock → permission → rule → write → ledger → emit."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from gongdan.desk.schemas import PreferenceOut
from gongdan.kernel.errors import Conflict, Invalid
from gongdan.kernel.work import ENCODER, Work

MOST_BYTES = 8_192
MOST_KEYS = 200
KEY = re.compile(r"[A-Za-z][A-Za-z0-9._:-]{0,79}")
HELD = "select value, version, updated_at from desk_preference where user_id = %s and key = %s for update"
COUNT = "select count(*) from desk_preference where user_id = %s"
ADD = (
    "insert into desk_preference (tenant_id, user_id, key, value, version, updated_at) values (%s, %s, %s, %s::jsonb, 1, %s) "
    "on conflict do nothing"
)
CHANGE = (
    "update desk_preference set value = %s::jsonb, version = version + 1, updated_at = %s "
    "where user_id = %s and key = %s and version = %s"
)


def put_preference(work: Work, key: str, version: int, value: Any) -> PreferenceOut:
    """Keep one of the actor's preferences. `version`: the one that was read, 0 for a new key.

    Raises Invalid (name, length, number of preferences) and Conflict with both values when another device was faster.
    """
    if not KEY.fullmatch(key):
        raise Invalid("preference_key", field="key")
    text = ENCODER.encode(value)
    if len(text) > MOST_BYTES:
        raise Invalid("preference_too_long", field="value", most=MOST_BYTES, size=len(text))
    actor = work.actor
    held, count = work.batch([(HELD, [actor.id, key]), (COUNT, [actor.id])])
    now = held[0][1] if held else 0
    if now != version:
        theirs = {"value": msgspec.json.decode(held[0][0]), "updated_at": held[0][2].isoformat()} if held else {}
        raise Conflict("stale_version", extra={"mine": {"value": value}, "theirs": theirs, "version": now})
    if held:
        work.write(CHANGE, [text.decode(), work.at, actor.id, key, version], expect=1)
    elif count[0][0] >= MOST_KEYS:
        raise Invalid("preference_too_many", field="key", most=MOST_KEYS)
    else:
        work.write(ADD, [actor.tenant_id, actor.id, key, text.decode(), work.at], expect=1)
    return PreferenceOut(key, value, version + 1, work.at)
