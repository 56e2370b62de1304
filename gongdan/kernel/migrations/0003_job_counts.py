from django.db import migrations

from gongdan.kernel.tenancy import Definer

# how background work stands, over all companies: figures only
JOB_COUNTS = """
create function job_counts(at timestamptz, big int)
returns table (waiting bigint, late bigint, parked bigint, oversized bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select count(*) filter (where state = 'ready' and run_at <= at),
    count(*) filter (where state = 'ready' and run_at <= at - interval '1 minute'),
    count(*) filter (where state = 'parked'), count(*) filter (where octet_length(args::text) > big)
  from kernel_job
$$"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_duties")]
    operations = [Definer("job_counts(timestamptz, int)", JOB_COUNTS)]
