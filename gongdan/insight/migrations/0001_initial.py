from django.db import migrations, models

from gongdan.kernel.tenancy import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("blueprint_key", models.TextField()),
                ("orders", models.IntegerField()),
                ("body", models.TextField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "insight_lesson",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "blueprint_key"), name="insight_lesson_blueprint")
                ],
            },
        ),
        TenantTable("insight_lesson"),
    ]
