"""Limits of boards."""

from django.db import migrations, models

from gongdan.kernel.tenancy import TenantTable


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Limit",
            fields=[
                ("pk", models.CompositePrimaryKey("tenant_id", "team_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("team_id", models.UUIDField()),
                ("limits", models.JSONField()),
                ("version", models.IntegerField()),
                ("updated_by", models.UUIDField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={"db_table": "boards_limit"},
        ),
        TenantTable("boards_limit"),
    ]
