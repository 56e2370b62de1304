"""Tables of orders. Hot paths read and write them in SQL (`statements.py`); the models state columns, keys, indexes.

Primary keys are (tenant_id, id) and children refer to (tenant_id, order_id), so that no row can point into another tenant.
`orders_event`, the ledger, is partitioned by year of its UUIDv7 and exists only in its migration.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

OPEN = Q(family__lt=4)


class Order(models.Model):
    """A work order. Projection columns at the end are written by upper slices through orders.actions."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    number = models.TextField()
    blueprint_key = models.TextField()
    blueprint_version_id = models.UUIDField()
    title = models.TextField()
    description = models.TextField()
    state = models.TextField()
    family = models.SmallIntegerField()  # 1 waiting, 2 working, 3 resolved, 4 closed
    cancelled = models.BooleanField()
    waiting_on = models.TextField(null=True)  # noqa: DJ001 – null: not held
    hold_reason = models.TextField(null=True)  # noqa: DJ001
    priority = models.SmallIntegerField()
    channel = models.TextField()
    customer_id = models.UUIDField(null=True)
    contact_id = models.UUIDField(null=True)
    site_id = models.UUIDField(null=True)
    asset_id = models.UUIDField(null=True)
    contact_name = models.TextField()
    contact_phone = models.TextField()
    contact_phone_typed = models.TextField()
    phone_index = models.BinaryField(null=True)
    phone_tail_index = models.BinaryField(null=True)
    address = models.TextField()
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    fields = models.JSONField()
    team_id = models.UUIDField(null=True)
    assignee_id = models.UUIDField(null=True)
    org_unit_id = models.UUIDField(null=True)
    partner_id = models.UUIDField(null=True)
    created_by = models.UUIDField(null=True)
    external_key = models.TextField(null=True)  # noqa: DJ001 – null: not imported
    opened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    state_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopened = models.SmallIntegerField()
    handovers = models.SmallIntegerField()
    merged_into_id = models.UUIDField(null=True)
    archived_at = models.DateTimeField(null=True)
    version = models.IntegerField()
    seq = models.IntegerField()
    head = models.BinaryField()
    next_due_at = models.DateTimeField(null=True)
    sla_state = models.TextField()  # none ok near breached paused met

    class Meta:
        db_table = "orders_order"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="orders_order_number"),
            models.UniqueConstraint(
                fields=["tenant_id", "external_key"],
                name="orders_order_external",
                condition=Q(external_key__isnull=False),
            ),
            models.CheckConstraint(condition=Q(family__gte=1, family__lte=4), name="orders_order_family"),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=4), name="orders_order_priority"),
        ]
        indexes = [
            # every filter of the work list can begin at an index that gives the newest first
            models.Index(fields=["tenant_id", "state", "-id"], name="orders_order_state"),
            models.Index(fields=["tenant_id", "family", "-id"], name="orders_order_family"),
            models.Index(fields=["tenant_id", "sla_state", "-id"], name="orders_order_by_sla"),
            models.Index(fields=["tenant_id", "channel", "-id"], name="orders_order_channel"),
            models.Index(fields=["tenant_id", "blueprint_key", "-id"], name="orders_order_blueprint"),
            models.Index(fields=["tenant_id", "team_id", "-id"], name="orders_order_by_team"),
            models.Index(fields=["tenant_id", "org_unit_id", "-id"], name="orders_order_unit"),
            models.Index(
                fields=["tenant_id", "opened_at", "id"],
                include=["team_id", "blueprint_key", "family"],
                name="orders_order_since",
                condition=Q(merged_into_id__isnull=True),
            ),
            models.Index(
                fields=["tenant_id", "waiting_on", "-id"], name="orders_order_waiting", condition=Q(waiting_on__isnull=False)
            ),
            models.Index(
                fields=["tenant_id", "created_by", "-id"], name="orders_order_creator", condition=Q(created_by__isnull=False)
            ),
            models.Index(
                fields=["tenant_id", "partner_id", "-id"], name="orders_order_partner", condition=Q(partner_id__isnull=False)
            ),
            models.Index(fields=["tenant_id", "site_id", "-id"], name="orders_order_site", condition=Q(site_id__isnull=False)),
            # the other orders of the list; that by deadline is an expression index in migration 0005
            models.Index(fields=["tenant_id", "priority", "id"], name="orders_order_priority"),
            models.Index(fields=["tenant_id", "id"], name="orders_order_open", condition=OPEN),
            models.Index(fields=["tenant_id", "priority", "id"], name="orders_order_urgent", condition=OPEN),
            models.Index(fields=["tenant_id", "updated_at", "id"], name="orders_order_updated"),
            models.Index(fields=["tenant_id", "team_id", "priority", "-id"], name="orders_order_team", condition=OPEN),
            models.Index(fields=["tenant_id", "assignee_id", "-id"], name="orders_order_assignee"),
            models.Index(
                fields=["tenant_id", "customer_id", "-id"],
                name="orders_order_customer",
                condition=Q(customer_id__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "asset_id", "-id"],
                name="orders_order_asset",
                condition=Q(asset_id__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "lat", "lng"],
                include=["id", "family", "sla_state", "team_id", "priority"],
                name="orders_order_on_map",
                condition=Q(lat__isnull=False, merged_into_id__isnull=True),
            ),
            models.Index(
                fields=["tenant_id", "closed_at"],
                name="orders_order_closed",
                condition=Q(closed_at__isnull=False),
            ),
            # boards and figures count from the index alone (ADR 0024)
            models.Index(
                fields=["tenant_id", "state", "next_due_at", "id"],
                include=["team_id", "assignee_id", "priority", "family", "sla_state", "blueprint_key", "opened_at"],
                name="orders_order_board",
                condition=OPEN & Q(merged_into_id__isnull=True),
            ),
            models.Index(
                fields=["tenant_id", "assignee_id", "next_due_at", "id"],
                include=["family", "team_id", "priority", "blueprint_key"],
                name="orders_order_by_person",
                condition=OPEN & Q(merged_into_id__isnull=True),
            ),
            models.Index(
                fields=["tenant_id", "resolved_at"],
                include=["opened_at", "accepted_at", "reopened", "handovers", "sla_state", "team_id", "blueprint_key"],
                name="orders_order_resolved",
                condition=Q(resolved_at__isnull=False, merged_into_id__isnull=True, cancelled=False),
            ),
            models.Index(fields=["tenant_id", "-id"], name="orders_order_reopened", condition=Q(reopened__gt=0)),
            models.Index(
                fields=["tenant_id", "phone_tail_index", "-id"],
                name="orders_order_by_tail",
                condition=Q(phone_tail_index__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "phone_index", "-id"],
                name="orders_order_by_phone",
                condition=Q(phone_index__isnull=False),
            ),
        ]


