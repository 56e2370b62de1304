"""Tables of surveys, and the customer's links."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class CustomerLink(models.Model):
    """An unguessable link to one order, for tracking (track) or rating (rate); only its hash is stored.

    All end 30 days after the order was closed (`find_link`); rating links also at `expires_at`.
    """

    token_hash = models.BinaryField(primary_key=True)
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    kind = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "surveys_link"
        indexes = [models.Index(fields=["tenant_id", "order_id"], name="surveys_link_order")]


class Survey(models.Model):
    """What a customer thought of a completed order."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    engineer_id = models.UUIDField(null=True)
    sent_at = models.DateTimeField()
    score = models.SmallIntegerField(null=True)
    reasons = ArrayField(models.TextField(), default=list)
    comment = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "surveys_survey"
        indexes = [
            models.Index(fields=["tenant_id", "score", "-order_id"], name="surveys_score_order", condition=Q(score__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "order_id"], name="surveys_once"),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5), name="surveys_score"),
        ]
