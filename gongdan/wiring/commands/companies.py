"""The command that makes a company of one's own."""

from __future__ import annotations

import argparse
import re
import secrets
import sys

from gongdan.wiring.commands.addresses import SERVING, address
from gongdan.wiring.start import start

SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")
TEAMS = (("desk", "客服组", "Service desk"), ("field", "维修组", "Field service"))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def add_company(options: argparse.Namespace) -> int:
    """Make a company with roles, calendars, two teams, the shipped blueprints and an administrator; prints the password once."""
    address(SERVING)
    start()
    from gongdan.accounts import actions as accounts
    from gongdan.accounts.schemas import TeamIn, UnitIn, UserIn
    from gongdan.blueprints import actions as blueprints
    from gongdan.blueprints import queries as blueprint_queries
    from gongdan.calendars import actions as calendars
    from gongdan.kernel.access import system_actor
    from gongdan.kernel.clock import SystemClock
    from gongdan.kernel.ids import uuid7
    from gongdan.kernel.work import unit_of_work

    name = options.name.strip()
    if not SLUG.fullmatch(options.slug):
        _say("SLUG: 2–31 lower-case letters, digits and hyphens, beginning with a letter.")
        _say("标识应为 2–31 位小写字母、数字或连字符，以字母开头。")
        return 2
    if not 0 < len(name) <= 200 or not 0 < len(options.login.strip()) <= 60:
        _say("NAME has 1–200 characters and --login 1–60. 公司名称 1–200 字，登录名 1–60 字。")
        return 2
    now = SystemClock().now()
    tenant_id = uuid7(now)
    password = secrets.token_urlsafe(12)
    with unit_of_work(system_actor(tenant_id, "set-up"), now) as work:
        if work.read("select find_tenant(%s)", [options.slug])[0][0] is not None:
            _say(f"There is a company “{options.slug}” already. 公司标识已存在。")
            return 1
        accounts.add_tenant(tenant_id, options.slug, name, now)
        calendars.seed_china(work)
        root = accounts.add_unit(work, UnitIn("HQ", "总部", "Head office"))
        for key, zh, en in TEAMS:
            accounts.add_team(work, TeamIn(key, zh, en, root.id))
        for pack in ("default", "maintenance"):
            blueprints.install_pack(work, blueprint_queries.pack(pack))
        admin = UserIn(login=options.login.strip(), name="系统管理员", password=password, roles=["admin"], org_unit_id=root.id)
        accounts.add_user(work, admin)
    _say(f"{name} ({options.slug}) is ready 已创建。")
    _say(f"Log in as {admin.login} / {password}  (shown once, keep it 仅显示一次，请妥善保存)")
    return 0
