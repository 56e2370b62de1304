"""Tables of desk."""

from __future__ import annotations

from django.db import models


class Preference(models.Model):
    """What a person prefers, by name: density, theme, columns, keys, open orders …"""

    pk = models.CompositePrimaryKey("tenant_id", "user_id", "key")
    tenant_id = models.UUIDField()
    user_id = models.UUIDField()
    key = models.TextField()
    value = models.JSONField()
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "desk_preference"
