from django.db import migrations

from gongdan.kernel.tenancy import Definer, TenantTable

EVENT = """
create table orders_event (
  tenant_id uuid not null, id uuid not null, order_id uuid not null, seq int not null,
  type text not null, v smallint not null, actor_id uuid not null, actor_kind text not null, actor_name text not null,
  occurred_at timestamptz not null, recorded_at timestamptz not null,
  data jsonb not null, hash bytea not null, xid xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, order_id, seq, id),
  foreign key (tenant_id, order_id) references orders_order (tenant_id, id)
) partition by range (id);
create index orders_event_xid on orders_event (xid, id);
create table orders_event_rest partition of orders_event default;
"""
# a partition per year of the UUIDv7 in `id`; the duty orders.partitions adds the next year in good time
PARTITION = """
create function add_event_partition(year int)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare low uuid; high uuid; part text := 'orders_event_' || year;
begin
  if to_regclass(part) is not null then return; end if;
  low := (lpad(to_hex((extract(epoch from make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint), 12, '0')
          || '70008000000000000000')::uuid;
  high := (lpad(to_hex((extract(epoch from make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint), 12, '0')
           || '70008000000000000000')::uuid;
  execute format('create table %I partition of orders_event for values from (%L) to (%L)', part, low, high);
  execute format('alter table %I enable row level security', part);
end
$$"""
CHILDREN = ["token", "comment", "attachment", "tag", "link", "watcher", "search", "field"]
SEARCH = """
create function search_orders(words text, most int)
returns setof uuid language plpgsql stable security definer set search_path = public, pg_temp as $$
declare own uuid := nullif(current_setting('app.tenant', true), '')::uuid;
        wanted tsquery := words::tsquery; b int; low int; got int := 0; n int;
begin
  select max(s.bucket), min(s.bucket) into b, low from orders_search s where s.tenant_id = own;
  while b is not null and b >= low and got < most loop
    return query select s.order_id from orders_search s
      where s.tenant_id = own and s.bucket = b and s.words @@ wanted order by s.order_id desc limit most - got;
    get diagnostics n = row_count;
    got := got + n;
    b := b - 1;
  end loop;
end
$$"""
FEED = """
create function order_feed(after_xid text, after_id uuid, most int)
returns table (xid text, id uuid, order_id uuid, type text, seq int) language sql stable security definer
set search_path = public, pg_temp as $$
  select e.xid::text, e.id, e.order_id, e.type, e.seq from orders_event e
   where e.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
     and (e.xid, e.id) > (after_xid::xid8, after_id) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
   order by e.xid, e.id limit most
$$"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        migrations.RunSQL(EVENT, "drop table orders_event"),
        Definer("add_event_partition(int)", PARTITION),
        migrations.RunSQL(
            "select add_event_partition(y) from generate_series(2023, 2028) as y", migrations.RunSQL.noop
        ),
        *[
            migrations.RunSQL(
                f"alter table orders_{child} add constraint orders_{child}_order_fk foreign key (tenant_id, order_id) "
                "references orders_order (tenant_id, id) on delete cascade",
                f"alter table orders_{child} drop constraint orders_{child}_order_fk",
            )
            for child in CHILDREN
        ],
        migrations.RunSQL(
            "alter table orders_link add constraint orders_link_other_fk foreign key (tenant_id, other_id) "
            "references orders_order (tenant_id, id) on delete cascade;"
            "alter table orders_order add constraint orders_order_blueprint_fk foreign key (tenant_id, blueprint_version_id) "
            "references blueprints_version (tenant_id, id);"
            "create index orders_search_bucket on orders_search (tenant_id, bucket);"
            "alter table orders_order set (fillfactor = 85);",
            migrations.RunSQL.noop,
        ),
        TenantTable("orders_event", "select, insert"),
        migrations.RunSQL("alter table orders_event_rest enable row level security", migrations.RunSQL.noop),
        TenantTable("orders_order", "select, insert, update"),
        *[TenantTable(f"orders_{child}") for child in CHILDREN],
        TenantTable("orders_view"),
        TenantTable("orders_bulk"),
        Definer("search_orders(text, int)", SEARCH),
        Definer("order_feed(text, uuid, int)", FEED),
    ]
