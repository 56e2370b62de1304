"""The SQL of the hot paths. Columns in one place; every statement is constant text, prepared once per connection."""

from __future__ import annotations

COLUMNS = (
    "tenant_id id number blueprint_key blueprint_version_id title description state family cancelled waiting_on "
    "hold_reason priority channel customer_id contact_id site_id asset_id contact_name contact_phone "
    "contact_phone_typed phone_index phone_tail_index address lng lat fields team_id assignee_id org_unit_id partner_id "
    "created_by external_key opened_at created_at updated_at state_at accepted_at started_at resolved_at closed_at reopened "
    "handovers merged_into_id archived_at version seq head next_due_at sla_state"
).split()
FIXED = frozenset(
    "tenant_id id number blueprint_key blueprint_version_id channel created_by external_key created_at opened_at".split()
)
CHANGING = [c for c in COLUMNS if c not in FIXED]


def _rows(table: str, columns: str) -> str:
    """Insert rows that come as one JSON array: one parameter, whatever their number. bytea is written \\x… in hex."""
    return f"insert into {table} ({columns}) select {columns} from json_populate_recordset(null::{table}, %s::json)"


ADD_EVENTS = _rows(
    "orders_event", "tenant_id, id, order_id, seq, type, v, actor_id, actor_kind, actor_name, occurred_at, recorded_at, data, hash"
)
PUT_TOKENS = (
    _rows("orders_token", "tenant_id, id, order_id, node, state, entered_at, done_at, outcome, body, limit_at")
    + " on conflict (tenant_id, id) do update set state = excluded.state, done_at = excluded.done_at, "
    "outcome = excluded.outcome, body = excluded.body"
)
PUT_FIELDS = (
    _rows("orders_field", "tenant_id, order_id, field, text_value, number_value, instant_value")
    + " on conflict (tenant_id, order_id, field) do update set text_value = excluded.text_value, "
    "number_value = excluded.number_value, instant_value = excluded.instant_value"
)
DROP_FIELDS = "delete from orders_field where order_id = %s and field <> all(%s)"
ADD_ORDER = _rows("orders_order", ", ".join(COLUMNS))
ADD_WORDS = "insert into orders_search (tenant_id, order_id, bucket, words) values (%s, %s, %s, %s::tsvector)"
PUT_WORDS = "update orders_search set words = %s::tsvector where order_id = %s"
UPDATE = (
    f"update orders_order o set {', '.join(f'{c} = r.{c}' for c in CHANGING)} "
    "from json_populate_record(null::orders_order, %s::json) r where o.tenant_id = %s and o.id = %s and o.version = %s"
)
LOCK = (
    f"select {', '.join('o.' + c for c in COLUMNS)}, "
    "(select coalesce(json_agg(t.body order by t.id), '[]')::text from orders_token t "
    "where t.tenant_id = o.tenant_id and t.order_id = o.id and t.state = 'open') "
    "from orders_order o where o.id = %s and o.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid "
    "for no key update of o"
)
OPEN_NUMBER = "select version_id, number, team_id, org_unit_id from open_number(%s, %s)"
