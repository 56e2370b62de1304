from django.db import migrations, models
import django.db.models.functions

from gongdan.kernel.tenancy import Definer, SharedTable, TenantTable

TAKE_JOBS = """
create function take_jobs(token uuid, most int, at timestamptz, until timestamptz)
returns table (id uuid, tenant_id uuid) language sql security definer set search_path = public, pg_temp as $$
  update kernel_job j set lease_token = token, lease_until = until, attempts = j.attempts + 1
  from (select k.id from kernel_job k
        where k.state = 'ready' and k.run_at <= at and (k.lease_until is null or k.lease_until < at)
        order by k.run_at, k.id limit most for update skip locked) as free
  where j.id = free.id returning j.id, j.tenant_id
$$"""
KEEP_LEASES = """
create function keep_leases(ids uuid[], token uuid, until timestamptz)
returns void language sql security definer set search_path = public, pg_temp as $$
  update kernel_job set lease_until = until where id = any(ids) and lease_token = token
$$"""
CLAIM_DUTY = """
create function claim_duty(duty text, every int, at timestamptz)
returns boolean language sql security definer set search_path = public, pg_temp as $$
  with claimed as (
    insert into kernel_duty (name, every_seconds, last_run_at, note) values (duty, every, at, '')
    on conflict (name) do update set last_run_at = at, every_seconds = every
      where kernel_duty.last_run_at is null or kernel_duty.last_run_at <= at - make_interval(secs => every)
    returning 1)
  select exists (select 1 from claimed)
$$"""
DUTY_DONE = """
create function duty_done(duty text, at timestamptz)
returns void language sql security definer set search_path = public, pg_temp as $$
  update kernel_duty set last_ok_at = at where name = duty
$$"""


def uuid_pk(*names):
    return models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Operation",
            fields=[
                ("pk", uuid_pk("tenant_id", "id")),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("actor_id", models.UUIDField()),
                ("request_hash", models.BinaryField()),
                ("status", models.SmallIntegerField()),
                ("body", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "kernel_operation"},
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("args", models.JSONField()),
                ("run_at", models.DateTimeField()),
                ("attempts", models.SmallIntegerField()),
                ("state", models.TextField()),
                ("dedupe", models.TextField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.UUIDField(null=True)),
                ("error", models.TextField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "kernel_job",
                "indexes": [
                    models.Index(fields=["run_at", "id"], name="kernel_job_ready", condition=models.Q(state="ready")),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["tenant_id", "dedupe"],
                        name="kernel_job_dedupe",
                        condition=models.Q(dedupe__isnull=False),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("last_run_at", models.DateTimeField(null=True)),
                ("last_ok_at", models.DateTimeField(null=True)),
                ("every_seconds", models.IntegerField()),
                ("note", models.TextField(default="")),
            ],
            options={"db_table": "kernel_duty"},
        ),
        migrations.CreateModel(
            name="SubjectKey",
            fields=[
                ("pk", uuid_pk("tenant_id", "id")),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("wrapped", models.BinaryField(null=True)),
                ("key_id", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "kernel_subject_key"},
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("pk", uuid_pk("tenant_id", "id")),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("orders", models.BigIntegerField()),
                ("events", models.BigIntegerField()),
                ("digest", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "kernel_anchor"},
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("pk", uuid_pk("tenant_id", "key")),
                ("tenant_id", models.UUIDField()),
                ("key", models.TextField()),
                ("value", models.JSONField()),
                ("version", models.IntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
                ("updated_by", models.UUIDField(null=True)),
            ],
            options={"db_table": "kernel_setting"},
        ),
        # receipts, anchors and keys are written once; jobs are taken and removed
        TenantTable("kernel_operation", "select, insert"),
        TenantTable("kernel_job"),
        TenantTable("kernel_subject_key", "select, insert, update"),
        TenantTable("kernel_anchor", "select, insert"),
        TenantTable("kernel_setting"),
        SharedTable("kernel_duty"),
        Definer("take_jobs(uuid, int, timestamptz, timestamptz)", TAKE_JOBS),
        Definer("keep_leases(uuid[], uuid, timestamptz)", KEEP_LEASES),
        Definer("claim_duty(text, int, timestamptz)", CLAIM_DUTY),
        Definer("duty_done(text, timestamptz)", DUTY_DONE),
        migrations.RunSQL(
            "alter table kernel_job set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, "
            "autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000)",
            migrations.RunSQL.noop,
        ),
    ]
