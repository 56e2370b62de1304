"""Shapes of the insight API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from gongdan.blueprints.document import Label
from gongdan.dispatch.queries import CandidateOut

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]


class SuggestIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a new order so far. `fields`: values already chosen, for the engineer that is proposed."""

    blueprint: Key
    text: Text
    customer_id: UUID | None = None
    site_id: UUID | None = None
    asset_id: UUID | None = None
    priority: Annotated[int, msgspec.Meta(ge=1, le=4)] = 3
    fields: dict[str, Any] = {}


class Suggestion(msgspec.Struct, frozen=True):
    """A value for a field, "priority" or "team" (its key). `confidence`: how often such suggestions were right, 0 to 1."""

    field: str
    name: Label
    value: Any
    label: Label
    confidence: float
    because: list[str]
    words: Label


class SuggestOut(msgspec.Struct, frozen=True):
    """Suggestions that are sure enough, learned from `orders` finished orders; the engineer who could come first, and why."""

    orders: int
    made_at: datetime | None
    fields: list[Suggestion]
    priority: Suggestion | None
    team: Suggestion | None
    engineer: CandidateOut | None


class ProposeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pasted chat or message."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


class SplitQuery(msgspec.Struct, frozen=True):
    """An address as typed."""

    q: Annotated[str, msgspec.Meta(max_length=500)] = ""


class SplitOut(msgspec.Struct, frozen=True):
    """An address by its shape; empty levels are not named in it."""

    province: str
    city: str
    district: str
    detail: str
