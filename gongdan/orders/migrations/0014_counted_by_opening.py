"""What was opened in a period is counted from the index that lists it; of waiting steps one order in 32 can be found without the rest.

At a million orders the team board and the figures read forty thousand pages of orders for a number, the global board a quarter of a
million tokens for a sample of eight thousand (`boards.steps.SAMPLE`). The sample's index takes one token in 32, in an order that
is as good as chance.
"""

from django.db import migrations, models

from gongdan.kernel.tenancy import NewIndex

Q = models.Q
SAMPLED = (
    "create index concurrently orders_token_sampled on orders_token (tenant_id, node, uuid_hash(order_id)) "
    "include (order_id, entered_at) where state = 'open' and (uuid_hash(order_id) & 31) = 0"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0013_counted_from_indexes")]
    operations = [
        NewIndex(
            "order",
            models.Index(
                fields=["tenant_id", "opened_at", "id"],
                include=["team_id", "blueprint_key", "family"],
                name="orders_order_since",
                condition=Q(merged_into_id__isnull=True),
            ),
        ),
        migrations.RemoveIndex("order", "orders_order_opened"),
        migrations.RunSQL("drop index concurrently if exists orders_token_sampled", migrations.RunSQL.noop),
        migrations.RunSQL(SAMPLED, "drop index concurrently if exists orders_token_sampled"),
    ]
