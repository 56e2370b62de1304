"""Row-level security: one migration operation puts a table under its tenant.

Every table with a `tenant_id` is forced under a policy that compares it with the transaction's setting
`app.tenant`; the serving role owns nothing and cannot bypass it. An unset tenant sees no row. The owner role has its own
policy, because migrations and the reviewed SECURITY DEFINER functions must see all tenants.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import RunSQL
from django.db.models import Index

POLICY = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy tenant on {table} using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy owner on {table} to current_user using (true) with check (true);
"""
DROP = """
drop policy if exists tenant on {table};
drop policy if exists owner on {table};
alter table {table} no force row level security;
alter table {table} disable row level security;
"""
GRANT = "grant {rights} on {table} to gongdan_serving;"


class TenantTable(RunSQL):
    """Force row-level security on `table` and grant the serving role `rights` (default: all four)."""

    def __init__(self, table: str, rights: str = "select, insert, update, delete") -> None:
        self.table = table
        self.rights = rights
        super().__init__(
            sql=POLICY.format(table=table) + GRANT.format(rights=rights, table=table),
            reverse_sql=DROP.format(table=table),
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return ("TenantTable", [self.table, self.rights], {})


class SharedTable(RunSQL):
    """A table without tenants (reference data): the serving role may only read it."""

    def __init__(self, table: str, rights: str = "select") -> None:
        super().__init__(sql=GRANT.format(rights=rights, table=table), reverse_sql=RunSQL.noop)
        self.table = table
        self.rights = rights

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return ("SharedTable", [self.table, self.rights], {})


class Definer(RunSQL):
    """A reviewed SECURITY DEFINER function: work that begins without a tenant, or a look-up that must escape
    the leakproof rule. `signature` as in "take_jobs(text, int)". Listed in docs/generated and tested."""

    def __init__(self, signature: str, sql: str) -> None:
        self.signature = signature
        self.sql_text = sql
        super().__init__(
            sql=f"{sql};\nrevoke all on function {signature} from public;\n"
            f"grant execute on function {signature} to gongdan_serving;",
            reverse_sql=f"drop function if exists {signature}",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return ("Definer", [self.signature, self.sql_text], {})


class NewIndex(AddIndexConcurrently):
    """An index on a table that is in use: built concurrently; what a killed build left behind goes first."""

    def __init__(self, model_name: str, index: Index) -> None:
        super().__init__(model_name, index)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop an index of this name, then build it."""
        if self.allow_migrate_model(schema_editor.connection.alias, to_state.apps.get_model(app_label, self.model_name)):
            schema_editor.execute(f"drop index concurrently if exists {schema_editor.quote_name(self.index.name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)
