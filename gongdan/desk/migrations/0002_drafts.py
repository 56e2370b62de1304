"""Drafts, and messages that can be taken back for a moment."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

from gongdan.kernel.tenancy import TenantTable


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_preferences"), ("kernel", "0001_initial"), ("orders", "0002_ledger_and_tenancy")]
    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("key", models.TextField()),
                ("body", models.JSONField()),
                ("device", models.TextField(default="")),
                ("others", models.JSONField(default=dict)),
                ("version", models.IntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "desk_draft",
                "constraints": [models.UniqueConstraint(fields=("tenant_id", "user_id", "key"), name="desk_draft_once")],
            },
        ),
        migrations.CreateModel(
            name="Outgoing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("order_id", models.UUIDField()),
                ("author_id", models.UUIDField()),
                ("body", models.TextField()),
                ("internal", models.BooleanField()),
                ("files", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ("mentions", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ("then", models.JSONField(null=True)),
                ("state", models.TextField(default="held")),
                ("error", models.JSONField(null=True)),
                ("send_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "desk_outgoing",
                "constraints": [models.CheckConstraint(condition=Q(state__in=["held", "failed"]), name="desk_outgoing_state")],
                "indexes": [models.Index(fields=["tenant_id", "author_id", "order_id"], name="desk_outgoing_mine")],
            },
        ),
        migrations.RunSQL(
            "alter table desk_outgoing add constraint desk_outgoing_order_fk foreign key (tenant_id, order_id) "
            "references orders_order (tenant_id, id) on delete cascade;",
            migrations.RunSQL.noop,
        ),
        TenantTable("desk_draft"),
        TenantTable("desk_outgoing"),
    ]
