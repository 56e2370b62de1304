"""What every import of a real log shares: a company to import into, rows that may be damaged, instants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from uuid import UUID

from gongdan.accounts import actions as accounts
from gongdan.accounts.models import User
from gongdan.accounts.schemas import TeamIn, UserIn
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.calendars import actions as calendars
from gongdan.kernel.access import system_actor
from gongdan.kernel.clock import SystemClock
from gongdan.kernel.ids import uuid7
from gongdan.kernel.work import raw_connection, transaction_scope, unit_of_work

SPACE = UUID("b7a1c6c2-5d0e-4a57-9c0a-0b9a0f5b7f10")


class Damaged(Exception):
    """A row that cannot be taken, and why."""


def company(slug: str, packs: Iterable[str]) -> tuple[str, UUID]:
    """The company to import into (made once): a token of its administrator and its id."""
    now = SystemClock().now()
    with transaction_scope():
        row = raw_connection().execute("select find_tenant(%s)", [slug]).fetchone()
    tenant_id = row[0] if row and row[0] else None
    if tenant_id is None:
        tenant_id = uuid7(now)
        with unit_of_work(system_actor(tenant_id, "replay"), now) as work:
            accounts.add_tenant(tenant_id, slug, "日志回放", now, kind="sandbox")
            calendars.seed_china(work)
            accounts.add_team(work, TeamIn("desk", "服务台", "Service desk"))
            for name in packs:
                blueprints.install_pack(work, blueprint_queries.pack(name))
            accounts.add_user(work, UserIn(login="replay", name="replay", password="no log-in by password", roles=["admin"]))  # noqa: S106
    with unit_of_work(system_actor(tenant_id, "replay"), now):
        token, _ = accounts.open_session(User.objects.get(login="replay"), now, kind="token", label="replay")
    return token, tenant_id


def named(header: list[str], raw: list[str]) -> dict[str, str]:
    """A row by its column names. Raises Damaged."""
    if len(raw) != len(header):
        raise Damaged(f"{len(raw)} columns where {len(header)} are expected")
    return dict(zip(header, raw, strict=True))


def instant(text: str, name: str, zone: tzinfo = UTC) -> str:
    """An ISO 8601 instant of a text without zone. Raises Damaged."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Damaged(f"{name} “{text}” is not a date and time") from None
    return at.replace(tzinfo=zone).isoformat()
