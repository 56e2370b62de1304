"""Tables of the kernel: operations, jobs, background duties, keys of subjects."""

from __future__ import annotations

from django.db import models


class Operation(models.Model):
    """The receipt of a write: one effect per client-made id, for ever."""

    tenant_id = models.UUIDField()
    id = models.UUIDField()
    pk = models.CompositePrimaryKey("tenant_id", "id")
    actor_id = models.UUIDField()
    request_hash = models.BinaryField()
    status = models.SmallIntegerField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_operation"


class Job(models.Model):
    """Work to do, written in the transaction that asked for it. `lease_token` fences late workers."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    kind = models.TextField()
    args = models.JSONField()
    run_at = models.DateTimeField()
    attempts = models.SmallIntegerField()
    state = models.TextField()  # ready | parked
    dedupe = models.TextField(null=True)  # noqa: DJ001 – null means "no key" in the unique index
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    error = models.TextField(null=True)  # noqa: DJ001
    created_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_job"
        indexes = [
            models.Index(fields=["run_at", "id"], name="kernel_job_ready", condition=models.Q(state="ready")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "dedupe"],
                name="kernel_job_dedupe",
                condition=models.Q(dedupe__isnull=False),
            ),
        ]


class Duty(models.Model):
    """A background duty of the installation (not of a tenant) and when it last succeeded."""

    name = models.TextField(primary_key=True)
    last_run_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    every_seconds = models.IntegerField()
    note = models.TextField(default="")

    class Meta:
        db_table = "kernel_duty"


class SubjectKey(models.Model):
    """The data key of one person or order, wrapped by the master key; destroying it erases what it sealed."""

    tenant_id = models.UUIDField()
    id = models.UUIDField()
    pk = models.CompositePrimaryKey("tenant_id", "id")
    wrapped = models.BinaryField(null=True)
    key_id = models.TextField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_subject_key"


class Anchor(models.Model):
    """A periodic fingerprint over the heads of all orders of a tenant; a copy leaves the database."""

    tenant_id = models.UUIDField()
    id = models.UUIDField()
    pk = models.CompositePrimaryKey("tenant_id", "id")
    orders = models.BigIntegerField()
    events = models.BigIntegerField()
    digest = models.BinaryField()
    previous = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_anchor"


class Setting(models.Model):
    """Settings of a tenant; each key belongs to one slice, whose actions write it (ADR 0013)."""

    tenant_id = models.UUIDField()
    key = models.TextField()
    pk = models.CompositePrimaryKey("tenant_id", "key")
    value = models.JSONField()
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField(null=True)

    class Meta:
        db_table = "kernel_setting"
