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

BASE = Path(__file__).resolve().parent.parent


def migrate(owner_url: str) -> None:
    """Run all migrations on the database of `owner_url` (owner role, never the serving role)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongdan.wiring.settings")
    django.setup()
    from gongdan.wiring.settings import database  # read only now: the environment names the database

    settings.DATABASES["owner"] = database(owner_url)
    connections.settings = connections.configure_settings(settings.DATABASES)
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
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
    """A hash over all migration files: unchanged means nothing to migrate."""
    digest = hashlib.sha256()
    for path in sorted(BASE.glob("*/migrations/*.py")):
        if re.match(r"\d{4}_", path.name):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
