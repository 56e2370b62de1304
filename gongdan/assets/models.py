"""Tables of assets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongdan.accounts.models import Owned
from gongdan.customers.models import Customer, Site


class Asset(Owned):
    """A machine or installation of a customer."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.SET_NULL, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.TextField()
    model = models.TextField(default="")
    serial = models.TextField(null=True)  # noqa: DJ001 – null: none known
    category = models.TextField(default="")
    installed_on = models.DateField(null=True)
    warranty_until = models.DateField(null=True)
    notes = models.TextField(default="")

    class Meta:
        db_table = "assets_asset"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "serial"], name="assets_serial", condition=Q(serial__isnull=False)),
            models.UniqueConstraint(fields=["tenant_id", "id"], name="assets_asset_tenant_id"),
        ]
        indexes = [models.Index(fields=["tenant_id", "customer", "id"], name="assets_customer")]
