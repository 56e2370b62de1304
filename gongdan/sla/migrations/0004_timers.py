from django.db import migrations, models
from django.db.models import Q

from gongdan.kernel.tenancy import Definer, NewIndex, TenantTable

# The orders of which some clock is due, locked as a verb locks them: the order first, so that neither waits for the other in a
# circle. Who is at work on an order is passed by; what they write says when to wake again.
TAKE = """
create function due_clocks(at timestamptz, most int)
returns table (tenant_id uuid, order_id uuid)
language sql volatile security definer set search_path = public, pg_temp as $$
  select o.tenant_id, o.id from orders_order o
    join (select c.tenant_id, c.order_id from sla_clock c where c.wake_at <= at order by c.wake_at limit most) due
      on due.tenant_id = o.tenant_id and due.order_id = o.id
   order by o.tenant_id, o.id for no key update of o skip locked
$$"""
# clocks that ran before there were thresholds wake where their order turns orange
ARM = (
    "update sla_clock set wake_at = due_at - (due_at - started_at) / 4, wake = 0 where state = 'running' and due_at is not null"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sla", "0003_policies"), ("orders", "0013_counted_from_indexes")]

    operations = [
        migrations.AddField("clock", "wake_at", models.DateTimeField(null=True)),
        migrations.AddField("clock", "wake", models.SmallIntegerField(null=True)),
        migrations.AddField("clock", "fired", models.JSONField(default=list, db_default=models.Value([], models.JSONField()))),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "order_id", "key", "percent", "reached_at", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("order_id", models.UUIDField()),
                ("key", models.TextField()),
                ("percent", models.SmallIntegerField()),
                ("reached_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "sla_mark"},
        ),  # fmt: skip
        migrations.RunSQL(
            "alter table sla_mark add constraint sla_mark_order_fk foreign key (tenant_id, order_id) "
            "references orders_order (tenant_id, id) on delete cascade",
            migrations.RunSQL.noop,
        ),
        TenantTable("sla_mark"),
        NewIndex("clock", models.Index(fields=["wake_at"], name="sla_clock_wake", condition=Q(wake_at__isnull=False))),
        migrations.RemoveIndex("clock", "sla_clock_due"),
        migrations.RunSQL(ARM, migrations.RunSQL.noop),
        Definer("due_clocks(timestamptz, int)", TAKE),
        migrations.RunSQL("drop function mark_due(timestamptz, int)", migrations.RunSQL.noop),
    ]
