from django.db import migrations

from gongdan.kernel.tenancy import Definer

ORPHANS = """
create function orphan_files(before timestamptz, most int)
returns setof text language sql volatile security definer set search_path = public, pg_temp as $$
  delete from files_file f using (
    select k.id from files_file k where k.created_at < before
      and not exists (select 1 from orders_attachment a where a.tenant_id = k.tenant_id and a.file_id = k.id)
      limit most) as old
  where f.id = old.id returning f.storage_key
$$"""

# composite references: a row of one tenant can never point to another tenant's (ADR 0008)
TARGETS = {
    "customer_id": "customers_customer",
    "contact_id": "customers_contact",
    "site_id": "customers_site",
    "asset_id": "assets_asset",
    "team_id": "accounts_team",
    "assignee_id": "accounts_user",
    "org_unit_id": "accounts_org_unit",
    "partner_id": "accounts_partner",
}
ACCOUNTS = ("accounts_team", "accounts_user", "accounts_org_unit", "accounts_partner")


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_ledger_and_tenancy"),
        ("customers", "0001_initial"),
        ("assets", "0001_initial"),
        ("files", "0001_initial"),
    ]
    operations = [
        *[
            migrations.RunSQL(
                f"create unique index {table}_tenant_id on {table} (tenant_id, id)", f"drop index {table}_tenant_id"
            )
            for table in ACCOUNTS
        ],
        *[
            migrations.RunSQL(
                f"alter table orders_order add constraint orders_order_{column[:-3]}_fk foreign key (tenant_id, {column}) "
                f"references {table} (tenant_id, id)",
                f"alter table orders_order drop constraint orders_order_{column[:-3]}_fk",
            )
            for column, table in TARGETS.items()
        ],
        migrations.RunSQL(
            "alter table orders_attachment add constraint orders_attachment_file_fk foreign key (tenant_id, file_id) "
            "references files_file (tenant_id, id);"
            "alter table orders_watcher add constraint orders_watcher_user_fk foreign key (tenant_id, user_id) "
            "references accounts_user (tenant_id, id) on delete cascade;",
            migrations.RunSQL.noop,
        ),
        Definer("orphan_files(timestamptz, int)", ORPHANS),
    ]
