"""One throw-away cluster per test run, one database per worker, cloned from a migrated template.

Tests make their own tenant, so nothing is cleaned up between them. Set GONGDAN_TEST_SUPER_URL to run on a server of your own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from gongdan.wiring.postgres.cluster import Cluster, add_extensions, prepare_roles

TEMPLATE = "gongdan_template"
PASSWORD = "tests-on-loopback-only"  # noqa: S105 – a throw-away server
SETTINGS = {"shared_buffers": "64MB", "max_connections": "100", "max_wal_size": "512MB"}


def _on(url: str, database: str, user: str | None = None) -> str:
    head, _, _ = url.rpartition("/")
    if user is not None:
        host = head.rpartition("@")[2]
        head = f"postgresql://{user}:{PASSWORD}@{host}"
    return f"{head}/{database}"


def _make_template(super_url: str) -> None:
    with psycopg.connect(super_url, autocommit=True) as connection:
        prepare_roles(connection, PASSWORD, PASSWORD)
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(TEMPLATE)))
        connection.execute(sql.SQL("create database {} owner gongdan_owner").format(sql.Identifier(TEMPLATE)))
    with psycopg.connect(_on(super_url, TEMPLATE), autocommit=True) as connection:
        add_extensions(connection)


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster (controller), or clone a database (every process that runs tests)."""
    data = Path(tempfile.mkdtemp(prefix="gongdan-data-"))
    config.stash[_DATA] = data
    os.environ["GONGDAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongdan.wiring.settings")
    worker = getattr(config, "workerinput", None)
    if worker is None and not os.environ.get("GONGDAN_TEST_SUPER_URL"):
        folder = Path(tempfile.mkdtemp(prefix="gongdan-pg-"))
        folder.chmod(0o755)
        cluster = Cluster(folder, SETTINGS)
        cluster.ensure()
        cluster.start()
        config.stash[_CLUSTER] = cluster
        os.environ["GONGDAN_TEST_SUPER_URL"] = cluster.endpoints().super_url
    super_url = os.environ["GONGDAN_TEST_SUPER_URL"]
    if worker is None:
        _make_template(super_url)
        _migrate(_on(super_url, TEMPLATE, "gongdan_owner"))
    if worker is not None or not config.getoption("numprocesses", None):
        _clone(super_url, f"gongdan_{worker['workerid'] if worker else 'main'}")


def _migrate(owner_url: str) -> None:
    """Migrate in a child process, so that this one's settings are read only after its database is known."""
    import subprocess
    import sys

    code = "import sys; from gongdan.wiring.migrate import migrate; migrate(sys.argv[1])"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, owner_url], check=True)  # noqa: S603


def _clone(super_url: str, name: str) -> None:
    with psycopg.connect(super_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("create database {} template {} owner gongdan_owner").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
        )
    os.environ["GONGDAN_DATABASE_URL"] = _on(super_url, name, "gongdan_app")
    os.environ["GONGDAN_OWNER_DATABASE_URL"] = _on(super_url, name, "gongdan_owner")
    os.environ["GONGDAN_SUPER_DATABASE_URL"] = _on(super_url, name)
    from gongdan.wiring.start import start

    start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    cluster: Any = config.stash.get(_CLUSTER, None)
    if cluster is not None:
        cluster.stop()
        shutil.rmtree(cluster.data, ignore_errors=True)
        shutil.rmtree(cluster.root, ignore_errors=True)
    shutil.rmtree(config.stash[_DATA], ignore_errors=True)


_CLUSTER = pytest.StashKey[Cluster]()
_DATA = pytest.StashKey[Path]()


@pytest.fixture(scope="module")
def own_database() -> Iterator[str]:
    """A database of this module's own: what other tests left neither shows in its statistics nor in its plans."""
    from django.db import connection

    names = ("GONGDAN_DATABASE_URL", "GONGDAN_OWNER_DATABASE_URL", "GONGDAN_SUPER_DATABASE_URL")
    before = {n: os.environ[n] for n in names}
    usual = connection.settings_dict["NAME"]
    name = f"{usual}_own"
    connection.close()
    _clone(os.environ["GONGDAN_TEST_SUPER_URL"], name)
    connection.settings_dict["NAME"] = name
    yield name
    connection.close()
    connection.settings_dict["NAME"] = usual
    os.environ.update(before)
