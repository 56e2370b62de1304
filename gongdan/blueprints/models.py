"""Tables of blueprints. A published version is immutable: the serving role may not update or delete it."""

from __future__ import annotations

from django.db import models

from gongdan.accounts.models import Owned


class Blueprint(Owned):
    """A kind of work order: its draft, and which version new orders take."""

    key = models.TextField()
    prefix = models.TextField()
    name = models.TextField()
    name_en = models.TextField()
    draft = models.JSONField(null=True)
    published_id = models.UUIDField(null=True)
    published_number = models.IntegerField(default=0)
    archived = models.BooleanField(default=False)

    class Meta:
        db_table = "blueprints_blueprint"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="blueprints_key"),
            models.UniqueConstraint(fields=["tenant_id", "prefix"], name="blueprints_prefix"),
        ]


class Version(models.Model):
    """A published version; orders pin it."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    document = models.JSONField()
    digest = models.BinaryField()
    note = models.TextField(default="")
    published_at = models.DateTimeField()
    published_by = models.UUIDField()

    class Meta:
        db_table = "blueprints_version"
        constraints = [models.UniqueConstraint(fields=["blueprint", "number"], name="blueprints_version_number")]


class StateLabel(models.Model):
    """The words of a published version's states, for lists that join thousands of rows."""

    pk = models.CompositePrimaryKey("version_id", "key")
    tenant_id = models.UUIDField()
    version_id = models.UUIDField()
    key = models.TextField()
    label = models.JSONField()

    class Meta:
        db_table = "blueprints_state"
