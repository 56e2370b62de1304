from django.db import migrations, models

from gongdan.kernel.tenancy import Definer, NewIndex, TenantTable

Q = models.Q
KINDS = """
update notify_notification set show_at = created_at, kind = case code
  when 'n_assigned' then 'assigned' when 'n_team_assigned' then 'queue' when 'n_token' then 'approval'
  when 'n_commented' then 'reply' when 'n_low_score' then 'rating' when 'n_nobody_found' then 'dispatch' else 'other' end
where show_at is null
"""
# what the live process tells listeners: entries that are new, or back from their snooze
NOTICES = """
create function live_notices(since timestamptz, until timestamptz, tenants uuid[])
returns table (id uuid, user_id uuid, show_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select n.id, n.user_id, n.show_at from notify_notification n
   where n.read_at is null and n.show_at > since and n.show_at <= until and n.tenant_id = any(tenants) limit 5000
$$"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notify", "0002_outbox")]

    operations = [
        migrations.AddField("notification", "kind", models.TextField(default="other", db_default="other")),
        migrations.AddField("notification", "show_at", models.DateTimeField(null=True)),
        migrations.RunSQL(KINDS, migrations.RunSQL.noop),
        migrations.AlterField("notification", "show_at", models.DateTimeField()),
        NewIndex("notification", models.Index(fields=["tenant_id", "user_id", "-show_at", "-id"], name="notify_shown")),
        NewIndex("notification", models.Index(fields=["show_at"], name="notify_turns", condition=Q(read_at__isnull=True))),
        NewIndex(
            "notification",
            models.Index(fields=["tenant_id", "user_id", "show_at"], name="notify_open", condition=Q(read_at__isnull=True)),
        ),
        NewIndex(
            "notification",
            models.Index(
                fields=["tenant_id", "dedupe"], name="notify_approvals", condition=Q(kind="approval", read_at__isnull=True)
            ),
        ),
        migrations.RemoveIndex("notification", "notify_user"),
        migrations.RemoveIndex("notification", "notify_unread"),
        migrations.CreateModel(
            name="Mute",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("kind", models.TextField(null=True)),
                ("order_id", models.UUIDField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "notify_mute",
                "indexes": [models.Index(fields=["tenant_id", "user_id"], name="notify_mute_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__isnull=False) | Q(order_id__isnull=False), name="notify_mute_of_something"
                    )
                ],
            },
        ),
        TenantTable("notify_mute"),
        Definer("live_notices(timestamptz, timestamptz, uuid[])", NOTICES),
    ]
