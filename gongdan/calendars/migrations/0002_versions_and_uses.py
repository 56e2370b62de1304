"""Versions of calendars, kept for ever, and whose calendar is which. What there is becomes its own first version."""

from django.db import migrations, models

from gongdan.kernel.tenancy import TenantTable

KEEP = (
    "insert into calendars_version (tenant_id, key, version, name, name_en, definition, since, by_id) "
    "select tenant_id, key, version, name, name_en, definition, updated_at, null from calendars_calendar"
)


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "key", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("key", models.TextField()),
                ("version", models.IntegerField()),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("definition", models.JSONField()),
                ("since", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
            ],
            options={"db_table": "calendars_version"},
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "kind", "owner_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("owner_id", models.UUIDField()),
                ("key", models.TextField(default="")),
                ("version", models.IntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
            options={"db_table": "calendars_use"},
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        TenantTable("calendars_version", "select, insert"),
        TenantTable("calendars_use", "select, insert, update"),
    ]
