from django.db import migrations

from gongdan.kernel.tenancy import Definer

# who listens: `begin_request` for many sessions at once, without an operation; the live process asks before it tells anybody anything
LIVE_PEOPLE = """
create function live_people(hashes text[], at timestamptz)
returns table (hash bytea, tenant_id uuid, user_id uuid, name text, roles text[], grants_version int, team_ids uuid[],
               unit_ids uuid[], partner_id uuid, locale text, zone text, kind text)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.token_hash, s.tenant_id, u.id, u.name, u.roles, u.grants_version, u.team_ids, u.unit_ids, u.partner_id, u.locale,
         u.zone, s.kind
    from unnest(hashes) as h(hex) join accounts_session s on s.token_hash = decode(h.hex, 'hex')
    join accounts_user u on u.id = s.user_id
   where s.ended_at is null and s.expires_at > at
     and s.last_seen_at + make_interval(secs => s.idle_seconds) > at and u.active
$$"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [Definer("live_people(text[], timestamptz)", LIVE_PEOPLE)]
