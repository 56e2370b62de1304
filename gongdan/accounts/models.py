"""Tables of accounts. Ids are UUIDv7; every table but the tenant itself lies under its tenant's policy."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower


class Tenant(models.Model):
    """A company. A sandbox is a tenant linked to its production twin; a demo is a removable one (ADR 0011)."""

    id = models.UUIDField(primary_key=True)
    slug = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(default="real")  # real | sandbox | demo
    twin = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    zone = models.TextField(default="Asia/Shanghai")
    locale = models.TextField(default="zh")
    currency = models.TextField(default="CNY")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_tenant"


class Owned(models.Model):
    """Columns every row of a tenant's master data has."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True


class OrgUnit(Owned):
    """A node of the organisation tree; `path` holds the ids from the root down to this unit."""

    name = models.TextField()
    name_en = models.TextField(default="")
    code = models.TextField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path = ArrayField(models.UUIDField())

    class Meta:
        db_table = "accounts_org_unit"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code"], name="accounts_org_unit_code")]


class Partner(Owned):
    """A partner organisation whose engineers work for the tenant and see only their own orders."""

    name = models.TextField()
    code = models.TextField()

    class Meta:
        db_table = "accounts_partner"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code"], name="accounts_partner_code")]


class Team(Owned):
    """A team or skill group 技能组: orders queue here and members claim them."""

    key = models.TextField()
    name = models.TextField()
    name_en = models.TextField(default="")
    org_unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "accounts_team"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "key"], name="accounts_team_key")]


class Role(models.Model):
    """A role: grants {action: [relations]} and field rules {object.field: hide|mask|read}.

    `known`: the permissions a shipped role was given once by us; what the company took away of them stays away.
    """

    tenant_id = models.UUIDField()
    key = models.TextField()
    pk = models.CompositePrimaryKey("tenant_id", "key")
    label_zh = models.TextField()
    label_en = models.TextField()
    grants = models.JSONField()
    known = ArrayField(models.TextField(), default=list)
    fields = models.JSONField(default=dict)
    shipped = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "accounts_role"


class User(Owned):
    """A person who logs in. `team_ids` and `unit_ids` are kept by accounts.actions for the visibility filter."""

    login = models.TextField()
    name = models.TextField()
    pinyin = models.TextField(default="")
    email = models.TextField(default="")
    phone = models.TextField(default="")
    password = models.TextField()
    roles = ArrayField(models.TextField())
    grants_version = models.IntegerField(default=1)
    org_unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="+")
    team_ids = ArrayField(models.UUIDField(), default=list)
    unit_ids = ArrayField(models.UUIDField(), default=list)
    locale = models.TextField(default="zh")
    zone = models.TextField(default="Asia/Shanghai")
    active = models.BooleanField(default=True)
    failures = models.SmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_user"
        constraints = [models.UniqueConstraint("tenant_id", Lower("login"), name="accounts_user_login")]
        indexes = [models.Index(Lower("login"), name="accounts_user_lower_login")]


class Membership(models.Model):
    """A person in a team."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    lead = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_membership"
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="accounts_membership_once")]


class Session(models.Model):
    """A browser session or an API token; only the SHA-256 of the credential is stored."""

    token_hash = models.BinaryField(primary_key=True)
    tenant_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.TextField(default="person")  # person | token
    label = models.TextField(default="")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    idle_seconds = models.IntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_session"
