"""The world a load run happens in: an own cluster, a company with people enough, orders, a server with its worker; all stopped at the end."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import seed
from bench.load_users import Client, Found, Sample, roles_of
from gongdan.wiring.migrate import fingerprint
from gongdan.wiring.postgres.cluster import Cluster
from gongdan.wiring.supervisor.children import Child
from gongdan.wiring.supervisor.refusals import check_port
from gongdan.wiring.supervisor.run import environment

PASSWORD = "load 47 correct horse"
LOG_INS_AT_ONCE = 4
REQUESTS = 400
STARTING_SECONDS = 60


class World:
    """`tokens` by role, `facts` for the people (engineers, requests, number of orders), log-ins as samples."""

    def __init__(self, data: Path, port: int, keep: bool) -> None:
        self.data, self.port, self.keep = data, port, keep
        self.cluster = Cluster(data, {"shared_buffers": "1GB", "effective_cache_size": "4GB"})
        self.children: list[Child] = []
        self.tokens: dict[str, list[str]] = {}
        self.facts: dict[str, Any] = {}
        self.log_ins: list[Sample] = []

    def prepare(self, users: int, orders: int, say: Any) -> None:
        """Database, company, orders, processes, log-ins. Raises Refused for a taken port."""
        check_port(self.port)
        self.data.mkdir(parents=True, exist_ok=True)
        self.cluster.ensure()
        self.cluster.start(say)
        environment(self.data, self.cluster, self.port)
        from gongdan.wiring.migrate import migrate
        from gongdan.wiring.start import start

        mark = self.data / "schema.sha256"
        if not mark.exists() or mark.read_text() != fingerprint():
            migrate(self.cluster.endpoints().owner_url)
            mark.write_text(fingerprint())
        start()
        bench = self.data / "bench.json"
        if bench.exists():  # the bench's own database: its company, its million
            held = json.loads(bench.read_text())
            people, self.facts = _join(held["tenant"], users, held["orders"])
            company = self.facts["slug"]
        else:
            people, self.facts, company = self._company(users, orders, say)
        self._serve()
        say(f"{self.facts['orders']:,} orders; logging {users} people in …")
        self._log_in(people, company)

    def _company(self, users: int, orders: int, say: Any) -> tuple[dict[str, list[str]], dict[str, Any], str]:
        from gongdan.accounts import actions as accounts
        from gongdan.blueprints import queries as blueprints
        from gongdan.kernel.access import system_actor
        from gongdan.kernel.clock import SystemClock
        from gongdan.kernel.ids import uuid7
        from gongdan.kernel.work import unit_of_work
        from gongdan.simulator.company import build

        now = SystemClock().now().replace(microsecond=0) - timedelta(minutes=5)
        tenant, slug = uuid7(now), f"load{now:%H%M%S}"
        with unit_of_work(system_actor(tenant, "load"), now) as work:
            accounts.add_tenant(tenant, slug, "负载测试", now)
            made = build(work, random.Random(1), "!", 7)
            version, _ = blueprints.current(work, "repair")
            people, ids = _people(work, made.teams, users, "")
        mine = ids["engineer"][
            : (len(ids["engineer"]) - 1) | 1
        ]  # every second order is dispatched: an odd number gives all of them some
        values = {
            "tenant": str(tenant), "version": str(version), "now": now, "customers": [c["id"] for c in made.customers],
            "teams": list(made.teams.values()), "team_count": len(made.teams), "people": mine,
            "people_count": len(mine), "unit": None,
        }  # fmt: skip
        seed.fill(self.cluster._super_on("gongdan"), orders, values, say)
        facts = {"orders": orders, "engineers": [str(i) for i in made.people["engineer"]], "requests": _requests(made, now)}
        return people, facts, slug

    def _serve(self) -> None:
        python = [sys.executable, "-m", "gongdan.wiring.cli"]
        self.children = [
            Child("web", [*python, "serve", "--port", str(self.port), "--workers", "2"]),
            Child("worker", [*python, "worker"]),
            Child("live", [*python, "live", "--port", str(self.port + 1)]),
        ]
        for child in self.children:
            child.start()
        for _ in range(STARTING_SECONDS * 2):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                break
            time.sleep(0.5)
        else:
            raise RuntimeError("the server does not answer; its lines above say why")
        time.sleep(2)  # both web processes

    def _log_in(self, people: dict[str, list[str]], company: str) -> None:
        """Each person logs in once over HTTP, four at a time: passwords are costly on purpose, and are not the measured load."""
        found, lock = Found(), threading.Lock()

        def one(login: str) -> str:
            own = Found()
            client = Client(self.port, "", own)
            made = client.call("log in", "POST", "/sessions", {"login": login, "password": PASSWORD, "company": company})
            client.connection.close()
            with lock:
                found.samples += own.samples
            if made is None:
                raise RuntimeError(f"{login} cannot log in: {own.samples[-1].text}")
            return str(made["token"])

        with ThreadPoolExecutor(LOG_INS_AT_ONCE) as pool:
            self.tokens = {role: list(pool.map(one, logins)) for role, logins in people.items()}
        self.log_ins = found.samples

    def stop(self) -> None:
        """Stop everything; remove the data unless it is to be kept."""
        for child in reversed(self.children):
            child.stop()
        self.cluster.stop()
        if not self.keep:
            shutil.rmtree(self.cluster.root, ignore_errors=True)
            shutil.rmtree(self.data, ignore_errors=True)


def _people(work: Any, teams: dict[str, Any], users: int, mark: str) -> tuple[dict[str, list[str]], dict[str, list[Any]]]:
    """People enough for a run: (log-in names, ids) by role. One hash serves all."""
    from django.contrib.auth.hashers import make_password

    from gongdan.accounts import actions as accounts
    from gongdan.accounts.schemas import UserIn

    hashed = make_password(PASSWORD)
    logins: dict[str, list[str]] = {}
    ids: dict[str, list[Any]] = {}
    for number, role in enumerate(roles_of(users)):
        login = f"load{mark}-{role}-{number}"
        team = {"agent": ["desk"], "engineer": ["field"]}.get(role, [])
        new = UserIn(login=login, name=f"压测{number}", password=PASSWORD, roles=[role], team_ids=[teams[t] for t in team])
        ids.setdefault(role, []).append(accounts.add_user(work, new, password_hash=hashed).id)
        logins.setdefault(role, []).append(login)
    return logins, ids


def _requests(made: Any, now: Any) -> list[dict[str, Any]]:
    """Bodies of new orders as the model tells them."""
    from gongdan.simulator import drawing
    from gongdan.simulator.company import ZONE
    from gongdan.simulator.model import load
    from gongdan.simulator.run import FAULTS

    rng = random.Random(7)
    fates = drawing.requests(load("demo"), rng, made.fleet, now, 7, ZONE, REQUESTS)
    found = []
    for fate in fates:
        who = made.customers[fate.customer]
        asset = {} if fate.machine is None else {"asset_id": str(made.assets[fate.machine][0])}
        found.append(
            {
                "blueprint": "repair", "title": rng.choice(FAULTS[fate.kind]), "fields": {"fault_type": fate.kind},
                "priority": 1 + int(fate.luck["priority"] * 4), "customer_id": str(who["id"]), "site_id": str(who["site"]),
                "contact_id": str(who["contact"]), "contact_name": who["contact_name"], "contact_phone": who["phone"],
                "address": who["address"], "channel": "phone", **asset,
            }
        )  # fmt: skip
    return found


def _join(tenant: str, users: int, orders: int) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """People of this run in the bench's company; its dispatched orders are given to them by the bench's own engineers' ids."""
    from uuid import UUID

    from gongdan.kernel.access import system_actor
    from gongdan.kernel.clock import SystemClock
    from gongdan.kernel.work import unit_of_work

    now = SystemClock().now()
    with unit_of_work(system_actor(UUID(tenant), "load"), now) as work:
        teams: dict[str, Any] = dict(work.read("select key, id from accounts_team"))
        people, ids = _people(work, teams, users, f"{now:%d%H%M%S}")
        slug = work.read("select slug from accounts_tenant where id = %s", [tenant])[0][0]
        engineers = [str(r[0]) for r in work.read("select user_id from workforce_engineer order by user_id limit 40")]
        customers = [str(r[0]) for r in work.read("select id from customers_customer order by id limit 200")]
    requests = [
        {"blueprint": "repair", "title": "空调漏水", "fields": {"fault_type": "hvac"}, "priority": 3, "customer_id": c}
        for c in customers
    ]
    return people, {"orders": orders, "engineers": engineers, "requests": requests, "slug": slug, "own": ids["engineer"]}


@contextlib.contextmanager
def world(data: str, port: int, users: int, orders: int, say: Any) -> Iterator[World]:
    """A prepared world; stopped and, when it was made for this run, removed whatever happens."""
    made = World(Path(data or f"var/load-{os.getpid()}").resolve(), port, keep=bool(data))
    try:
        made.prepare(users, orders, say)
        yield made
    finally:
        made.stop()
