"""Quick replies."""

from django.db import migrations, models
from django.db.models import Q

from gongdan.kernel.tenancy import TenantTable


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_initial"), ("accounts", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("version", models.IntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("owner_id", models.UUIDField()),
                ("scope", models.TextField(default="personal")),
                ("team_id", models.UUIDField(null=True)),
                ("name", models.TextField()),
                ("shortcut", models.TextField(default="")),
                ("body", models.TextField()),
                ("used", models.IntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "knowledge_reply",
                "constraints": [
                    models.CheckConstraint(condition=Q(scope__in=["personal", "team", "global"]), name="knowledge_reply_scope"),
                    models.CheckConstraint(condition=Q(scope="team") ^ Q(team_id__isnull=True), name="knowledge_reply_team"),
                ],
                "indexes": [models.Index(fields=["tenant_id", "name", "id"], name="knowledge_reply_name")],
            },
        ),
        TenantTable("knowledge_reply"),
    ]
