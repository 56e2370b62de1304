"""A million orders by SQL, as the superuser with foreign keys asleep: only the bench may do that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

DAYS = 1095
# id and instant of order i: spread evenly over three years up to now
ID = (
    "(lpad(to_hex((extract(epoch from %(now)s::timestamptz) * 1000)::bigint - ((%(n)s - i)::bigint * %(step)s)), 12, '0') "
    "|| '7' || lpad(to_hex(i %% 4096), 3, '0') || '8' || lpad(to_hex(i), 15, '0'))::uuid"
)
AT = "%(now)s::timestamptz - ((%(n)s - i)::bigint * %(step)s) * interval '1 millisecond'"
TITLES = "(array['空调漏水','电梯困人','水泵异响','配电柜跳闸','空压机漏油','照明故障','管道堵塞','门禁失灵'])"
WORDS = (
    "(array['''空调'':1 ''调漏'':2 ''漏水'':3','''电梯'':1 ''梯困'':2 ''困人'':3','''水泵'':1 ''泵异'':2 ''异响'':3',"
    "'''配电'':1 ''电柜'':2 ''柜跳'':3 ''跳闸'':4','''空压'':1 ''压机'':2 ''机漏'':3 ''漏油'':4','''照明'':1 ''明故'':2 ''故障'':3',"
    "'''管道'':1 ''道堵'':2 ''堵塞'':3','''门禁'':1 ''禁失'':2 ''失灵'':3'])"
)
# state: the newest 30 % are open; of those, every other one is dispatched and waits to be started
ORDERS = f"""
insert into orders_order (tenant_id, id, number, blueprint_key, blueprint_version_id, title, description, state, family, cancelled,
  priority, channel, customer_id, contact_name, contact_phone, contact_phone_typed, address, fields, team_id, assignee_id,
  org_unit_id, created_by, opened_at, created_at, updated_at, state_at, reopened, handovers, version, seq, head, next_due_at, sla_state)
select %(tenant)s, {ID}, 'BX-' || i, 'repair', %(version)s, ({TITLES})[1 + i %% 8] || ' ' || i, '',
  case when i <= %(n)s * 0.7 then 'closed' when i %% 2 = 0 then 'dispatched' else 'pending' end,
  case when i <= %(n)s * 0.7 then 4 else 1 end, false, 1 + (i / 50 * 7) %% 4, 'phone',
  (%(customers)s::uuid[])[1 + i %% 200], '张三', '', '', '深南路 ' || i || ' 号',
  '{{"fault_type":"hvac","stopped":false}}'::jsonb, (%(teams)s::uuid[])[1 + i %% %(team_count)s],
  case when i <= %(n)s * 0.7 or i %% 2 = 0 then (%(people)s::uuid[])[1 + i %% %(people_count)s] end, %(unit)s, null,
  {AT}, {AT}, {AT}, {AT}, 0, 0, 1, 1, '\\x00',
  case when i > %(n)s * 0.7 then {AT} + interval '40 days' end, case when i > %(n)s * 0.7 then 'ok' else 'met' end
