"""Tables of boards."""

from __future__ import annotations

from django.db import models


class Limit(models.Model):
    """How much work may stand in the columns of a team's board (WIP): {column: orders}. `team_id` 0: the board of all teams."""

    pk = models.CompositePrimaryKey("tenant_id", "team_id")
    tenant_id = models.UUIDField()
    team_id = models.UUIDField()
    limits = models.JSONField()
    version = models.IntegerField()
    updated_by = models.UUIDField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "boards_limit"
