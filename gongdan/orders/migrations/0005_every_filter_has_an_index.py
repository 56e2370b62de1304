"""Any filter of the work list, and any order of it, begins at an index: at a million orders "channel is web" read them all."""

from django.db import migrations, models

from gongdan.kernel.tenancy import NewIndex

Q = models.Q
OPEN = Q(family__lt=4)
NEWEST_FIRST = {
    "orders_order_family": "family",
    "orders_order_by_sla": "sla_state",
    "orders_order_channel": "channel",
    "orders_order_blueprint": "blueprint_key",
    "orders_order_by_team": "team_id",
    "orders_order_unit": "org_unit_id",
}
NEWEST_FIRST_OF_FEW = {
    "orders_order_waiting": "waiting_on",
    "orders_order_creator": "created_by",
    "orders_order_partner": "partner_id",
    "orders_order_site": "site_id",
}
IN_ORDER = {"orders_order_opened": "opened_at", "orders_order_priority": "priority", "orders_order_updated": "updated_at"}
DUE = (
    "create index concurrently orders_order_by_due on orders_order "
    "(tenant_id, (case when next_due_at is null then '9999-12-31 00:00:00+00'::timestamptz else next_due_at end), id)"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0004_search_index_writes_at_once")]
    operations = [
        *[
            NewIndex("order", models.Index(fields=["tenant_id", column, "-id"], name=name))
            for name, column in NEWEST_FIRST.items()
        ],
        *[
            NewIndex(
                "order",
                models.Index(fields=["tenant_id", column, "-id"], name=name, condition=Q(**{f"{column}__isnull": False})),
            )
            for name, column in NEWEST_FIRST_OF_FEW.items()
        ],
        NewIndex("order", models.Index(fields=["tenant_id", "id"], name="orders_order_open", condition=OPEN)),
        NewIndex("order", models.Index(fields=["tenant_id", "priority", "id"], name="orders_order_urgent", condition=OPEN)),
        *[NewIndex("order", models.Index(fields=["tenant_id", column, "id"], name=name)) for name, column in IN_ORDER.items()],
        migrations.RunSQL("drop index concurrently if exists orders_order_by_due", migrations.RunSQL.noop),
        migrations.RunSQL(DUE, "drop index concurrently if exists orders_order_by_due"),
        migrations.RemoveIndex(model_name="order", name="orders_order_due"),
    ]
