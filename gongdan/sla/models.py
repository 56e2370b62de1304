"""Tables of SLA. A clock is rows, not a sum: segments say from when which target counted, pauses say when it did not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongdan.accounts.models import Owned


class Clock(models.Model):
    """One target of one order. `pauses`: [[from, to or null, reason]]; `segments`: [[from, calendar, target seconds]]."""

    pk = models.CompositePrimaryKey("tenant_id", "order_id", "key")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    key = models.TextField()
    started_at = models.DateTimeField()
    segments = models.JSONField()
    pauses = models.JSONField()
    state = models.TextField()  # running | paused | met | missed | cancelled
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sla_clock"
        indexes = [
            models.Index(fields=["due_at", "order_id"], name="sla_clock_due", condition=Q(state="running")),
        ]


class Turn(models.Model):
    """A deadline that came near or passed: when its order turned orange or red."""

    pk = models.CompositePrimaryKey("tenant_id", "order_id", "due_at", "state")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    due_at = models.DateTimeField()
    state = models.TextField()  # near | breached
    at = models.DateTimeField()

    class Meta:
        db_table = "sla_turn"
        indexes = [models.Index(fields=["at"], name="sla_turn_at")]


class Policy(Owned):
    """Which orders get which targets. Asked by rank; `document` is what `PolicyIn` says. A deleted one stays for its orders."""

    rank = models.IntegerField()
    active = models.BooleanField(default=True)
    document = models.JSONField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sla_policy"
        indexes = [models.Index(fields=["tenant_id", "rank", "id"], name="sla_policy_rank", condition=Q(deleted_at__isnull=True))]


class PolicyVersion(models.Model):
    """What a policy said from `at` on; never changed, so that every clock can be told again."""

    pk = models.CompositePrimaryKey("tenant_id", "policy_id", "number")
    tenant_id = models.UUIDField()
    policy_id = models.UUIDField()
    number = models.IntegerField()
    document = models.JSONField()
    at = models.DateTimeField()
    by_id = models.UUIDField()

    class Meta:
        db_table = "sla_policy_version"
