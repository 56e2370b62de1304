from django.db import migrations, models

from gongdan.kernel.tenancy import Definer, TenantTable

# what turned orange or red, and when: a row each, because the ledger and the order's version are of what people do, and a list on
# screen has to hear of it all the same
MARK = """
create function mark_due(at timestamptz, most int)
returns table (tenant_id uuid, order_id uuid, due_at timestamptz, state text)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
  return query with due as (
    select o.tenant_id, o.id from orders_order o where o.next_due_at <= at and o.sla_state in ('ok', 'near')
     and o.family < 3 order by o.next_due_at limit most for no key update skip locked),
  marked as (update orders_order o set sla_state = 'breached' from due where o.tenant_id = due.tenant_id and o.id = due.id
     returning o.tenant_id, o.id, o.next_due_at)
  insert into sla_turn (tenant_id, order_id, due_at, state, at) select m.tenant_id, m.id, m.next_due_at, 'breached', at from marked m
  on conflict (tenant_id, order_id, due_at, state) do update set at = excluded.at
  returning sla_turn.tenant_id, sla_turn.order_id, sla_turn.due_at, sla_turn.state;
  return query with near as (
    select o.tenant_id, o.id from orders_order o
      join sla_clock c on c.tenant_id = o.tenant_id and c.order_id = o.id and c.due_at = o.next_due_at
     where o.next_due_at > at and o.next_due_at <= at + interval '1 day' and o.sla_state = 'ok'
       and (o.next_due_at - at) * 4 <= o.next_due_at - c.started_at
     limit most for no key update of o skip locked),
  marked as (update orders_order o set sla_state = 'near' from near where o.tenant_id = near.tenant_id and o.id = near.id
     returning o.tenant_id, o.id, o.next_due_at)
  insert into sla_turn (tenant_id, order_id, due_at, state, at) select m.tenant_id, m.id, m.next_due_at, 'near', at from marked m
  on conflict (tenant_id, order_id, due_at, state) do update set at = excluded.at
  returning sla_turn.tenant_id, sla_turn.order_id, sla_turn.due_at, sla_turn.state;
end
$$"""
TURNS = """
create function live_turns(since timestamptz, tenants uuid[])
returns table (tenant_id uuid, order_id uuid, state text, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.tenant_id, t.order_id, t.state, t.at from sla_turn t where t.at > since and t.tenant_id = any(tenants) limit 2000
$$"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "order_id", "due_at", "state", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("order_id", models.UUIDField()),
                ("due_at", models.DateTimeField()),
                ("state", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "sla_turn", "indexes": [models.Index(fields=["at"], name="sla_turn_at")]},
        ),
        migrations.RunSQL(
            "alter table sla_turn add constraint sla_turn_order_fk foreign key (tenant_id, order_id) "
            "references orders_order (tenant_id, id) on delete cascade",
            migrations.RunSQL.noop,
        ),
        TenantTable("sla_turn"),
        Definer("mark_due(timestamptz, int)", MARK),
        Definer("live_turns(timestamptz, uuid[])", TURNS),
        migrations.RunSQL("drop function mark_due_orders(timestamptz, int)"),
    ]
