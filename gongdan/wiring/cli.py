"""The console script `gongdan`: what operators and `./dev` call."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

from gongdan.wiring.commands import addresses, companies, data, documents, logs, processes, promise, saving
from gongdan.wiring.migrate import NotReady

Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="gongdan", description="Gongdan 工单: work orders and field service")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Command, words: str) -> argparse.ArgumentParser:
        made = sub.add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        return made

    up = add("up", processes.up, "start everything under one supervisor")
    up.add_argument("--port", type=int, default=8000)
    up.add_argument("--data", default="var")
    up.add_argument("--no-demo", action="store_true")
    serve = add("serve", processes.serve, "start the web process")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on; other than loopback only behind a proxy with TLS"
    )
    serve.add_argument("--workers", type=int, default=2)
    worker = add("worker", processes.worker, "run background jobs until stopped")
    worker.add_argument("--until-empty", action="store_true", help="end when no job is ready")
    live = add("live", processes.live, "run the live-update process")
    live.add_argument("--port", type=int, default=8001)
    live.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on; other than loopback only behind a proxy with TLS"
    )
    add("migrate", processes.migrate, "bring the database to this version (owner role)")
    add("check", processes.check, "check the server, the schema and the configuration")
    add("seed-demo", data.seed_demo, "create the demo company if there is none")
    add("demo-accounts", data.demo_accounts, "print one demo account per role")
    company = add("add-company", companies.add_company, "make a company of your own with an administrator")
    company.add_argument("slug", help="short name in addresses, such as acme")
    company.add_argument("name", help="the company's name")
    company.add_argument("--login", default="admin", help="the administrator's log-in name")
    simulate = add("simulate", data.simulate, "fill a company with simulated history")
    simulate.add_argument("--tenant", default="demo")
    for option, default in (("--orders", 2000), ("--days", 90), ("--seed", 20260301)):
        simulate.add_argument(option, type=int, default=default)
    promise.add_options(add("promise", promise.promise, "try the briefs' promise on a simulated company (ADR 0021)"))
    replay = add("replay", logs.replay, "drive a real event log through the public actions")
    replay.add_argument("file")
    replay.add_argument("--expect", help="figures that must come out of our own ledger")
    replay.add_argument("--tenant", default="replay")
    replay.add_argument("--limit", type=int, default=0)
    ledger = add("verify-ledger", logs.verify_ledger, "verify every hash chain and the anchors")
    clocks = add("verify-clocks", logs.verify_clocks, "tell every clock again from the ledger and compare")
    for verify in (ledger, clocks):
        verify.add_argument("--tenant", default="")
    remove = add("remove-demo", data.remove_demo, "remove a demo company; 0 rows are left")
    remove.add_argument("tenant", nargs="?", default="demo")
    backup = add("backup", saving.backup, "back up database and files, tied by a manifest")
    backup.add_argument("folder")
    restore = add("restore", saving.restore, "check a backup and bring it back into an empty database and data folder")
    restore.add_argument("folder")
    restore.add_argument("--verify-only", action="store_true", help="only compare the backup with its manifest")
    add("rotate-key", saving.rotate_key, "add a new master key; older ones still open what they have sealed")
    snapshots = add("snapshots", documents.snapshots, "renew docs/generated (openapi, events, permissions)")
    snapshots.add_argument("--check", action="store_true", help="fail when a snapshot is out of date")
    return top


def _server_says(error: BaseException | None) -> str | None:
    """One sentence for a server that does not answer or has no room, however deep its word is buried; else None."""
    while error is not None and not isinstance(error, psycopg.OperationalError):
        error = error.__cause__ or error.__context__
    if error is None:
        return None
    if isinstance(error, psycopg.errors.DiskFull):
        return "The disk of the database is full. 数据库所在磁盘已满，请清理后重试。"
    return f"The database does not answer: {str(error).strip().splitlines()[0]} 数据库没有响应。"


def main(argv: list[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    options = parser().parse_args(argv)
    run: Command = options.run
    if run not in (processes.up, saving.restore):
        addresses.use_own_cluster()
    try:
        return run(options)
    except (addresses.Missing, NotReady, ImproperlyConfigured) as error:
        sys.stderr.write(f"{error}\n")
    except (psycopg.OperationalError, DatabaseError) as error:
        said = _server_says(error)
        if said is None:
            raise  # a fault of ours, not of the server
        sys.stderr.write(said + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
