"""Customers and contacts are found by letters anywhere in their pinyin or initials (zhsm finds 深圳中海世贸大厦).

Under row-level security LIKE may not begin at an index, so reviewed functions look the candidates up for the current tenant.
"""

from django.db import migrations

from gongdan.kernel.tenancy import Definer

FIND = """
create function find_{table}s(beginning text, anywhere text, most int)
returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  (select c.id from customers_{table} c where c.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    and c.pinyin collate "C" >= beginning and c.pinyin collate "C" < beginning || '~' order by c.pinyin collate "C" limit most)
  union all
  (select c.id from customers_{table} c where c.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    and c.pinyin like anywhere limit case when length(beginning) > 1 then most else 0 end)
$$"""


def _index(name: str, table: str, columns: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [f"drop index concurrently if exists {name}", f"create index concurrently {name} on {table} {columns}"],
        f"drop index concurrently if exists {name}",
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0002_contacts_by_name")]
    operations = [
        _index("customers_pinyin_c", "customers_customer", '(tenant_id, pinyin collate "C", id)'),
        _index("customers_letters", "customers_customer", "using gin (tenant_id, pinyin gin_trgm_ops)"),
        _index("customers_contact_letters", "customers_contact", "using gin (tenant_id, pinyin gin_trgm_ops)"),
        Definer("find_customers(text, text, int)", FIND.format(table="customer")),
        Definer("find_contacts(text, text, int)", FIND.format(table="contact")),
    ]
