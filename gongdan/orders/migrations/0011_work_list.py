"""Views keep how they look; what became of a bulk run is a row per order, so that ten thousand are no rewritten document."""

import django.contrib.postgres.fields
from django.db import migrations, models

from gongdan.kernel.tenancy import TenantTable

ROWS = """
insert into orders_bulk_row (tenant_id, bulk_id, n, order_id, number, ok, code, zh, en)
select b.tenant_id, b.id, r.n - 1, (r.value ->> 'id')::uuid, coalesce(r.value ->> 'number', ''), (r.value ->> 'ok')::boolean,
  r.value ->> 'code', r.value ->> 'zh', r.value ->> 'en'
from orders_bulk b, jsonb_array_elements(b.results) with ordinality as r(value, n);
update orders_bulk b set done = jsonb_array_length(b.results),
  refused = (select count(*) from orders_bulk_row r where r.tenant_id = b.tenant_id and r.bulk_id = b.id and not r.ok);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_boards")]
    operations = [
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "bulk_id", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("bulk_id", models.UUIDField()),
                ("n", models.IntegerField()),
                ("order_id", models.UUIDField()),
                ("number", models.TextField()),
                ("ok", models.BooleanField()),
                ("code", models.TextField(null=True)),
                ("zh", models.TextField(null=True)),
                ("en", models.TextField(null=True)),
                ("before", models.JSONField(null=True)),
                ("version", models.IntegerField(null=True)),
            ],
            options={
                "db_table": "orders_bulk_row",
                "indexes": [models.Index(fields=["tenant_id", "bulk_id", "order_id"], name="orders_bulk_row_order")],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("asked_by", models.UUIDField()),
                ("format", models.TextField()),
                ("columns", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("filters", models.JSONField()),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ("locale", models.TextField()),
                ("total", models.IntegerField()),
                ("done", models.IntegerField(default=0)),
                ("parts", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ("last_id", models.UUIDField(null=True)),
                ("file_id", models.UUIDField(null=True)),
                ("state", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "orders_export",
                "indexes": [models.Index(fields=["tenant_id", "asked_by", "-id"], name="orders_export_mine")],
            },
        ),
        migrations.AddField("bulk", "done", models.IntegerField(default=0)),
        migrations.AddField("bulk", "refused", models.IntegerField(default=0)),
        migrations.AddField("bulk", "undo_of", models.UUIDField(null=True)),
        migrations.AddField("savedview", "look", models.JSONField(default=dict)),
        migrations.RunSQL(ROWS, migrations.RunSQL.noop),
        migrations.AddIndex("bulk", models.Index(fields=["tenant_id", "asked_by", "-id"], name="orders_bulk_mine")),
        migrations.AddConstraint(
            "bulk",
            models.UniqueConstraint(
                fields=["tenant_id", "undo_of"], name="orders_bulk_undo", condition=models.Q(("undo_of__isnull", False))
            ),
        ),
        TenantTable("orders_bulk_row"),
        TenantTable("orders_export"),
    ]
