"""Tables of SLA. A clock is rows, not a sum: segments say from when which target counted, pauses say when it did not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, Value

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
    wake_at = models.DateTimeField(null=True)  # when the sweep has to look at it next, and for which percentage (0: it comes near)
    wake = models.SmallIntegerField(null=True)
    fired = models.JSONField(default=list, db_default=Value([], models.JSONField()))  # [[percent, the instant it was reached], …]

    class Meta:
        db_table = "sla_clock"
        indexes = [
            models.Index(fields=["wake_at"], name="sla_clock_wake", condition=Q(wake_at__isnull=False)),
        ]


class Mark(models.Model):
    """A clock used up a percentage of its target at `reached_at`; noticed, once, `at`."""

    pk = models.CompositePrimaryKey("tenant_id", "order_id", "key", "percent", "reached_at")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    key = models.TextField()
    percent = models.SmallIntegerField()
    reached_at = models.DateTimeField()
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        db_table = "sla_mark"


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
