from django.db import migrations

from gongdan.kernel.tenancy import Definer

# the live process reads the feed of all companies that listen to it, once; ids and codes only, and who may hear them is asked after
TAIL = """
create function live_tail(after_xid text, after_id uuid, tenants uuid[], most int)
returns table (xid text, id uuid, tenant_id uuid, order_id uuid, type text, seq int) language sql stable security definer
set search_path = public, pg_temp as $$
  select e.xid::text, e.id, e.tenant_id, e.order_id, e.type, e.seq from orders_event e
   where (e.xid, e.id) > (after_xid::xid8, after_id) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
     and e.tenant_id = any(tenants)
   order by e.xid, e.id limit most
$$"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_lately_closed")]

    operations = [Definer("live_tail(text, uuid, uuid[], int)", TAIL)]
