"""What a person prefers, kept on the server so that it follows them to another device."""

from django.db import migrations, models

from gongdan.kernel.tenancy import TenantTable


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_initial"), ("orders", "0003_references")]
    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("tenant_id", "user_id", "key", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("tenant_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("key", models.TextField()),
                ("value", models.JSONField()),
                ("version", models.IntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
            options={"db_table": "desk_preference"},
        ),
        migrations.RunSQL(
            "alter table desk_preference add constraint desk_preference_user foreign key (tenant_id, user_id) "
            "references accounts_user (tenant_id, id) on delete cascade",
            "alter table desk_preference drop constraint desk_preference_user",
        ),
        TenantTable("desk_preference"),
    ]
