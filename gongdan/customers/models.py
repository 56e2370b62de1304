"""Tables of customers. Phones are found by blind indexes, names by bigrams and pinyin."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongdan.accounts.models import Owned


class Customer(Owned):
    """A company or person served. `merged_into` is the tombstone of a merge."""

    code = models.TextField(null=True)  # noqa: DJ001 – null: none given
    name = models.TextField()
    pinyin = models.TextField()
    tier = models.TextField(default="normal")  # vip | key | normal
    phone = models.TextField(default="")
    phone_typed = models.TextField(default="")
    phone_index = models.BinaryField(null=True)
    phone_tail_index = models.BinaryField(null=True)
    notes = models.TextField(default="")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    # `words tsvector` and its index exist only in the migration: it is written by SET_WORDS, read by search_customers()

    class Meta:
        db_table = "customers_customer"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="customers_code", condition=Q(code__isnull=False)),
            models.UniqueConstraint(fields=["tenant_id", "id"], name="customers_customer_tenant_id"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "pinyin", "id"], name="customers_pinyin"),
            models.Index(
                fields=["tenant_id", "phone_index"],
                name="customers_phone",
                condition=Q(phone_index__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "phone_tail_index"],
                name="customers_tail",
                condition=Q(phone_tail_index__isnull=False),
            ),
        ]


class Contact(Owned):
    """A person at a customer; the subject of personal keys."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    pinyin = models.TextField()
    title = models.TextField(default="")
    phone = models.TextField(default="")
    phone_typed = models.TextField(default="")
    phone_index = models.BinaryField(null=True)
    phone_tail_index = models.BinaryField(null=True)
    email = models.TextField(default="")

    class Meta:
        db_table = "customers_contact"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "id"], name="customers_contact_tenant_id")]
        indexes = [
            models.Index(fields=["tenant_id", "customer"], name="customers_contact_customer"),
            models.Index(
                fields=["tenant_id", "phone_index"],
                name="customers_contact_phone",
                condition=Q(phone_index__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "phone_tail_index"],
                name="customers_contact_tail",
                condition=Q(phone_tail_index__isnull=False),
            ),
        ]


class Site(Owned):
    """A place of a customer, with its coordinates and their datum."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    province = models.TextField(default="")
    city = models.TextField(default="")
    district = models.TextField(default="")
    detail = models.TextField(default="")
    region = models.TextField(default="")
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    datum = models.TextField(default="gcj02")
    zone = models.TextField(default="Asia/Shanghai")

    class Meta:
        db_table = "customers_site"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "id"], name="customers_site_tenant_id")]
        indexes = [models.Index(fields=["tenant_id", "customer"], name="customers_site_customer")]
