"""Commands that make and remove data."""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from gongdan.wiring.commands.addresses import OWNER, SERVING, address, data_folder
from gongdan.wiring.start import start

ROLES = ("agent", "dispatcher", "engineer", "manager", "partner", "admin")
LABELS = {
    "agent": "客服专员",
    "dispatcher": "服务调度",
    "engineer": "一线工程师",
    "manager": "服务经理",
    "partner": "合作伙伴工程师",
    "admin": "系统管理员",
}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _demo_file() -> Path:
    return data_folder() / "demo.json"


def seed_demo(_: argparse.Namespace) -> int:
    """Create the demo company unless it is there; one that was left half made (Ctrl+C, a crash) is removed and made anew."""
    options = argparse.Namespace(tenant="demo", orders=2000, days=90, seed=20260301)
    held = _demo()
    if held.get("complete", bool(held)):
        return 0
    if held and tenant_exists("demo"):
        _say("The demo company was left unfinished; making it anew … 演示数据未完成，重新生成")
        status = remove_demo(options)
        if status:
            return status
    elif tenant_exists("demo"):
        _say("The database has a company “demo” from elsewhere; it stays. 数据库中已有 demo 公司，保持不变。")
        return 0
    return simulate(options)


def _demo() -> dict[str, Any]:
    """What this data folder knows about its demo company; empty when it has none."""
    try:
        held: dict[str, Any] = json.loads(_demo_file().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return held


def _keep_demo(held: dict[str, Any]) -> None:
    _demo_file().parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(_demo_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(held))


def tenant_exists(slug: str) -> bool:
    with psycopg.connect(address(SERVING)) as connection:
        row = connection.execute("select find_tenant(%s)", [slug]).fetchone()
    return row is not None and row[0] is not None


def demo_accounts(_: argparse.Namespace) -> int:
    """Print the demo accounts; their password was made for this installation."""
    held = _demo()
    if held:
        _say("Demo accounts 演示账号 (password for all 统一密码: " + held["password"] + ")")
        for role in ROLES:
            _say(f"  {role:<11}{LABELS[role]}")
        _say(f"Public form 公开报修页: {os.environ.get('GONGDAN_URL', '')}/p/{held['tenant']}/report/repair")
    return 0


def simulate(options: argparse.Namespace) -> int:
    """Fill a new company with simulated history; prints what was made and how long it took."""
    address(SERVING)
    start()
    import time

    from django.contrib.auth.hashers import make_password

    from gongdan.accounts import actions as accounts
    from gongdan.kernel.access import system_actor
    from gongdan.kernel.clock import SystemClock
    from gongdan.kernel.ids import uuid7
    from gongdan.kernel.work import unit_of_work
    from gongdan.simulator.company import build
    from gongdan.simulator.run import Simulation

    begun = time.monotonic()
    now = SystemClock().now().replace(microsecond=0)
    first = now - timedelta(days=options.days)
    password = secrets.token_urlsafe(9)
    rng = random.Random(options.seed)  # noqa: S311 – a simulation, not a secret
    tenant_id = uuid7(first)
    held = {"tenant": options.tenant, "id": str(tenant_id), "password": password}
    with unit_of_work(system_actor(tenant_id, "simulator"), first) as work:
        if work.one("select find_tenant(%s)", [options.tenant])[0] is not None:  # type: ignore[index]
            _say(f"There is a company “{options.tenant}” already. 公司已存在。")
            return 1
        if options.tenant == "demo":  # before the first row: whatever happens now, the next start knows that it is ours
            _keep_demo({**held, "complete": False})
        accounts.add_tenant(tenant_id, options.tenant, "鹏程设备服务（演示）", first, kind="demo")
        company = build(work, rng, make_password(password), options.days)
    figures = Simulation(company, rng, first, options.days, options.orders).run(lambda t: _say(f"  {t}"))
    if options.tenant == "demo":
        _keep_demo({**held, "complete": True})
    _say(f"{figures['create']} orders, {sum(figures.values())} steps in {time.monotonic() - begun:.0f} s")
    for name, count in sorted(figures.items()):
        if name.startswith("refused"):
            _say(f"  {name}: {count}")
    return 0


def remove_demo(options: argparse.Namespace) -> int:
    """Remove a demo company: every row, every file, every number series. Real companies are refused."""
    url = address(OWNER)
    with psycopg.connect(url) as connection:
        row = connection.execute("select id, kind from accounts_tenant where slug = %s", [options.tenant]).fetchone()
        if row is None:
            _say("There is no such company. 没有这个公司。")
            return 1
        if row[1] == "real":
            _say("This is a real company; only demo and sandbox companies can be removed. 只能删除演示或沙箱公司。")
            return 1
        keys = [r[0] for r in connection.execute("select storage_key from files_file where tenant_id = %s", [row[0]])]
        left = _delete_rows(connection, row[0])
    from gongdan.files.storage import store

    for key in keys:
        store().delete(key)
    if _demo().get("tenant") == options.tenant:
        _demo_file().unlink()
    _say(f"{left} rows are left. 剩余 {left} 行。")
    return 0 if left == 0 else 1


def tenant_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """All tables with a tenant_id, partitions apart."""
    rows = connection.execute(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' "
        "where c.relkind in ('r', 'p') and not c.relispartition and not a.attisdropped order by 1"
    )
    return [r[0] for r in rows]


def _delete_rows(connection: psycopg.Connection[Any], tenant_id: UUID) -> int:
    for (series,) in connection.execute(
        "select 'blueprints_number_' || replace(id::text, '-', '') from blueprints_blueprint where tenant_id = %s",
        [tenant_id],
    ).fetchall():
        connection.execute(sql.SQL("drop sequence if exists {}").format(sql.Identifier(series)))
    waiting = tenant_tables(connection)
    while waiting:
        again = [t for t in waiting if not _try_delete(connection, t, tenant_id)]
        if len(again) == len(waiting):
            break
        waiting = again
    connection.execute("delete from accounts_tenant where id = %s", [tenant_id])
    return sum(
        connection.execute(
            sql.SQL("select count(*) from {} where tenant_id = %s").format(sql.Identifier(t)), [tenant_id]
        ).fetchone()[0]  # type: ignore[index]
        for t in tenant_tables(connection)
    )


def _try_delete(connection: psycopg.Connection[Any], table: str, tenant_id: UUID) -> bool:
    try:
        with connection.transaction():
            connection.execute(sql.SQL("delete from {} where tenant_id = %s").format(sql.Identifier(table)), [tenant_id])
    except psycopg.errors.ForeignKeyViolation:
        return False
    return True
