"""Tables of notify."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Notification(models.Model):
    """Something a person should know; codes and values, rendered when read.

    `show_at`: from when it is in the inbox: its creation, or the end of a snooze. `read_at`: when it was done.
    """

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    user_id = models.UUIDField()
    kind = models.TextField(default="other", db_default="other")  # rules.KINDS
    code = models.TextField()
    values = models.JSONField()
    order_id = models.UUIDField(null=True)
    dedupe = models.TextField(null=True)  # noqa: DJ001
    created_at = models.DateTimeField()
    show_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notify_notification"
        indexes = [
            models.Index(fields=["tenant_id", "user_id", "-show_at", "-id"], name="notify_shown"),
            models.Index(fields=["show_at"], name="notify_turns", condition=Q(read_at__isnull=True)),
            models.Index(fields=["tenant_id", "user_id", "show_at"], name="notify_open", condition=Q(read_at__isnull=True)),
            models.Index(
                fields=["tenant_id", "dedupe"], name="notify_approvals", condition=Q(kind="approval", read_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "user_id", "dedupe"],
                name="notify_once",
                condition=Q(dedupe__isnull=False),
            ),
        ]


class Mute(models.Model):
    """A cause a person does not want to hear of: a kind, an order, or a kind on an order; until an instant, or for good."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    user_id = models.UUIDField()
    kind = models.TextField(null=True)  # noqa: DJ001
    order_id = models.UUIDField(null=True)
    until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "notify_mute"
        indexes = [models.Index(fields=["tenant_id", "user_id"], name="notify_mute_user")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__isnull=False) | Q(order_id__isnull=False), name="notify_mute_of_something")
        ]


class Message(models.Model):
    """An outgoing message. At most one per dedupe key; never dropped.

    queued → sent, or failed (refused for good), or parked (refused too often). Links to orders leave `values` when it was sent:
    nothing but the customer's mail holds them then.
    """

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    channel = models.TextField()
    address = models.TextField()
    code = models.TextField()
    values = models.JSONField()
    locale = models.TextField()
    dedupe = models.TextField()
    state = models.TextField()
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    receipt = models.TextField(default="", db_default="")
    error = models.TextField(default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notify_message"
        indexes = [
            models.Index(fields=["next_at", "id"], name="notify_queue", condition=Q(state="queued")),
            models.Index(fields=["tenant_id", "state", "-id"], name="notify_outbox"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "dedupe"], name="notify_message_once"),
            models.CheckConstraint(condition=Q(state__in=["queued", "sent", "failed", "parked"]), name="notify_message_state"),
        ]
