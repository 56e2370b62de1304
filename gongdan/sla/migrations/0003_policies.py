from django.db import migrations, models
from django.db.models import Q

from gongdan.kernel.tenancy import TenantTable


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_turns"), ("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("version", models.IntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("rank", models.IntegerField()),
                ("active", models.BooleanField(default=True)),
                ("document", models.JSONField()),
                ("deleted_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "sla_policy",
                "indexes": [
                    models.Index(fields=["tenant_id", "rank", "id"], name="sla_policy_rank", condition=Q(deleted_at__isnull=True))
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "policy_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("policy_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("document", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by_id", models.UUIDField()),
            ],
            options={"db_table": "sla_policy_version"},
        ),
        TenantTable("sla_policy"),
        TenantTable("sla_policy_version", "select, insert"),
    ]
