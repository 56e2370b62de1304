"""Facts of blueprints."""

from __future__ import annotations

from uuid import UUID

from gongdan.kernel.events import Fact, fact


@fact("blueprint.published")
class BlueprintPublished(Fact, frozen=True, kw_only=True):
    """A version went live for new orders."""

    blueprint_id: UUID
    version_id: UUID
    number: int
