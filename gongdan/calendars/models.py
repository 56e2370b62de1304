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
