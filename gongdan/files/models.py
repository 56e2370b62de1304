"""Tables of files."""

from __future__ import annotations

from django.db import models


class File(models.Model):
    """A stored file. `storage_key` is made by the server; `type` comes from the content, not from the name."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    name = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    type = models.TextField()
    state = models.TextField()  # uploading | quarantined | ready
    storage_key = models.TextField()
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "files_file"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "id"], name="files_file_tenant_id")]
        indexes = [models.Index(fields=["created_at", "id"], name="files_created")]
