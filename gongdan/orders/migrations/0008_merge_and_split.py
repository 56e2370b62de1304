"""Merge and split: what was done and how it is undone, and what of one order is shown on another."""

from django.db import migrations, models
from django.db.models import Q

from gongdan.kernel.tenancy import Definer, TenantTable

# Orders that share the most terms with a text, the newest weeks first. A candidate has at least `need` of them, so that a common
# word alone brings nothing; GIN finds those by counting. `sample` bounds what is looked at, `most` what is told.
SIMILAR = """
create function similar_orders(terms text[], need int, sample int, most int)
returns table (order_id uuid, shared int) language plpgsql stable security definer set search_path = public, pg_temp as $$
declare own uuid := nullif(current_setting('app.tenant', true), '')::uuid;
        pairs tsquery; b int; low int; got int := 0; n int; found uuid[] := '{}'; hits uuid[];
begin
  if need > 1 then
    select string_agg(format('(%s & %s)', x.t, y.t), ' | ')::tsquery into pairs
      from unnest(terms) with ordinality as x(t, i) join unnest(terms) with ordinality as y(t, i) on x.i < y.i;
  else
    pairs := array_to_string(terms, ' | ')::tsquery;
  end if;
  select max(s.bucket), min(s.bucket) into b, low from orders_search s where s.tenant_id = own;
  while b is not null and b >= low and got < sample loop
    select array_agg(h.order_id) into hits from (
      select s.order_id from orders_search s where s.tenant_id = own and s.bucket = b and s.words @@ pairs
       order by s.order_id desc limit sample - got) as h;
    n := coalesce(array_length(hits, 1), 0);
    got := got + n;
    found := found || coalesce(hits, '{}');
    b := b - 1;
  end loop;
  return query
    select s.order_id, (select count(*)::int from unnest(terms) as t where s.words @@ t::tsquery) as shared
      from orders_search s where s.tenant_id = own and s.order_id = any(found)
     order by 2 desc, 1 desc limit most;
end
$$"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_lately_closed")]
    operations = [
        migrations.CreateModel(
            name="Reshape",
            fields=[
                ("pk", models.CompositePrimaryKey("tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("kind", models.TextField()),
                ("order_id", models.UUIDField()),
                ("other_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("made_by", models.UUIDField()),
                ("made_by_name", models.TextField()),
                ("at", models.DateTimeField()),
                ("kept", models.JSONField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "orders_reshape",
                "indexes": [models.Index(fields=["tenant_id", "other_id"], name="orders_reshape_other")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["tenant_id", "order_id", "kind"], name="orders_reshape_once", condition=Q(undone_at__isnull=True)
                    ),
                    models.CheckConstraint(condition=Q(kind__in=["merge", "split"]), name="orders_reshape_kind"),
                    models.CheckConstraint(condition=~Q(order_id=models.F("other_id")), name="orders_reshape_self"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "order_id", "item_id", "source_id",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("order_id", models.UUIDField()),
                ("item_id", models.UUIDField()),
                ("source_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("from_id", models.UUIDField()),
            ],
            options={
                "db_table": "orders_shown",
                "indexes": [
                    models.Index(fields=["tenant_id", "item_id"], name="orders_shown_item"),
                    models.Index(fields=["tenant_id", "source_id"], name="orders_shown_source"),
                ],
            },
        ),
        *[
            migrations.RunSQL(
                f"alter table {table} add constraint {table}_{column}_fk foreign key (tenant_id, {column}) "
                "references orders_order (tenant_id, id) on delete cascade",
                f"alter table {table} drop constraint {table}_{column}_fk",
            )
            for table, columns in {
                "orders_reshape": ("order_id", "other_id"),
                "orders_shown": ("order_id", "from_id"),
            }.items()
            for column in columns
        ],
        TenantTable("orders_reshape", "select, insert, update"),
        TenantTable("orders_shown", "select, insert, delete"),
        Definer("similar_orders(text[], int, int, int)", SIMILAR),
    ]
