from django.db import migrations, models

from gongdan.kernel.tenancy import Definer

TAKE = """
create or replace function take_messages(token uuid, most int, at timestamptz, until timestamptz)
returns table (id uuid, tenant_id uuid) language sql volatile security definer set search_path = public, pg_temp as $$
  update notify_message m set lease_token = token, lease_until = until
  from (select q.id from notify_message q where q.state = 'queued' and q.next_at <= at
          and (q.lease_until is null or q.lease_until < at)
          and not exists (select 1 from kernel_setting s
            where s.tenant_id = q.tenant_id and s.key = 'notify.frozen' and s.value = 'true'::jsonb)
        order by q.next_at, q.id limit most for update skip locked) as free
  where m.id = free.id returning m.id, m.tenant_id
$$"""
# the channel was down: what was not tried goes back, without counting as an attempt
PUT_BACK = """
create function put_back_messages(ids uuid[], token uuid, later timestamptz, why text)
returns void language sql volatile security definer set search_path = public, pg_temp as $$
  update notify_message set lease_token = null, lease_until = null, next_at = later, error = why
  where id = any(ids) and lease_token = token and state = 'queued'
$$"""
# after a restore: everything waits until a person of the company has looked (reliability.md)
FREEZE = """
create function freeze_messages(at timestamptz)
returns int language sql volatile security definer set search_path = public, pg_temp as $$
  with frozen as (
    insert into kernel_setting (tenant_id, key, value, version, updated_at)
    select t.id, 'notify.frozen', 'true'::jsonb, 1, at from accounts_tenant t
    on conflict (tenant_id, key) do update set value = 'true'::jsonb, version = kernel_setting.version + 1, updated_at = at
    returning 1)
  select count(*)::int from frozen
$$"""


class Migration(migrations.Migration):
    dependencies = [("notify", "0001_initial"), ("kernel", "0001_initial"), ("accounts", "0001_initial")]

    operations = [
        migrations.AddField("message", "receipt", models.TextField(default="", db_default="")),
        migrations.AddIndex("message", models.Index(fields=["tenant_id", "state", "-id"], name="notify_outbox")),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "sent", "failed", "parked"])), name="notify_message_state"
            ),
        ),
        Definer("take_messages(uuid, int, timestamptz, timestamptz)", TAKE),
        Definer("put_back_messages(uuid[], uuid, timestamptz, text)", PUT_BACK),
        Definer("freeze_messages(timestamptz)", FREEZE),
    ]