from generate_series(%(low)s::int, %(high)s::int) as i
"""
EVENTS = f"""
insert into orders_event (tenant_id, id, order_id, seq, type, v, actor_id, actor_kind, actor_name, occurred_at, recorded_at, data, hash)
select %(tenant)s, {ID}, {ID}, 1, 'created', 1, %(tenant)s, 'system', 'bench', {AT}, {AT}, '{{"state":"pending"}}', '\\x00'
from generate_series(%(low)s::int, %(high)s::int) as i
"""
SEARCH = f"""
insert into orders_search (tenant_id, order_id, bucket, words)
select %(tenant)s, {ID}, floor(extract(epoch from {AT}) / 604800)::int,
  (({WORDS})[1 + i %% 8] || ' ''' || i || ''':9')::tsvector from generate_series(%(low)s::int, %(high)s::int) as i
"""
CLOCKS = f"""
insert into sla_clock (tenant_id, order_id, key, started_at, segments, pauses, state, due_at, stopped_at, wake_at, wake)
select %(tenant)s, {ID}, k.key, {AT}, jsonb_build_array(jsonb_build_array(to_jsonb({AT}), 'cn-work', 57600)), '[]',
  case when i <= %(n)s * 0.7 then 'met' else 'running' end, {AT} + interval '40 days', null,
  case when i > %(n)s * 0.7 then {AT} + interval '30 days' end, 0
from generate_series(%(low)s::int, %(high)s::int) as i, (values ('response'), ('resolve')) as k(key)
"""
FIELDS = f"""
insert into orders_field (tenant_id, order_id, field, text_value)
select %(tenant)s, {ID}, 'fault_type', (array['hvac','electric','pump','compressor','elevator'])[1 + i %% 5]
from generate_series(%(low)s::int, %(high)s::int) as i
"""
# what boards, figures and the map are made of: the newest fifth of the closed orders was resolved evenly over the last 200 days, every
# third of the newer half is on the map, what is pending waits at a step, one in five of those resolved was rated, one in ten talked about
RESOLVED = "%(now)s::timestamptz - ((%(n)s * 0.7 - i) / (%(n)s * 0.2) * 200) * interval '1 day'"
LIVED = f"""
update orders_order o set
  lng = case when i %% 3 = 0 then 113.75 + (i::bigint * 7919 %% 10000) * 0.00006 end,
  lat = case when i %% 3 = 0 then 22.45 + (i::bigint * 104729 %% 10000) * 0.000035 end,
  accepted_at = case when i <= %(n)s * 0.7 then o.opened_at + interval '1 hour' end,
  resolved_at = case when i <= %(n)s * 0.7 then {RESOLVED} end, closed_at = case when i <= %(n)s * 0.7 then {RESOLVED} end
from generate_series(%(low)s::int, %(high)s::int) as i where o.tenant_id = %(tenant)s and o.id = {ID}
"""
STEPS = f"""
insert into orders_token (tenant_id, id, order_id, node, state, entered_at, done_at, body)
select %(tenant)s, t.id, t.id, 'intake', t.state, t.entered_at, t.done_at, jsonb_build_object('id', t.id, 'node_key', 'intake',
  'state', t.state, 'entered_at', t.entered_at, 'done_at', t.done_at, 'outcome', null, 'votes', '[]'::jsonb, 'branches_done', '[]'::jsonb)
from (select {ID} as id, case when i <= %(n)s * 0.7 then 'done' else 'open' end as state,
  case when i <= %(n)s * 0.7 then {RESOLVED} - interval '3 hours' else {AT} end as entered_at,
  case when i <= %(n)s * 0.7 then {RESOLVED} end as done_at
  from generate_series(%(low)s::int, %(high)s::int) as i where i <= %(n)s * 0.7 or i %% 2 = 1) t
"""
RATINGS = f"""
insert into surveys_survey (id, tenant_id, order_id, engineer_id, sent_at, score, reasons, comment, answered_at)
select {ID}, %(tenant)s, {ID}, null, {RESOLVED}, 1 + i %% 7 %% 5, '{{}}', '', {RESOLVED}
from generate_series(%(low)s::int, %(high)s::int) as i where i <= %(n)s * 0.7 and i %% 5 = 0
"""
SAID = f"""
insert into orders_comment (tenant_id, id, order_id, author_kind, author_name, internal, body, occurred_at, recorded_at)
select %(tenant)s, {ID}, {ID}, 'person', '王芳', false, '已联系客户，下午上门。', {AT}, {AT}
from generate_series(%(low)s::int, %(high)s::int) as i where i %% 10 = 0
on conflict do nothing
"""


def fill(url: str, n: int, values: dict[str, Any], say: Any) -> None:
    """Insert orders up to `n` with their events, clocks, search rows and indexed fields."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        connection.execute("drop index if exists orders_search_words")
        step = DAYS * 86_400_000 // n
        for low in range(1, n + 1, 50_000):
            given = {**values, "n": n, "step": step, "low": low, "high": min(low + 49_999, n)}
            for statement in (ORDERS, EVENTS, SEARCH, CLOCKS, FIELDS):
                connection.execute(statement, given)
            say(f"  {given['high']:,} orders")
        _live(connection, n, values, say)
        say("  search index, vacuum, analyze")
        connection.execute("set maintenance_work_mem = '1GB'")
        connection.execute(
            "create index orders_search_words on orders_search using gin (tenant_id, bucket, words) with (fastupdate = off)"
        )
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def live(url: str, n: int, values: dict[str, Any], say: Any) -> None:
    """Give orders that were filled in before `LIVED` was known what it knows."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        _live(connection, n, values, say)
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def _live(connection: psycopg.Connection[Any], n: int, values: dict[str, Any], say: Any) -> None:
    step = DAYS * 86_400_000 // n
    for low in range(n // 2 + 1, n + 1, 50_000):
        given = {**values, "n": n, "step": step, "low": low, "high": min(low + 49_999, n)}
        for statement in (LIVED, STEPS, RATINGS, SAID):
            connection.execute(statement, given)
        say(f"  {given['high']:,} orders lived")


def order_id(n: int, i: int, now_ms: int) -> UUID:
    """The id of order i, as the SQL above makes it."""
    step = DAYS * 86_400_000 // n
    return UUID(f"{now_ms - (n - i) * step:012x}7{i % 4096:03x}8{i:015x}")
