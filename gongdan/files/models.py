"""Tables of files."""

from __future__ import annotations

from django.db import models


class File(models.Model):
    """A stored file. `storage_key` is made by the server; `type` comes from the content, not from the name.

    While parts are still coming, `state` is uploading, `storage_key` is empty, and `parts` says how many there will be.
    """

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    name = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    type = models.TextField()
    state = models.TextField()  # uploading | quarantined | ready
    finding = models.TextField(default="", db_default="")  # what the scanner found, for quarantined files
    storage_key = models.TextField()
    parts = models.SmallIntegerField(default=1, db_default=1)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "files_file"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "id"], name="files_file_tenant_id"),
            models.CheckConstraint(condition=models.Q(state__in=["uploading", "quarantined", "ready"]), name="files_file_state"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="files_created"),
            models.Index(fields=["created_at"], name="files_uploading", condition=models.Q(state="uploading")),
            models.Index(fields=["storage_key"], name="files_key"),
        ]


class Part(models.Model):
    """A part of a file that is sent in pieces over a bad line; gone when the file is whole."""

    pk = models.CompositePrimaryKey("file_id", "number")
    tenant_id = models.UUIDField()
    file_id = models.UUIDField()
    number = models.SmallIntegerField()
    size = models.IntegerField()
    sha256 = models.BinaryField()
    storage_key = models.TextField()

    class Meta:
        db_table = "files_part"
        indexes = [models.Index(fields=["storage_key"], name="files_part_key")]