class Child(models.Model):
    """Columns of every child of an order."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    order_id = models.UUIDField()

    class Meta:
        abstract = True


class Token(Child):
    """Where the flow of an order stands: one row per task, approval, wait or open block."""

    node = models.TextField()
    state = models.TextField()  # open | done | cancelled
    entered_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.TextField(null=True)  # noqa: DJ001
    body = models.JSONField()
    limit_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_token"
        indexes = [
            models.Index(fields=["tenant_id", "order_id"], name="orders_token_order"),
            models.Index(
                fields=["tenant_id", "node", "-order_id"],
                include=["entered_at"],
                name="orders_token_step",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["tenant_id", "done_at"], include=["node", "entered_at"], name="orders_token_done", condition=Q(state="done")
            ),
            models.Index(
                fields=["limit_at", "id"],
                name="orders_token_due",
                condition=Q(state="open", limit_at__isnull=False),
            ),
        ]


class Comment(Child):
    """A public reply or an internal note."""

    author_id = models.UUIDField(null=True)
    author_kind = models.TextField()
    author_name = models.TextField()
    internal = models.BooleanField()
    body = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "orders_comment"
        indexes = [models.Index(fields=["tenant_id", "order_id", "id"], name="orders_comment_order")]


class Attachment(Child):
    """A file that belongs to an order, perhaps to one of its comments."""

    file_id = models.UUIDField()
    comment_id = models.UUIDField(null=True)
    kind = models.TextField()
    internal = models.BooleanField()
    added_by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_attachment"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "order_id", "file_id"], name="orders_attachment_once")]
        indexes = [models.Index(fields=["tenant_id", "file_id"], name="orders_attachment_file")]


class Tag(models.Model):
    """A tag on an order."""

    pk = models.CompositePrimaryKey("tenant_id", "order_id", "tag")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    tag = models.TextField()

    class Meta:
        db_table = "orders_tag"
        indexes = [models.Index(fields=["tenant_id", "tag", "-order_id"], name="orders_tag_tag")]


class Link(models.Model):
    """A relation between two orders: related, duplicate, parent."""

    pk = models.CompositePrimaryKey("tenant_id", "order_id", "other_id", "kind")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    other_id = models.UUIDField()
    kind = models.TextField()
    at = models.DateTimeField()
    added_by = models.UUIDField()

    class Meta:
        db_table = "orders_link"
        indexes = [models.Index(fields=["tenant_id", "other_id"], name="orders_link_other")]
        constraints = [models.CheckConstraint(condition=~Q(order_id=models.F("other_id")), name="orders_link_self")]


class Watcher(models.Model):
    """A person who wants to hear of an order."""

    pk = models.CompositePrimaryKey("tenant_id", "order_id", "user_id")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    user_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_watcher"
        indexes = [models.Index(fields=["tenant_id", "user_id"], name="orders_watcher_user")]


class Reshape(models.Model):
    """A merge (`order_id` went into `other_id`) or a split (`order_id` came out of `other_id`), and what undoing it needs.

    `kept`: of a merge, the state before and what the survivor was given (`reshaping.Kept`); of a split, where the ledger stood.
    """

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField()
    kind = models.TextField()  # merge | split
    order_id = models.UUIDField()
    other_id = models.UUIDField()
    reason = models.TextField()
    made_by = models.UUIDField()
    made_by_name = models.TextField()
    at = models.DateTimeField()
    kept = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        db_table = "orders_reshape"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "order_id", "kind"], name="orders_reshape_once", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(kind__in=["merge", "split"]), name="orders_reshape_kind"),
            models.CheckConstraint(condition=~Q(order_id=models.F("other_id")), name="orders_reshape_self"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "order_id"], name="orders_reshape_order"),
            models.Index(fields=["tenant_id", "other_id"], name="orders_reshape_other"),
        ]


class Shown(models.Model):
    """A comment or attachment of order `from_id` that is shown on `order_id` too, because of `source_id`. Nothing is copied.

    `kind`: comment, attachment; copy: the order's own attachment row of a file that came from `from_id`.
    """

    pk = models.CompositePrimaryKey("tenant_id", "order_id", "item_id", "source_id")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    item_id = models.UUIDField()
    source_id = models.UUIDField()
    kind = models.TextField()
    from_id = models.UUIDField()

    class Meta:
        db_table = "orders_shown"
        indexes = [
            models.Index(fields=["tenant_id", "item_id"], name="orders_shown_item"),
            models.Index(fields=["tenant_id", "source_id"], name="orders_shown_source"),
        ]


class Search(models.Model):
    """The search text of an order as bigrams; `bucket` counts weeks so that the newest come first cheaply."""

    pk = models.CompositePrimaryKey("tenant_id", "order_id")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    bucket = models.IntegerField()
    words = SearchVectorField()

    class Meta:
        db_table = "orders_search"
        indexes = [GinIndex(fields=["tenant_id", "bucket", "words"], name="orders_search_words", fastupdate=False)]


class FieldValue(models.Model):
    """Typed projection of custom fields marked `indexed`, so that any filter on them stays an index look-up."""

    pk = models.CompositePrimaryKey("tenant_id", "order_id", "field")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField()
    field = models.TextField()
    text_value = models.TextField(null=True)  # noqa: DJ001
    number_value = models.DecimalField(null=True, max_digits=38, decimal_places=10)
    instant_value = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_field"
        indexes = [
            models.Index(
                fields=["tenant_id", "field", "text_value", "-order_id"],
                name="orders_field_text",
                condition=Q(text_value__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "field", "number_value", "-order_id"],
                name="orders_field_number",
                condition=Q(number_value__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "field", "instant_value", "-order_id"],
                name="orders_field_instant",
                condition=Q(instant_value__isnull=False),
            ),
        ]


class SavedView(models.Model):
    """A saved list: filters, sort, columns, and how it looks (layout, group, density, widths); personal, of a team, or global."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    owner_id = models.UUIDField()
    team_id = models.UUIDField(null=True)
    name = models.TextField()
    scope = models.TextField()
    filters = models.JSONField()
    sort = models.TextField()
    columns = ArrayField(models.TextField(), default=list)
    look = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "orders_view"


