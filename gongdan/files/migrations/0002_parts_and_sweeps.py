from django.db import migrations, models

from gongdan.kernel.tenancy import Definer, TenantTable

UNFINISHED = """
create function unfinished_files(before timestamptz, most int)
returns setof text language sql volatile security definer set search_path = public, pg_temp as $$
  with old as (select k.id from files_file k where k.state = 'uploading' and k.created_at < before limit most for update skip locked),
  parts as (select p.storage_key from files_part p join old on old.id = p.file_id),
  gone as (delete from files_file f using old where f.id = old.id returning f.storage_key)
  select storage_key from parts union all select storage_key from gone
$$"""
KNOWN = """
create function known_file_keys(keys text[])
returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select f.storage_key from files_file f where f.storage_key = any(keys)
  union all select p.storage_key from files_part p where p.storage_key = any(keys)
$$"""


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.AddField("file", "finding", models.TextField(default="", db_default="")),
        migrations.AddField("file", "parts", models.SmallIntegerField(default=1, db_default=1)),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("pk", models.CompositePrimaryKey("file_id", "number", blank=True, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField()),
                ("file_id", models.UUIDField()),
                ("number", models.SmallIntegerField()),
                ("size", models.IntegerField()),
                ("sha256", models.BinaryField()),
                ("storage_key", models.TextField()),
            ],
            options={
                "db_table": "files_part",
                "indexes": [models.Index(fields=["storage_key"], name="files_part_key")],
            },
        ),
        migrations.AddConstraint(
            "file",
            models.CheckConstraint(condition=models.Q(("state__in", ["uploading", "quarantined", "ready"])), name="files_file_state"),
        ),
        migrations.AddIndex(
            "file",
            models.Index(condition=models.Q(("state", "uploading")), fields=["created_at"], name="files_uploading"),
        ),
        migrations.AddIndex("file", models.Index(fields=["storage_key"], name="files_key")),
        migrations.RunSQL(
            "alter table files_part add constraint files_part_file_fk foreign key (tenant_id, file_id) "
            "references files_file (tenant_id, id) on delete cascade",
            "alter table files_part drop constraint files_part_file_fk",
        ),
        TenantTable("files_part"),
        Definer("unfinished_files(timestamptz, int)", UNFINISHED),
        Definer("known_file_keys(text[])", KNOWN),
    ]
