"""Tables of insight: what was learned, as data that can be thrown away and learned again."""

from __future__ import annotations

from django.db import models


class Lesson(models.Model):
    """What the finished orders of a blueprint teach. `body`: {question: learning.Model} as JSON text, read whole and cached."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    blueprint_key = models.TextField()
    orders = models.IntegerField()
    body = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "insight_lesson"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "blueprint_key"], name="insight_lesson_blueprint")]
