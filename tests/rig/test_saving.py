"""R17 at its shorter size: a backup comes back as the same rows and the same bytes, and a damaged one is refused."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from gongdan.kernel import secrets
from gongdan.kernel.secrets import key_file
from gongdan.wiring import testing
from gongdan.wiring.commands import saving
from gongdan.wiring.commands.data import tenant_tables
from gongdan.wiring.migrate import EXTENSIONS, NotReady, prepare
from gongdan.wiring.postgres.cluster import Cluster
from gongdan.wiring.server_check import faults
from gongdan.wiring.testing import World

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("rig")]
CORRUPTIONS = 100


def _digests(url: str) -> dict[str, str]:
    """A hash over the rows of every table, as the superuser; without what a restore changes on purpose."""
    found = {}
    with psycopg.connect(url) as connection:
        for table in [*tenant_tables(connection), "accounts_tenant", "django_migrations"]:
            kept = sql.SQL("to_jsonb(t) - 'xid'")
            where = sql.SQL("where key <> 'notify.frozen'" if table == "kernel_setting" else "")
            query = sql.SQL("select coalesce(md5(string_agg(({})::text, '|' order by ({})::text)), '') from {} t {}")
            row = connection.execute(query.format(kept, kept, sql.Identifier(table), where)).fetchone()
            assert row is not None
            found[table] = row[0]
    return found


@pytest.fixture(scope="module")
def scene() -> World:
    made = testing.world()
    agent = made.client("agent")
    for n in range(5):
        order = made.order(title=f"空调 {n}", contact_phone="13800138000")
        agent.post(f"/orders/{order['id']}/accept", {}, version=1)
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"]) as connection:  # as if this cluster were years old
        connection.execute("update orders_event set xid = '900000000' where tenant_id = %s", [made.company.id])
    return made


@pytest.fixture
def backup(scene: World, tmp_path: Path) -> Path:
    store = Path(os.environ["GONGDAN_DATA"]) / "files" / "ab" / "cd"
    store.mkdir(parents=True, exist_ok=True)
    (store / ("ab" * 24)).write_bytes(b"a picture" * 1_000)
    target = tmp_path / "saved"
    assert saving.backup(argparse.Namespace(folder=str(target))) == 0
    return target


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder of a machine without any other database."""
    folder = tmp_path_factory.mktemp("restored")
    for parent in (folder, *folder.parents):
        if str(parent).startswith("/tmp/") and parent.owner() == Path.home().owner():
            parent.chmod(0o755)
    yield folder
    Cluster(folder).stop()


def _restore(source: Path, **given: Any) -> int:
    return saving.restore(argparse.Namespace(**{"folder": str(source), "verify_only": False, **given}))


