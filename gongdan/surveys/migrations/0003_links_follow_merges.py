"""The link of a merged order lives as long as the order it was merged into."""

from django.db import migrations

from gongdan.kernel.tenancy import Definer

FIND_LINK = """
create or replace function find_link(hash bytea, wanted text, at timestamptz)
returns table (tenant_id uuid, order_id uuid) language sql stable security definer set search_path = public, pg_temp as $$
  select l.tenant_id, l.order_id from surveys_link l
  join orders_order o on o.tenant_id = l.tenant_id and o.id = l.order_id
  left join orders_order m on m.tenant_id = o.tenant_id and m.id = o.merged_into_id
  where l.token_hash = hash and l.kind = wanted and l.revoked_at is null and (l.expires_at is null or l.expires_at > at)
    and case when m.id is null then o.closed_at is null or o.closed_at + interval '30 days' > at
             else m.closed_at is null or m.closed_at + interval '30 days' > at end
$$"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_links_end"), ("orders", "0008_merge_and_split")]

    operations = [Definer("find_link(bytea, text, timestamptz)", FIND_LINK)]
