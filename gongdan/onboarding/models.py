"""Tables of onboarding."""

from __future__ import annotations

from django.db import models


class Setup(models.Model):
    """How far a company's set-up is: `done` of `total` steps of the sample data."""

    tenant_id = models.UUIDField(primary_key=True)
    industry = models.TextField()
    state = models.TextField()  # running | done | removed
    done = models.SmallIntegerField(default=0)
    total = models.SmallIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by_id = models.UUIDField()

    class Meta:
        db_table = "onboarding_setup"


class Sample(models.Model):
    """A row that is sample data. The migration adds `xid`, the transaction that labelled it."""

    tenant_id = models.UUIDField()
    kind = models.TextField()  # order | customer | contact | site | asset | user
    row_id = models.UUIDField()
    pk = models.CompositePrimaryKey("tenant_id", "kind", "row_id")
    at = models.DateTimeField()

    class Meta:
        db_table = "onboarding_sample"


class Removal(models.Model):
    """What a removal took away: {order id: [last entry, its hash]}. Never changed; `verify-ledger` reads it."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    by_id = models.UUIDField()
    by_name = models.TextField()
    orders = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "onboarding_removal"


class Progress(models.Model):
    """A person's tour of a role: {step: when it was done}; `order_id` is the exercise order."""

    tenant_id = models.UUIDField()
    user_id = models.UUIDField()
    role = models.TextField()
    pk = models.CompositePrimaryKey("tenant_id", "user_id", "role")
    done = models.JSONField(default=dict)
    order_id = models.UUIDField(null=True)
    state = models.TextField()  # open | done | skipped
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "onboarding_progress"


class Feedback(models.Model):
    """What a person thinks of a screen: the screen's address, the steps before, their words."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    user_id = models.UUIDField()
    user_name = models.TextField()
    screen = models.TextField()
    steps = models.JSONField(default=list)
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "onboarding_feedback"
