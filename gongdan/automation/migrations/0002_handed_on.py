"""Orders that were handed on too often are few: an index of them alone costs other orders nothing."""

from django.db import migrations

INDEX = "orders_order_handed_on"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("automation", "0001_initial")]
    operations = [
        migrations.RunSQL(f"drop index concurrently if exists {INDEX}", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"create index concurrently {INDEX} on orders_order (tenant_id, id) "
            "where handovers >= 3 and family < 3 and merged_into_id is null",
            f"drop index concurrently if exists {INDEX}",
        ),
    ]
