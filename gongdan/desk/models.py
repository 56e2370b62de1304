"""Tables of desk."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Preference(models.Model):
    """What a person prefers, by name: density, theme, columns, keys, open orders …"""

    pk = models.CompositePrimaryKey("tenant_id", "user_id", "key")
    tenant_id = models.UUIDField()
    user_id = models.UUIDField()
    key = models.TextField()
    value = models.JSONField()
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "desk_preference"


class Draft(models.Model):
    """What a person has typed and not yet sent, per key ("order:<id>:talk"). `others`: what another device had typed before it
    was written over, by device: {device: {body, at}}."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    user_id = models.UUIDField()
    key = models.TextField()
    body = models.JSONField()
    device = models.TextField(default="")
    others = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "desk_draft"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "user_id", "key"], name="desk_draft_once")]


class Outgoing(models.Model):
    """A message that is about to be said on an order: it can be taken back until `send_at`. It goes when it was sent.

    `then`: a verb to say afterwards, {verb, args}. `error`: why it could not be sent, {code, zh, en}.
    """

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    author_id = models.UUIDField()
    body = models.TextField()
    internal = models.BooleanField()
    files = ArrayField(models.UUIDField(), default=list)
    mentions = ArrayField(models.UUIDField(), default=list)
    then = models.JSONField(null=True)
    state = models.TextField(default="held")
    error = models.JSONField(null=True)
    send_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "desk_outgoing"
        constraints = [models.CheckConstraint(condition=Q(state__in=["held", "failed"]), name="desk_outgoing_state")]
        indexes = [models.Index(fields=["tenant_id", "author_id", "order_id"], name="desk_outgoing_mine")]
