"""Assets are found by any part of their serial number; the function looks candidates up where row-level security lets no index."""

from django.db import migrations

from gongdan.kernel.tenancy import Definer

FIND = """
create function find_assets(anywhere text, most int)
returns setof uuid language sql stable security definer set search_path = public, pg_temp as $$
  select a.id from assets_asset a where a.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    and a.serial is not null and upper(a.serial) like anywhere limit most
$$"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("assets", "0001_initial")]
    operations = [
        migrations.RunSQL(
            [
                "drop index concurrently if exists assets_serial_letters",
                "create index concurrently assets_serial_letters on assets_asset "
                "using gin (tenant_id, upper(serial) gin_trgm_ops) where serial is not null",
            ],
            "drop index concurrently if exists assets_serial_letters",
        ),
        Definer("find_assets(text, int)", FIND),
    ]
