from django.db import migrations, models

from gongdan.kernel.tenancy import Definer, TenantTable

# Deletes what is labelled as sample data and all that hangs on it, whatever table it is in: the tables are found in the catalogue,
# so that a slice that comes later is not forgotten. An order goes only when its label is as old as it is.
REMOVE = """
create function remove_samples(removal uuid, by_id uuid, by_name text, at timestamptz)
returns table (kind text, id uuid, name text) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  own uuid := nullif(current_setting('app.tenant', true), '')::uuid;
  gone uuid[]; files uuid[]; hung text[]; again text[]; part text; one record; told bigint; col record;
begin
  set constraints all immediate;
  select coalesce(array_agg(o.id), '{}') into gone from orders_order o
    join onboarding_sample s on s.tenant_id = own and s.kind = 'order' and s.row_id = o.id
   where o.tenant_id = own and (s.at <= o.created_at + interval '1 day' or exists (
     select 1 from orders_event e where e.tenant_id = own and e.order_id = o.id and e.seq = 1 and e.xid = s.xid));
  insert into onboarding_removal (id, tenant_id, by_id, by_name, orders, at)
    select removal, own, by_id, by_name, coalesce(jsonb_object_agg(o.id, jsonb_build_array(o.seq, encode(o.head, 'hex'))), '{}'), at
      from orders_order o where o.tenant_id = own and o.id = any(gone);
  select coalesce(array_agg(distinct a.file_id), '{}') into files
    from orders_attachment a where a.tenant_id = own and a.order_id = any(gone);
  select array_agg(c.relname::text) into hung from pg_class c
    join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'order_id' and a.atttypid = 'uuid'::regtype and not a.attisdropped
   where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
     and c.relname not like 'onboarding%';
  while cardinality(hung) > 0 loop
    again := '{}';
    foreach part in array hung loop
      begin
        execute format('delete from %I where tenant_id = $1 and order_id = any($2)', part) using own, gone;
      exception when foreign_key_violation then again := again || part;
      end;
    end loop;
    exit when cardinality(again) = cardinality(hung);
    hung := again;
  end loop;
  update onboarding_progress p set order_id = null where p.tenant_id = own and p.order_id = any(gone);
  delete from kernel_job j where j.tenant_id = own and j.args ->> 'order_id' = any(gone::text[]);
  delete from kernel_subject_key k where k.tenant_id = own and k.id = any(gone);
  delete from orders_bulk b where b.tenant_id = own and b.order_ids <@ gone;
  update orders_order o set merged_into_id = null where o.tenant_id = own and o.merged_into_id = any(gone);
  delete from files_file f where f.tenant_id = own and f.id = any(files)
    and not exists (select 1 from orders_attachment a where a.tenant_id = own and a.file_id = f.id);
  return query with d as (delete from orders_order o where o.tenant_id = own and o.id = any(gone) returning o.id, o.number)
    select 'order', d.id, d.number from d;
  foreach part in array array['assets_asset', 'customers_contact', 'customers_site', 'customers_customer'] loop
    for one in execute format('select r.id, r.name, s.kind from %I r join onboarding_sample s on s.row_id = r.id '
        'where r.tenant_id = $1 and s.tenant_id = $1 and s.kind = $2', part) using own, split_part(part, '_', 2) loop
      begin
        execute format('delete from %I where tenant_id = $1 and id = $2', part) using own, one.id;
        delete from kernel_subject_key k where k.tenant_id = own and k.id = one.id;
        return query select one.kind::text, one.id, one.name::text;
      exception when foreign_key_violation then
        return query select 'kept_' || one.kind, one.id, one.name::text;
      end;
    end loop;
  end loop;
  for one in select u.id, u.name from accounts_user u join onboarding_sample s on s.row_id = u.id
      where u.tenant_id = own and s.tenant_id = own and s.kind = 'user' loop
    begin
      for col in select c.relname, a.attname from pg_class c
          join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped
          join pg_attribute a on a.attrelid = c.oid and a.atttypid = 'uuid'::regtype and not a.attisdropped
            and a.attname in ('actor_id', 'assignee_id', 'author_id', 'added_by', 'chosen_id', 'asked_by', 'created_by', 'updated_by')
         where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace loop
        execute format('select count(*) from (select 1 from %I where tenant_id = $1 and %I = $2 limit 1) as x', col.relname, col.attname)
          into told using own, one.id;
        if told > 0 then raise foreign_key_violation; end if;
      end loop;
      for part in select c.relname || '|' || a.attname from pg_class c
          join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped
          join pg_attribute a on a.attrelid = c.oid and a.atttypid = 'uuid'::regtype and not a.attisdropped
            and a.attname in ('engineer_id', 'owner_id', 'user_id', 'person_id')
         where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
         order by a.attname, c.relname desc loop
        execute format('delete from %I where tenant_id = $1 and %I = $2', split_part(part, '|', 1), split_part(part, '|', 2))
          using own, one.id;
      end loop;
      delete from accounts_user u where u.tenant_id = own and u.id = one.id;
      return query select 'user', one.id, one.name;
    exception when foreign_key_violation then
      update accounts_user u set active = false where u.tenant_id = own and u.id = one.id;
      return query select 'kept_user', one.id, one.name;
    end;
  end loop;
  delete from onboarding_sample s where s.tenant_id = own;
end
$$"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("accounts", "0001_initial"),
        ("assets", "0001_initial"),
        ("customers", "0001_initial"),
        ("dispatch", "0001_initial"),
        ("files", "0001_initial"),
        ("notify", "0001_initial"),
        ("orders", "0003_references"),
        ("surveys", "0001_initial"),
        ("workforce", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="Setup",
            fields=[
                ("tenant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("industry", models.TextField()),
                ("state", models.TextField()),
                ("done", models.SmallIntegerField(default=0)),
                ("total", models.SmallIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("by_id", models.UUIDField()),
            ],
            options={"db_table": "onboarding_setup"},
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "kind", "row_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("row_id", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "onboarding_sample"},
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("by_id", models.UUIDField()),
                ("by_name", models.TextField()),
                ("orders", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "onboarding_removal"},
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "user_id", "role", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("role", models.TextField()),
                ("done", models.JSONField(default=dict)),
                ("order_id", models.UUIDField(null=True)),
                ("state", models.TextField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "onboarding_progress"},
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("user_name", models.TextField()),
                ("screen", models.TextField()),
                ("steps", models.JSONField(default=list)),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "onboarding_feedback"},
        ),
        migrations.RunSQL(
            "alter table onboarding_sample add column xid xid8 not null default pg_current_xact_id();"
            "create index onboarding_sample_row on onboarding_sample (tenant_id, row_id);"
            "create index onboarding_feedback_newest on onboarding_feedback (tenant_id, id);",
            migrations.RunSQL.noop,
        ),
        # companies that are there already: their shipped roles learn the new permissions
        migrations.RunSQL(
            """update accounts_role set grants = grants || '{"onboarding.practise": ["all"]}'::jsonb where shipped and not grants ? '*';"""
            """update accounts_role set grants = grants || '{"onboarding.view": ["all"]}'::jsonb where shipped and key = 'manager';""",
            migrations.RunSQL.noop,
        ),
        TenantTable("onboarding_setup"),
        TenantTable("onboarding_sample", "select, insert"),
        TenantTable("onboarding_removal", "select"),
        TenantTable("onboarding_progress"),
        TenantTable("onboarding_feedback", "select, insert"),
        Definer("remove_samples(uuid, uuid, text, timestamptz)", REMOVE),
    ]
