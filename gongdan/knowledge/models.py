"""Tables of knowledge."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongdan.accounts.models import Owned


class Reply(Owned):
    """A quick reply: words with variables ({{customer}}). Whose it is: a person's, a team's, or the whole company's."""

    owner_id = models.UUIDField()
    scope = models.TextField(default="personal")
    team_id = models.UUIDField(null=True)
    name = models.TextField()
    shortcut = models.TextField(default="")
    body = models.TextField()
    used = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "knowledge_reply"
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=["personal", "team", "global"]), name="knowledge_reply_scope"),
            models.CheckConstraint(condition=Q(scope="team") ^ Q(team_id__isnull=True), name="knowledge_reply_team"),
        ]
        indexes = [models.Index(fields=["tenant_id", "name", "id"], name="knowledge_reply_name")]
