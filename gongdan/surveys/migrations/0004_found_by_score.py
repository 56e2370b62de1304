"""Orders are found by the score their customer gave."""

from django.db import migrations, models

from gongdan.kernel.tenancy import NewIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0003_links_follow_merges")]
    operations = [
        NewIndex(
            "survey",
            models.Index(
                fields=["tenant_id", "score", "-order_id"],
                name="surveys_score_order",
                condition=models.Q(score__isnull=False),
            ),
        )
    ]
