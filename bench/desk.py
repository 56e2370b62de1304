"""What somebody at a desk waits for, at a million orders: lists, palette, order, boards, figures; and the screens in a real browser.

`./dev bench desk [--json FILE] [--orders N] [--requests R]`. Server figures are p50/p95 of R requests each, one after the other and with
four people at once; browser figures (first paint of the largest part, palette, scrolling) come from Chromium on the same machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from bench import screens
from bench.hot import PORT, Bench, say

BARS: dict[str, float] = {
    "list": 300, "count": 300, "groups": 300, "calendar": 300, "map": 300, "palette": 150, "detail": 200, "board": 500,
    "board by person": 500, "global board": 500, "similar": 150, "overview": 300, "figures": 300, "trend": 300, "home": 300,
    "list LCP": 1500, "order LCP": 1500, "palette open": 100, "palette result": 150,
    "list scroll fps": 55, "timeline scroll fps": 55, "board drag fps": 55,
}  # fmt: skip
ATLEAST = {"list scroll fps", "timeline scroll fps", "board drag fps"}
LONG = """
insert into orders_comment (tenant_id, id, order_id, author_kind, author_name, internal, body, occurred_at, recorded_at)
select o.tenant_id, (lpad(to_hex((extract(epoch from o.opened_at) * 1000)::bigint + n * 1000), 12, '0') || '7000' || '8'
  || lpad(to_hex(n), 15, '0'))::uuid, o.id, 'person', '王芳', n %% 3 = 0, '第 ' || n || ' 条，客户说明天上午在现场，请带好备件。',
  o.opened_at + n * interval '1 second', o.opened_at + n * interval '1 second'
