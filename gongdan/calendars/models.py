"""Tables of calendars."""

from __future__ import annotations

from django.db import models

from gongdan.accounts.models import Owned


class Calendar(Owned):
    """A working calendar; `definition` as engines.worktime.calendar reads it, holidays and make-up workdays included."""

    key = models.TextField()
    name = models.TextField()
    name_en = models.TextField()
    definition = models.JSONField()

    class Meta:
        db_table = "calendars_calendar"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "key"], name="calendars_key")]


class Version(models.Model):
    """What a calendar said from `since` until its next version; kept for ever, so that past deadlines can be explained."""

    pk = models.CompositePrimaryKey("tenant_id", "key", "version")
    tenant_id = models.UUIDField()
    key = models.TextField()
    version = models.IntegerField()
    name = models.TextField()
    name_en = models.TextField()
    definition = models.JSONField()
    since = models.DateTimeField()
    by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "calendars_version"


class Use(models.Model):
    """Whose calendar it is: kind contract | customer | team | company. A use taken back keeps its row, with an empty key."""

    pk = models.CompositePrimaryKey("tenant_id", "kind", "owner_id")
    tenant_id = models.UUIDField()
    kind = models.TextField()
    owner_id = models.UUIDField()
    key = models.TextField(default="")
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "calendars_use"