def test_a_restore_gives_back_every_row_and_every_byte(
    scene: World, backup: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _digests(os.environ["GONGDAN_SUPER_DATABASE_URL"])
    files = Path(os.environ["GONGDAN_DATA"]) / "files"
    with monkeypatch.context() as patch:
        patch.setenv("GONGDAN_DATA", str(elsewhere))
        patch.delenv("GONGDAN_DATABASE_URL")
        patch.delenv("GONGDAN_OWNER_DATABASE_URL")
        assert _restore(backup) == 0, capsys.readouterr().out
        assert "Put the master key" in capsys.readouterr().out, "this folder has another key, or none"
        assert _restore(backup) == 1, "never over what is there"
    again = Cluster(elsewhere)
    again.start()
    after = _digests(again._super_on("gongdan"))
    assert after == before
    assert len(after) > 25
    assert any(after.values())
    kept = sorted(p.relative_to(files) for p in files.rglob("*") if p.is_file() and "incoming" not in p.parts)
    assert sorted(p.relative_to(elsewhere / "files") for p in (elsewhere / "files").rglob("*") if p.is_file()) == kept
    with psycopg.connect(again.endpoints().app_url) as connection:
        assert faults(connection) == [], "policies, rights and owners are those of the original"
        connection.execute("select set_config('app.tenant', %s, true)", [str(scene.company.id)])
        frozen = connection.execute("select value from kernel_setting where key = 'notify.frozen'").fetchone()
        assert frozen == (True,)
        position, nothing = "0", "00000000-0000-0000-0000-000000000000"
        seen = connection.execute("select count(*) from order_feed(%s, %s, 1000)", [position, nothing]).fetchone()
        entries = connection.execute("select count(*) from orders_event").fetchone()
        assert seen == entries, "the feed shows what another cluster's transactions wrote"
        assert entries is not None
        assert entries[0] >= 10
    with psycopg.connect(again._super_on("gongdan")) as connection:
        connection.execute("delete from accounts_session")
        connection.commit()
    assert _digests(again._super_on("gongdan")) != before, "control: the comparison sees a table that lost its rows"
    again.stop()


def test_every_damaged_byte_is_found(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _restore(backup, verify_only=True) == 0
    dump = backup / "database.dump"
    sound = dump.read_bytes()
    for number in range(CORRUPTIONS):
        place = number * len(sound) // CORRUPTIONS
        dump.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert _restore(backup, verify_only=True) == 1
    dump.write_bytes(sound)
    assert _restore(backup, verify_only=True) == 0
    extra = backup / "files" / "slipped-in"
    extra.write_bytes(b"x")
    assert _restore(backup, verify_only=True) == 1
    extra.unlink()
    picture = next(p for p in (backup / "files").rglob("*") if p.is_file())
    picture.unlink()
    assert _restore(backup, verify_only=True) == 1
    assert picture.name in capsys.readouterr().out
    shutil.copy(dump, picture)
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["files"][str(picture.relative_to(backup))] = saving._sha256(dump)
    (backup / "manifest.json").write_text(json.dumps(manifest))
    assert _restore(backup, verify_only=True) == 0, "control: it is the manifest that tells"


def test_a_backup_never_holds_the_key_nor_overwrites(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = key_file().read_bytes().split()[1]
    assert not [p for p in backup.rglob("*") if p.is_file() and key in p.read_bytes()]
    assert saving.backup(argparse.Namespace(folder=str(backup))) == 1
    assert "exists already" in capsys.readouterr().out
    assert not list(backup.parent.glob("*.partial"))


def test_a_rotated_key_opens_what_the_old_one_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also in a process that read the keys before: it meets the new name and looks again."""
    secrets.master_keys.cache_clear()
    secrets.derived.cache_clear()
    with monkeypatch.context() as patch:
        patch.setenv("GONGDAN_SECRET_FILE", str(tmp_path / "secret.key"))
        before = secrets.active_id()
        old, blind = secrets.derived("personal", before), secrets.oldest_id()
        stale = dict(secrets.master_keys())
        assert saving.rotate_key(argparse.Namespace()) == 0
        assert secrets.active_id() != before
        assert secrets.oldest_id() == blind, "blind indexes stay where they are"
        assert secrets.derived("personal", before) == old
        new = secrets.derived("personal", secrets.active_id())
        assert new != old
        name = secrets.active_id()
        secrets.derived.cache_clear()
        answers = iter([stale])
        fresh = secrets.master_keys
        patch.setattr(secrets, "master_keys", _Stale(answers, fresh))
        assert secrets.derived("personal", name) == new
    secrets.master_keys.cache_clear()
    secrets.derived.cache_clear()


class _Stale:
    """Answers once as before the rotation."""

    def __init__(self, answers: Iterator[dict[str, bytes]], fresh: Any) -> None:
        self.answers, self.fresh = answers, fresh

    def __call__(self) -> dict[str, bytes]:
        known: dict[str, bytes] = next(self.answers, None) or self.fresh()
        return known

    def cache_clear(self) -> None:
        self.fresh.cache_clear()


def test_a_server_that_was_not_prepared_is_told_what_it_lacks(tmp_path: Path, elsewhere: Path) -> None:
    """Migrating a plain database ended in a traceback about an operator class."""
    bare = Cluster(elsewhere)
    bare.ensure()
    bare.start()
    with psycopg.connect(bare._super_on("postgres"), autocommit=True) as connection:
        connection.execute("create database plain owner gongdan_owner")
        connection.execute("create database foreign_one")
    owner = bare.endpoints().owner_url.rpartition("/")[0]
    with pytest.raises(NotReady, match="does not own this database"):
        prepare(f"{owner}/foreign_one")
    prepare(f"{owner}/plain")
    with psycopg.connect(f"{owner}/plain") as connection:
        names = {r[0] for r in connection.execute("select extname from pg_extension").fetchall()}
    assert names >= set(EXTENSIONS)
    with psycopg.connect(bare._super_on("postgres"), autocommit=True) as connection:
        connection.execute("alter role gongdan_serving rename to another")
    with pytest.raises(NotReady, match="gongdan_serving is missing"):
        prepare(f"{owner}/plain")
    bare.stop()
