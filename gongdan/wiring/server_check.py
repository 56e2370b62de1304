"""Refuse a server on which our promises would not hold (reliability.md §5), and a role that is too strong."""

from __future__ import annotations

from typing import Any

import psycopg

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
MINIMUM = 150_000
UNPROTECTED = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
and (not c.relrowsecurity or not c.relforcerowsecurity
     or not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'))
order by 1
"""
ROLE = "select rolsuper, rolbypassrls from pg_roles where rolname = current_user"
OWNED = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and pg_has_role(current_user, c.relowner, 'member') limit 1
"""


def trouble(url: str) -> list[str]:
    """What keeps processes from starting on the server at `url`: its faults, or that it does not answer."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            return faults(connection)
    except psycopg.OperationalError as error:
        said = str(error).strip().split("\n")[0]
        return [f"The database does not answer: {said} 数据库没有响应。"]


def faults(connection: psycopg.Connection[Any]) -> list[str]:
    """Everything wrong with the server or the serving role, each in one sentence; empty when all is well."""
    found: list[str] = []
    version = connection.info.server_version
    if version < MINIMUM:
        found.append(f"PostgreSQL 15 or newer is needed; this is {version // 10_000}. 需要 PostgreSQL 15 以上。")
    for name in DURABLE:
        value = connection.execute("select current_setting(%s)", [name]).fetchone()
        if value is not None and value[0] in ("off", "local"):
            found.append(f"{name} is {value[0]}: a power cut could lose acknowledged work. Set it to on. 请将 {name} 设为 on。")
    found += _chinese(connection)
    role = connection.execute(ROLE).fetchone()
    if role is not None and (role[0] or role[1]):
        found.append("The serving role may bypass row-level security; use a plain role. 服务角色不能是超级用户或绕过行级安全。")
    elif connection.execute(OWNED).fetchone() is not None:
        found.append("The serving role owns tables; run migrations with another role. 服务角色不能拥有数据表。")
    found += [
        f"Table {row[0]} has no tenant policy. 数据表 {row[0]} 缺少租户策略。" for row in connection.execute(UNPROTECTED).fetchall()
    ]
    return found


def _chinese(connection: psycopg.Connection[Any]) -> list[str]:
    try:
        row = connection.execute("select cardinality(show_trgm('中文'))").fetchone()
    except psycopg.errors.UndefinedFunction:
        return ["The extension pg_trgm is missing. 缺少扩展 pg_trgm。"]
    if row is not None and row[0] == 0:
        return [
            (
                "This database's locale breaks Chinese search: create it with LC_CTYPE C.UTF-8. "
                "数据库区域设置会使中文搜索失效，请以 LC_CTYPE=C.UTF-8 建库。"
            )
        ]
    return []
