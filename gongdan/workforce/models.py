"""Tables of workforce. One engineer's shifts cannot overlap: the database says so."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gongdan.accounts.models import Owned, User


class Skill(Owned):
    """A skill with levels 1 to 5."""

    key = models.TextField()
    name = models.TextField()
    name_en = models.TextField()

    class Meta:
        db_table = "workforce_skill"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "key"], name="workforce_skill_key")]


class Engineer(Owned):
    """The field profile of a person; its id is the person's id."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    home_lng = models.FloatField(null=True)
    home_lat = models.FloatField(null=True)
    regions = ArrayField(models.TextField(), default=list)
    orders_a_day = models.SmallIntegerField(default=6)

    class Meta:
        db_table = "workforce_engineer"


class EngineerSkill(models.Model):
    """A skill of an engineer, perhaps certified until a date."""

    pk = models.CompositePrimaryKey("engineer_id", "skill_key")
    tenant_id = models.UUIDField()
    engineer_id = models.UUIDField()
    skill_key = models.TextField()
    level = models.SmallIntegerField()
    expires_on = models.DateField(null=True)
    certificate = models.TextField(default="")

    class Meta:
        db_table = "workforce_engineer_skill"
        constraints = [
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=5), name="workforce_skill_level"),
        ]


class Shift(models.Model):
    """When an engineer works."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    engineer_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "workforce_shift"
        indexes = [models.Index(fields=["tenant_id", "starts_at"], name="workforce_shift_start")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="workforce_shift_order"),
        ]


class Absence(models.Model):
    """When an engineer is away 休假."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    engineer_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    kind = models.TextField()
    reason = models.TextField(default="")

    class Meta:
        db_table = "workforce_absence"
        indexes = [models.Index(fields=["tenant_id", "starts_at"], name="workforce_absence_start")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="workforce_absence_order"),
        ]
