"""The map asks for a box: an index over where orders are."""

from django.db import migrations, models

from gongdan.kernel.tenancy import NewIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0011_work_list")]
    operations = [
        NewIndex(
            "order",
            models.Index(
                fields=["tenant_id", "lat", "lng"], name="orders_order_place", condition=models.Q(("lat__isnull", False))
            ),
        )
    ]
