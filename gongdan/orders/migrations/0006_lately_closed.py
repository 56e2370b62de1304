"""Boards show what was closed lately: an index over the instants of closing, written when an order closes and not before."""

from django.db import migrations, models

from gongdan.kernel.tenancy import NewIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0005_every_filter_has_an_index")]
    operations = [
        NewIndex(
            "order",
            models.Index(
                fields=["tenant_id", "closed_at"],
                name="orders_order_closed",
                condition=models.Q(("closed_at__isnull", False)),
            ),
        )
    ]
