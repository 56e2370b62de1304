from django.db import migrations

from gongdan.kernel.tenancy import Definer

# a clock that was set back must not keep a duty waiting until it has caught up: what was claimed in the future counts for nothing
CLAIM_DUTY = """
create or replace function claim_duty(duty text, every int, at timestamptz)
returns boolean language sql security definer set search_path = public, pg_temp as $$
  with claimed as (
    insert into kernel_duty (name, every_seconds, last_run_at, note) values (duty, every, at, '')
    on conflict (name) do update set last_run_at = at, every_seconds = every
      where kernel_duty.last_run_at is null or kernel_duty.last_run_at <= at - make_interval(secs => every)
        or kernel_duty.last_run_at > at + make_interval(secs => every)
    returning 1)
  select exists (select 1 from claimed)
$$"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [Definer("claim_duty(text, int, timestamptz)", CLAIM_DUTY)]