from orders_order o, generate_series(1, %(most)s::int) n where o.tenant_id = %(tenant)s and o.id = %(order)s
on conflict do nothing
"""


class Client:
    """One person with a kept connection."""

    def __init__(self, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}

    def get(self, path: str) -> tuple[int, float, int]:
        """(status, milliseconds, bytes)."""
        begun = time.perf_counter()
        self.connection.request("GET", f"/api/v1{path}", headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        return answer.status, (time.perf_counter() - begun) * 1000, len(body)


def addresses(bench: Bench, client: Client) -> dict[str, Callable[[], str]]:
    """Per measured thing: the next address to ask for."""
    rng = random.Random(7)
    team = bench.state["team"]
    lists = [
        "/orders?open=true&limit=50",
        "/orders?assignee_id=me&family=waiting,working&sort=due&limit=50",
        "/orders?assignee_id=none&family=waiting&limit=50",
        "/orders?sla=breached&family=waiting,working&sort=due&limit=50",
        f"/orders?team_id={team}&priority=1&open=true&limit=50",
        "/orders?waiting_on=customer&open=true&sort=-updated&limit=50",
        f"/orders?team_id={team}&family=closed&limit=50",
    ]
    board = "/boards/states?blueprint=repair"
    groups = ("state", "assignee_id", "team_id", "priority", "customer_id")
    wide = ("open=true", "", f"team_id={team}")
    words = ["zhsm", "空调", "漏水", "8000", "13800138000", "BX-777", "电梯困人", "wang"]
    customers = bench.state.get("customers") or _customers(client)
    return {
        "list": lambda: rng.choice(lists),
        "count": lambda: (
            rng.choice(lists)
            .replace("/orders?", "/orders/count?")
            .replace("&limit=50", "")
            .replace("&sort=due", "")
            .replace("&sort=-updated", "")
        ),
        "groups": lambda: f"/orders/groups?by={rng.choice(groups)}&{rng.choice(wide)}",
        "calendar": lambda: f"/orders/calendar?from={_day(-15)}&days=35&by={rng.choice(['due', 'created'])}&{rng.choice(wide)}",
        "map": lambda: (
            f"/orders/map?{rng.choice(wide)}" + rng.choice(["", f"&bbox={113.7 + rng.random() / 5:.3f},22.4,114.4,22.8"])
        ),
        "board": lambda: rng.choice([board, f"{board}&team_id={team}", "/boards/states", f"{board}&lanes=priority"]),
        "board by person": lambda: f"{board}&by=person" + rng.choice(["", f"&team_id={team}"]),
        "global board": lambda: rng.choice(["/boards/global", f"/boards/global?team_id={team}"]),
        "figures": lambda: rng.choice(["/boards/kpis", f"/boards/kpis?team_id={team}"]),
        "home": lambda: "/home",
        "trend": lambda: (
            f"/boards/trends?metric={rng.choice(['opened', 'resolved', 'first_response', 'csat'])}&by=day&compare=previous"
        ),
        "palette": lambda: f"/palette?q={quote(rng.choice(words))}",
        "detail": lambda: f"/orders/{bench.order(rng.randrange(1, bench.orders))}",
        "similar": lambda: f"/orders/{bench.order(rng.randrange(1, bench.orders))}/similar",
        "overview": lambda: f"/customers/{rng.choice(customers)}/overview",
    }


def _customers(client: Client) -> list[str]:
    client.connection.request("GET", "/api/v1/customers?limit=100", headers={**client.headers, "Accept-Encoding": "identity"})
    return [c["id"] for c in json.loads(client.connection.getresponse().read())["items"]]


def measure(token: str, following: Callable[[], str], count: int, people: int) -> dict[str, Any]:
    """Ask `count` times by `people` at once."""
    times: list[float] = []
    bad: list[str] = []
    sizes: list[int] = []
    lock = threading.Lock()

    def work() -> None:
        client = Client(token)
        for _ in range(count // people):
            with lock:
                path = following()
            status, ms, size = client.get(path)
            with lock:
                times.append(ms)
                sizes.append(size)
                if status != 200:
                    bad.append(f"{status} {path}")

    threads = [threading.Thread(target=work) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return {
        "n": len(times), "bad": len(bad), "first_bad": bad[:1], "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95) - 1], 1), "worst_ms": round(times[-1], 1), "kB": round(max(sizes) / 1024, 1),
    }  # fmt: skip


def _day(offset: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + offset * 86_400))


def main(options: argparse.Namespace) -> int:
    """Measure everything; exit status 1 when a bar is missed."""
    bench = Bench(options.orders)
    bench.prepare()
    rows: list[dict[str, Any]] = []
    try:
        bench.serve()
        token = bench.state["token"]
        for name, following in addresses(bench, Client(token)).items():
            measure(token, following, 8, 1)
            for people in (1, 4):
                found = measure(token, following, options.requests, people)
                rows.append(
                    {
                        "what": name,
                        "people": people,
                        **found,
                        "bar_ms": BARS[name],
                        "met": found["p95_ms"] <= BARS[name] and not found["bad"],
                    }
                )
                say(json.dumps(rows[-1], ensure_ascii=False))
        rows += _screens(bench)
    finally:
        bench.stop()
    if options.json:
        Path(options.json).write_text(json.dumps(rows, ensure_ascii=False, indent=1))
    missed = [r["what"] for r in rows if not r["met"]]
    say(f"missed: {', '.join(missed) or 'nothing'}")
    return 1 if missed else 0


def _screens(bench: Bench) -> list[dict[str, Any]]:
    found = screens.measure(bench, _long_order(bench))
    rows = [
        {
            "what": name,
            "value": round(value, 1),
            "bar": BARS.get(name),
            "met": name not in BARS or (value >= BARS[name] if name in ATLEAST else value <= BARS[name]),
        }
        for name, value in found.items()
    ]
    for row in rows:
        say(json.dumps(row, ensure_ascii=False))
    return rows


def _long_order(bench: Bench) -> str:
    """An order with a timeline of LOADED entries."""
    order = str(bench.order(bench.orders // 3))
    with psycopg.connect(bench.cluster._super_on("gongdan"), autocommit=True) as connection:
        connection.execute(LONG, {"tenant": bench.state["tenant"], "order": order, "most": screens.LOADED})
    return order
