"""Bring a database to this version's schema, as the owner role."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from gongdan.wiring.server_check import MINIMUM

BASE = Path(__file__).resolve().parent.parent
EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist")  # all trusted: the owner of the database may make them
SERVING = "gongdan_serving"


class NotReady(Exception):
    """The server was not prepared for us; the message is one sentence that says what to do."""


def prepare(owner_url: str) -> None:
    """Make the extensions; see that the roles are there before the first migration fails on them. Raises NotReady."""
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=5) as connection:
        version = connection.info.server_version
        if version < MINIMUM:
            raise NotReady(f"PostgreSQL 15 or newer is needed; this is {version // 10_000}. 需要 PostgreSQL 15 以上。")
        if connection.execute("select 1 from pg_roles where rolname = %s", [SERVING]).fetchone() is None:
            raise NotReady(
                f"The role {SERVING} is missing: as an administrator run “create role {SERVING} nologin” and grant it to the "
                f"serving role; deploy/README.md has all statements. 缺少角色 {SERVING}，参见 deploy/README.md。"
            )
        try:
            for name in EXTENSIONS:
                connection.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(name)))
            connection.execute("create schema if not exists gongdan_probe")
            connection.execute("drop schema gongdan_probe")
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotReady(
                f"The owner role does not own this database ({error.diag.message_primary}): make it with “create database … owner "
                "gongdan_owner”; deploy/README.md has all statements. 属主角色必须拥有数据库。"
            ) from None
        except psycopg.errors.UndefinedFile as error:
            raise NotReady(f"{error.diag.message_primary}: install postgresql-contrib. 请安装 postgresql-contrib。") from None


def migrate(owner_url: str) -> None:
    """Run all migrations on the database of `owner_url` (owner role, never the serving role). Raises NotReady."""
    prepare(owner_url)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongdan.wiring.settings")
    django.setup()
    from gongdan.wiring.settings import database  # read only now: the environment names the database

    settings.DATABASES["owner"] = database(owner_url)
    connections.settings = connections.configure_settings(settings.DATABASES)
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        from gongdan.accounts.actions import offer_permissions

        with connections["owner"].cursor() as cursor:
            offer_permissions(cursor.execute)
    finally:
        connections["owner"].close()
        del connections["owner"]


def missing(owner_url: str) -> list[str]:
    """Our migrations that the database of `owner_url` does not have; asked as the owner, who alone may read that table."""
    with psycopg.connect(owner_url, connect_timeout=5) as connection:
        if connection.execute("select to_regclass('django_migrations')").fetchone() == (None,):
            return ["kernel.0001"]
        there = {f"{app}.{name}" for app, name in connection.execute("select app, name from django_migrations")}
    ours = {f"{p.parent.parent.name}.{p.stem}" for p in BASE.glob("*/migrations/*.py") if re.match(r"\d{4}_", p.name)}
    return sorted(ours - there)


def fingerprint() -> str:
    """A hash over all migration files and the shipped roles: unchanged means nothing to migrate."""
    digest = hashlib.sha256((BASE / "accounts" / "roles.py").read_bytes())
    for path in sorted(BASE.glob("*/migrations/*.py")):
        if re.match(r"\d{4}_", path.name):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
