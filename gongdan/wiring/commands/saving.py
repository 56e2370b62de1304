"""Backup and restore: the database and the files, tied by a manifest (ADR 0015)."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from gongdan.kernel.clock import SystemClock
from gongdan.kernel.secrets import key_file, rotate
from gongdan.wiring.commands.addresses import OWNER, SERVING, address, data_folder
from gongdan.wiring.migrate import prepare
from gongdan.wiring.postgres.cluster import Cluster, ClusterError

KEPT = ("files", "anchors")
DUMP, MANIFEST = "database.dump", "manifest.json"
SYSTEM = Path("/usr/lib/postgresql")
# made by whoever makes the database, not by the owner role; the dump names them all the same
NOT_OURS = re.compile(r" (EXTENSION|ACL|COMMENT) - (EXTENSION |SCHEMA )?\S+|; \d+ \d+ SCHEMA - public ")


class Refused(Exception):
    """The command cannot go on; the message is one sentence."""


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def backup(options: argparse.Namespace) -> int:
    """Save database and files to a folder, tied by a manifest of SHA-256 sums.

    The database is dumped first: every file it names was stored before, so the copy of the files is at least as new. The folder
    gets its name only when it is complete.
    """
    target = Path(options.folder)
    partial = target.with_name(target.name + ".partial")
    try:
        if target.exists():
            raise Refused(f"{target} exists already; a backup never overwrites another. 目标目录已存在。")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        url = address(OWNER)
        # the owner's policy shows all rows; without this option pg_dump refuses tables under forced row-level security
        _tool(url, "pg_dump", "--format=custom", "--enable-row-security", f"--file={partial / DUMP}", "--dbname", url)
        for name in KEPT:
            if (data_folder() / name).exists():
                shutil.copytree(data_folder() / name, partial / name, ignore=shutil.ignore_patterns("incoming"))
    except Refused as refused:
        _say(str(refused))
        return 1
    manifest = {
        "made_at": SystemClock().now().isoformat(),
        "master_key": _fingerprint(),
        "files": {str(p.relative_to(partial)): _sha256(p) for p in sorted(partial.rglob("*")) if p.is_file()},
    }
    with (partial / MANIFEST).open("w") as file:
        file.write(json.dumps(manifest, indent=1))
        file.flush()
        os.fsync(file.fileno())
    partial.rename(target)
    _say(f"Saved to {target}: {len(manifest['files'])} files. 备份完成。")
    _say(f"Keep {key_file()} elsewhere: it is not in the backup, and it alone opens personal values. 请另行保管主密钥文件。")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Check a backup's manifest and, unless only that was asked for, bring it back into an empty database and data folder."""
    source = Path(options.folder)
    try:
        manifest = _verified(source)
        _say(f"{len(manifest['files'])} files agree with the manifest of {manifest['made_at']}. 清单校验通过。")
        if options.verify_only:
            return 0
        for name in KEPT:
            if (data_folder() / name).exists():
                raise Refused(f"{data_folder() / name} exists already; restore into an empty folder. 请恢复到空目录。")
        with _empty_database() as url:
            _load(source, url)
        for name in KEPT:
            if (source / name).exists():
                shutil.copytree(source / name, data_folder() / name)
    except (Refused, ClusterError) as refused:
        _say(str(refused))
        return 1
    _say("Restored. Outgoing messages wait until somebody of each company releases them. 恢复完成，外发消息已冻结，待人工放行。")
    if manifest["master_key"] != _fingerprint():
        _say(f"Put the master key of that time to {key_file()} before you start. 启动前请放回当时的主密钥文件。")
    return 0


def rotate_key(_: argparse.Namespace) -> int:
    """Add a new master key: it seals from now on, the older ones still open what they have sealed (ADR 0013)."""
    name = rotate()
    _say(
        f"Master key {name} is active once all processes have been restarted; keep {key_file()} safe. 重启全部进程后启用新主密钥。"
    )
    return 0


def _verified(source: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text())
        wanted: dict[str, str] = manifest["files"]
    except (OSError, ValueError, KeyError):
        raise Refused(f"{source} holds no readable {MANIFEST}: this is no complete backup. 不是完整的备份。") from None
    there = {str(p.relative_to(source)) for p in source.rglob("*") if p.is_file()} - {MANIFEST}
    bad = sorted((set(wanted) ^ there) | {n for n in set(wanted) & there if _sha256(source / n) != wanted[n]})
    if bad:
        raise Refused(f"{len(bad)} files differ from the manifest, the first is {bad[0]}. 文件与清单不符。")
    return manifest


@contextlib.contextmanager
def _empty_database() -> Iterator[str]:
    """The owner's address of an empty database: the one of the environment, else a new own cluster in the data folder."""
    if os.environ.get(OWNER) or os.environ.get(SERVING):
        yield address(OWNER)
        return
    cluster = Cluster(data_folder())
    if cluster.exists():
        raise Refused(f"There is a database in {cluster.folder} already; restore into an empty folder. 请恢复到空目录。")
    cluster.ensure()
    cluster.start()
    try:
        yield cluster.endpoints().owner_url
    finally:
        cluster.stop()


def _load(source: Path, url: str) -> None:
    with psycopg.connect(url) as connection:
        if connection.execute("select to_regclass('django_migrations')").fetchone() != (None,):
            raise Refused("The database is not empty; restore into a new one. 数据库不为空。")
    prepare(url)
    listing = _tool(url, "pg_restore", "--list", str(source / DUMP))
    chosen = data_folder() / ".restore-list"
    chosen.parent.mkdir(parents=True, exist_ok=True)
    chosen.write_text("\n".join(line for line in listing.splitlines() if not NOT_OURS.search(line)))
    try:
        _tool(url, "pg_restore", "--no-owner", "--exit-on-error", f"--use-list={chosen}", "--dbname", url, str(source / DUMP))
    finally:
        chosen.unlink()
    with psycopg.connect(url) as connection:
        connection.execute("analyze")
        # another cluster counts transactions anew: entries "from the future" would stay hidden from the feed (ADR 0005)
        connection.execute("update orders_event set xid = pg_current_xact_id()")
        connection.execute("select freeze_messages(%s)", [SystemClock().now()])


def _tool(url: str, name: str, *words: str) -> str:
    """Run a PostgreSQL tool that is at least as new as the server; returns what it says. Raises Refused."""
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10_000
    for path in _candidates(name):
        found = re.search(r"(\d+)[.\d]* ?", subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout)  # noqa: S603
        if found is not None and int(found[1]) >= server:
            done = subprocess.run([path, *words], capture_output=True, text=True, check=False)  # noqa: S603 – fixed program, no shell
            if done.returncode:
                raise Refused(f"{name} failed: {done.stderr.strip()[-600:]}")
            return done.stdout
    raise Refused(
        f"No {name} of PostgreSQL {server} or newer was found; install postgresql-client-{server}. 未找到合适版本的 {name}。"
    )


def _candidates(name: str) -> list[str]:
    """Where the tool may be: Debian's folders (its wrapper in PATH picks one by its own rules), PATH, the embedded package."""
    found = [str(p) for p in sorted(SYSTEM.glob(f"*/bin/{name}"), reverse=True)]
    found += [path] if (path := shutil.which(name)) else []
    with contextlib.suppress(ClusterError):
        found.append(str(Cluster(data_folder()).binaries() / name))
    return found


def _fingerprint() -> str:
    """Which master keys these are, without telling anything about them; empty when there is none yet."""
    return _sha256(key_file()) if key_file().exists() else ""


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
