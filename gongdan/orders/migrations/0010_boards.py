"""Boards and figures: what they count lies in indexes, so that a million orders are counted without reading them (ADR 0024)."""

from django.db import migrations, models

from gongdan.kernel.tenancy import NewIndex

Q = models.Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0009_phones_newest_first")]
    operations = [
        NewIndex(
            "order",
            models.Index(
                fields=["tenant_id", "state", "next_due_at", "id"],
                include=["team_id", "assignee_id", "priority", "family", "sla_state", "blueprint_key", "opened_at"],
                name="orders_order_board",
                condition=Q(family__lt=4) & Q(merged_into_id__isnull=True),
            ),
        ),
        NewIndex(
            "order",
            models.Index(
                fields=["tenant_id", "assignee_id", "next_due_at", "id"],
                include=["family"],
                name="orders_order_todo",
                condition=Q(family__lt=4) & Q(merged_into_id__isnull=True),
            ),
        ),
        NewIndex(
            "order",
            models.Index(
                fields=["tenant_id", "resolved_at"],
                include=["opened_at", "accepted_at", "reopened", "handovers", "sla_state", "team_id", "blueprint_key"],
                name="orders_order_resolved",
                condition=Q(resolved_at__isnull=False, merged_into_id__isnull=True, cancelled=False),
            ),
        ),
        NewIndex("order", models.Index(fields=["tenant_id", "-id"], name="orders_order_reopened", condition=Q(reopened__gt=0))),
        NewIndex(
            "token",
            models.Index(
                fields=["tenant_id", "node", "-order_id"], include=["entered_at"], name="orders_token_step", condition=Q(state="open")
            ),
        ),
        NewIndex(
            "token",
            models.Index(
                fields=["tenant_id", "done_at"], include=["node", "entered_at"], name="orders_token_done", condition=Q(state="done")
            ),
        ),
    ]
