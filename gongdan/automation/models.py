"""Tables of automation: rules, what they did, which orders wait for a rule's time, dry runs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gongdan.accounts.models import Owned


class Rule(Owned):
    """A rule: trigger → condition → deeds. `next_at`: when a schedule is due next. `hears`: facts it listens to ("*": all)."""

    key = models.TextField(default="")  # of a ready-made rule
    name = models.TextField()
    name_en = models.TextField(default="")
    rank = models.IntegerField(default=100)
    enabled = models.BooleanField(default=False)
    trigger = models.JSONField()
    condition = models.JSONField()
    deeds = models.JSONField()
    hears = ArrayField(models.TextField(), default=list)
    per_hour = models.IntegerField(default=20)
    saved_by = models.UUIDField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "automation_rule"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="automation_rule_key", condition=~Q(key="")),
            models.CheckConstraint(condition=Q(per_hour__gte=1, per_hour__lte=1000), name="automation_rule_per_hour"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "rank", "id"], name="automation_rule_rank"),
            models.Index(fields=["next_at"], name="automation_rule_next", condition=Q(next_at__isnull=False)),
        ]


class Run(models.Model):
    """A rule whose condition held on an order: what it did, or why it was stopped. Once per rule, order and fact."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    rule_id = models.UUIDField()
    rule_version = models.IntegerField()
    rule_name = models.TextField()
    rule_name_en = models.TextField()
    order_id = models.UUIDField()
    fact = models.TextField()
    fact_id = models.UUIDField()
    depth = models.SmallIntegerField()
    outcome = models.TextField()  # done | partly | refused | stopped_depth | stopped_rate | failed
    values = models.JSONField()
    deeds = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "automation_run"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "order_id", "rule_id", "fact_id"], name="automation_run_once")]
        indexes = [
            models.Index(fields=["tenant_id", "rule_id", "-id"], name="automation_run_rule"),
            models.Index(fields=["tenant_id", "order_id", "-id"], name="automation_run_order"),
            models.Index(fields=["tenant_id", "rule_id", "-id"], name="automation_run_bad", condition=~Q(outcome="done")),
        ]


class Armed(models.Model):
    """An order on which a rule's condition holds since `since`; `due_at` is null when the rule has had its turn."""

    pk = models.CompositePrimaryKey("tenant_id", "rule_id", "order_id")
    tenant_id = models.UUIDField()
    rule_id = models.UUIDField()
    order_id = models.UUIDField()
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "automation_armed"
        indexes = [
            models.Index(fields=["due_at"], name="automation_armed_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["tenant_id", "order_id"], name="automation_armed_order"),
        ]


class DryRun(models.Model):
    """A rule over past orders, without effect: how far it is and what it found."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    asked_by = models.UUIDField()
    rule_id = models.UUIDField(null=True)
    rule = models.JSONField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    state = models.TextField()  # queued | running | done | cancelled
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    matched = models.IntegerField(default=0)
    firings = models.IntegerField(default=0)
    after = models.UUIDField(null=True)
    samples = models.JSONField(default=list)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "automation_dry_run"
        indexes = [models.Index(fields=["tenant_id", "asked_by", "-id"], name="automation_dry_mine")]
