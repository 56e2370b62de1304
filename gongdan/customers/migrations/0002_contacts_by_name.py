"""Contacts are found by the beginning of their name's pinyin; a range over the "C" order, which row-level security lets use an index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            'create index customers_contact_pinyin on customers_contact (tenant_id, pinyin collate "C", id)',
            "drop index customers_contact_pinyin",
        )
    ]