class Bulk(models.Model):
    """A bulk verb over many orders, run as a job; `undo_of`: it takes another run back. Results are rows (`BulkRow`)."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    asked_by = models.UUIDField()
    verb = models.TextField()
    args = models.JSONField()
    order_ids = ArrayField(models.UUIDField())
    done = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    results = models.JSONField(default=list)  # of versions before BulkRow; to be dropped by a later one
    undo_of = models.UUIDField(null=True)
    state = models.TextField()  # queued | running | done | cancelled
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_bulk"
        indexes = [models.Index(fields=["tenant_id", "asked_by", "-id"], name="orders_bulk_mine")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "undo_of"], name="orders_bulk_undo", condition=Q(undo_of__isnull=False))
        ]


class BulkRow(models.Model):
    """What became of one order of a bulk run; `before` is what an undo needs, `version` the order's after the verb."""

    pk = models.CompositePrimaryKey("tenant_id", "bulk_id", "n")
    tenant_id = models.UUIDField()
    bulk_id = models.UUIDField()
    n = models.IntegerField()
    order_id = models.UUIDField()
    number = models.TextField()
    ok = models.BooleanField()
    code = models.TextField(null=True)  # noqa: DJ001 – null: it worked
    zh = models.TextField(null=True)  # noqa: DJ001
    en = models.TextField(null=True)  # noqa: DJ001
    before = models.JSONField(null=True)
    version = models.IntegerField(null=True)

    class Meta:
        db_table = "orders_bulk_row"
        indexes = [models.Index(fields=["tenant_id", "bulk_id", "order_id"], name="orders_bulk_row_order")]


class Export(models.Model):
    """A list written into a file by a job; `parts` are keys of the store, joined into the file at the end."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    asked_by = models.UUIDField()
    format = models.TextField()  # csv | xlsx
    columns = ArrayField(models.TextField())
    filters = models.JSONField()
    ids = ArrayField(models.UUIDField(), default=list)
    locale = models.TextField()
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    parts = ArrayField(models.TextField(), default=list)
    last_id = models.UUIDField(null=True)
    file_id = models.UUIDField(null=True)
    state = models.TextField()  # queued | running | done | cancelled
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders_export"
        indexes = [models.Index(fields=["tenant_id", "asked_by", "-id"], name="orders_export_mine")]
