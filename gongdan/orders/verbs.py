"""Which verbs automation, bulk edit and outside agents may call, with the shape of their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel.work import Work
from gongdan.orders.actions import assigning, moving
from gongdan.orders.schemas import Assign, Because, Complete, FollowUp, Hold, Move, Receipt, Say


class Verb(msgspec.Struct, frozen=True):
    """A callable verb: its action and its arguments."""

    action: Callable[[Work, UUID, int | None, Any], Receipt]
    args: type


CALLABLE: dict[str, Verb] = {
    "accept": Verb(moving.accept, Say),
    "assign": Verb(assigning.assign, Assign),
    "transfer": Verb(assigning.transfer, Assign),
    "claim": Verb(assigning.claim, Say),
    "start": Verb(moving.start, Say),
    "hold": Verb(moving.hold, Hold),
    "resume": Verb(moving.resume, Say),
    "complete": Verb(moving.complete, Complete),
    "follow_up": Verb(moving.follow_up, FollowUp),
    "close": Verb(moving.close, Say),
    "reopen": Verb(moving.reopen, Because),
    "cancel": Verb(moving.cancel, Because),
    "move": Verb(moving.move, Move),
}
