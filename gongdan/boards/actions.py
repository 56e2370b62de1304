"""Verbs of boards: their limits."""

from __future__ import annotations

from uuid import UUID

from gongdan.boards.models import Limit
from gongdan.boards.queries import NO_TEAM
from gongdan.boards.schemas import Limits, LimitsIn
from gongdan.kernel.access import require
from gongdan.kernel.errors import Conflict
from gongdan.kernel.work import Work


def set_limits(work: Work, team_id: UUID | None, version: int, new: LimitsIn) -> Limits:
    """Set the WIP limits of a team's board (None: of all teams), shared by everybody who sees it. They warn, they never block.

    `version` 0: none were set so far. Raises Conflict on a stale version.
    """
    require(work.actor, "board.limit")
    found = Limit.objects.select_for_update().filter(team_id=team_id or NO_TEAM).first()
    known = found.version if found else 0
    if known != version:
        theirs = found.limits if found else {}
        raise Conflict("stale_version", extra={"mine": {"limits": new.limits}, "theirs": {"limits": theirs}, "version": known})
    values = {"limits": new.limits, "version": version + 1, "updated_by": work.actor.id, "updated_at": work.at}
    if found is None:
        Limit.objects.create(tenant_id=work.actor.tenant_id, team_id=team_id or NO_TEAM, **values)
    else:
        Limit.objects.filter(team_id=team_id or NO_TEAM).update(**values)
    return Limits(new.limits, version + 1)
