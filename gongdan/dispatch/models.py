"""Tables of dispatch: why an automatic choice was made."""

from __future__ import annotations

from django.db import models


class Decision(models.Model):
    """An automatic choice, or that nobody fitted: all candidates with blockers and scores as they were."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    chosen_id = models.UUIDField(null=True)
    candidates = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "dispatch_decision"
        indexes = [models.Index(fields=["tenant_id", "order_id"], name="dispatch_decision_order")]
