"""The hot paths at a million orders, against the floor: pgbench running the statements that the server itself ran.

Method: one cluster, one server (2 workers); the cells of a round alternate (server, floor) so that both see the same neighbours on
the machine. Statements are captured from the server's own code, so the floor cannot drift from it; it runs them as the serving role
under row-level security, prepared, in the same pipelines. CPU is read from /proc; ratios inside one run are what to trust.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench import seed
from gongdan.wiring.postgres.cluster import Cluster
from gongdan.wiring.supervisor.run import environment

DATA = Path(os.environ.get("GONGDAN_BENCH_DATA", "var/bench")).resolve()
PORT = int(os.environ.get("GONGDAN_BENCH_PORT", "8123"))
TICK = os.sysconf("SC_CLK_TCK")
NAMES = ("create", "transition", "list", "detail", "search")
LUA = """
local ids, at, base = {}, 0, %d
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
local counter = 0
math.randomseed(os.time() + %d)
local function uuid() return (string.gsub("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx", "x", function() return string.format("%%x", math.random(0, 15)) end)) end
request = function()
  counter = counter + 1
  local line = bodies[1 + (base + counter) %% #bodies]
  local method, path, body = line:match("^(%%S+) (%%S+) ?(.*)$")
  local headers = {["Authorization"] = "Bearer %s", ["Content-Type"] = "application/json"}
  if method == "POST" then headers["Operation-Id"] = uuid(); headers["If-Match"] = "1" end
  return wrk.format(method, path, headers, body ~= "" and body or nil)
end
local bad = 0
response = function(status) if status >= 300 then bad = bad + 1 end end
done = function(summary, latency)
  io.write(string.format("RESULT %%d %%d %%d %%.3f %%.3f %%.3f\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
"""


def say(text: str) -> None:
    print(text, flush=True)


class Bench:
    """One prepared world: cluster, company, seed, server."""

    def __init__(self, orders: int) -> None:
        self.orders = orders
        self.cluster = Cluster(DATA, {"shared_buffers": "2GB", "effective_cache_size": "8GB", "autovacuum": "on"})
        self.server: subprocess.Popen[bytes] | None = None
        self.state: dict[str, Any] = {}
        self.next_start = 0

    def prepare(self) -> None:
        """Make or reuse the million orders."""
        DATA.mkdir(parents=True, exist_ok=True)
        self.cluster.ensure()
        self.cluster.start(say)
        environment(DATA, self.cluster, PORT)
        subprocess.run([sys.executable, "-m", "gongdan.wiring.cli", "migrate"], check=True)
        mark = DATA / "bench.json"
        if mark.exists() and json.loads(mark.read_text())["orders"] == self.orders:
            self.state = {**json.loads(mark.read_text()), "started": 0}
            self._unstart()
            self._lived(mark)
            return
        say(f"seeding {self.orders:,} orders …")
        self.state = self._company()
        mark.write_text(json.dumps({**self.state, "lived": True}))

    def _lived(self, mark: Path) -> None:
        """Worlds seeded before boards and maps were measured get what those show."""
        if self.state.get("lived"):
            return
        now = datetime.fromtimestamp(self.state["now_ms"] / 1000, UTC)
        seed.live(self.cluster._super_on("gongdan"), self.orders, {"tenant": self.state["tenant"], "now": now}, say)
        self.state["lived"] = True
        mark.write_text(json.dumps(self.state))

    def _unstart(self) -> None:
        """Orders started by an earlier run wait to be started again."""
        with psycopg.connect(self.cluster._super_on("gongdan"), autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("delete from orders_event where seq > 1")
            connection.execute(
                "update orders_order set state = 'dispatched', family = 1, version = 1, seq = 1 where state = 'in_service'"
            )
            connection.execute("vacuum analyze orders_order")

    def _company(self) -> dict[str, Any]:
        from gongdan.wiring.start import start

        start()
        from gongdan.accounts import actions as accounts
        from gongdan.accounts.models import User
        from gongdan.blueprints import queries as blueprints
        from gongdan.kernel.access import system_actor
        from gongdan.kernel.clock import SystemClock
        from gongdan.kernel.ids import uuid7
        from gongdan.kernel.work import unit_of_work
        from gongdan.simulator.company import build

        now = SystemClock().now().replace(microsecond=0) - timedelta(minutes=5)
        tenant = uuid7(now)
        with unit_of_work(system_actor(tenant, "bench"), now) as work:
            accounts.add_tenant(tenant, f"bench{now:%H%M%S}", "bench", now)
            made = build(work, random.Random(1), "!", 1)
            version, _ = blueprints.current(work, "repair")
            manager = User.objects.get(id=made.people["manager"][0])
            token, _ = accounts.open_session(manager, now, kind="token")
            unit = str(manager.org_unit_id)
        people = made.people["engineer"]
        values = {
            "tenant": str(tenant),
            "version": str(version),
            "now": now,
            "customers": [c["id"] for c in made.customers],
            "teams": list(made.teams.values()),
            "team_count": len(made.teams),
            "people": people,
            "people_count": len(people),
            "unit": unit,
        }
        seed.fill(self.cluster._super_on("gongdan"), self.orders, values, say)
        return {
            "orders": self.orders,
            "tenant": str(tenant),
            "token": token,
            "now_ms": int(now.timestamp() * 1000),
            "team": str(made.teams["field"]),
            "started": 0,
        }

    def order(self, i: int) -> UUID:
        """The id of order i."""
        return seed.order_id(self.orders, i, self.state["now_ms"])

    def requests(self, name: str, count: int) -> list[str]:
        """`count` request lines of an operation; transitions take fresh orders each time."""
        rng = random.Random(time.time_ns())
        if name == "create":
            body = {
                "blueprint": "repair", "title": "空调漏水 3 楼机房", "fields": {"fault_type": "hvac", "stopped": True},
                "contact_name": "张三", "contact_phone": "13800138000", "address": "深南路 1 号", "priority": 2,
            }  # fmt: skip
            return [f"POST /api/v1/orders {json.dumps(body, ensure_ascii=True)}"]
        if name == "transition":
            first = self._take(count)
            return [f"POST /api/v1/orders/{self.order(first + 2 * k)}/start {{}}" for k in range(count)]
        if name == "list":
            return [f"GET /api/v1/orders?team_id={self.state['team']}&priority={1 + k % 4}&open=true" for k in range(8)]
        if name == "detail":
            return [f"GET /api/v1/orders/{self.order(rng.randrange(1, self.orders))}" for _ in range(count)]
        words = ["%E7%A9%BA%E8%B0%83", "%E6%BC%8F%E6%B0%B4", "%E7%94%B5%E6%A2%AF%E5%9B%B0%E4%BA%BA", "BX-777", "123456"]
        return [f"GET /api/v1/orders/search?q={w}" for w in words]

    def _take(self, count: int) -> int:
        """The number of the first of `count` dispatched orders that nobody has started yet."""
        first = int(self.orders * 0.7) + 2 + 2 * int(self.state["started"])
        self.state["started"] += count
        (DATA / "bench.json").write_text(json.dumps(self.state))
        return first + first % 2

    def serve(self) -> None:
        """Start the server, refusing a taken port."""
        from gongdan.wiring.supervisor.refusals import check_port

        check_port(PORT)
        command = [sys.executable, "-m", "gongdan.wiring.cli", "serve", "--port", str(PORT), "--workers", "2"]
        self.server = subprocess.Popen(command, start_new_session=True)
        for _ in range(120):
            time.sleep(0.5)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5):
                    break
            except OSError:
                continue
        time.sleep(2)  # both workers

    def stop(self) -> None:
        """Stop server and cluster."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGTERM)
            try:
                self.server.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.server.pid, signal.SIGKILL)
        self.cluster.stop()

    def server_cell(self, name: str, concurrency: int, seconds: int) -> dict[str, float]:
        """Drive the server for some seconds: requests per second, latencies, CPU per request."""
        lines = DATA / "requests.txt"
        lines.write_text("\n".join(self.requests(name, 1200 * seconds)))
        script = DATA / "wrk.lua"
        script.write_text(
            LUA % (random.randrange(10**6) if name != "transition" else 0, lines, random.randrange(10**6), self.state["token"])
        )
        assert self.server is not None
        before = _cpu(self.server.pid), self._database_cpu()
        done = subprocess.run(
            ["wrk", "-t1", f"-c{concurrency}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{PORT}"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        after = _cpu(self.server.pid), self._database_cpu()
        found = re.search(r"RESULT (\d+) (\d+) (\d+) (\S+) (\S+) (\S+)", done.stdout)
        assert found is not None, done.stdout
        count, micros, bad = int(found[1]), int(found[2]), int(found[3])
        return {
            "rps": count / (micros / 1e6), "bad": bad, "p50_ms": float(found[4]), "p95_ms": float(found[5]), "p99_ms": float(found[6]),
            "server_cpu_ms": (after[0] - before[0]) * 1000 / max(count, 1), "db_cpu_ms": (after[1] - before[1]) * 1000 / max(count, 1),
        }  # fmt: skip

    def _database_cpu(self) -> float:
        pid = int((self.cluster.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        return _cpu(pid)

    def floor_cell(self, script: Path, concurrency: int, seconds: int, variables: list[str]) -> float:
        """The same statements by pgbench as the serving role; transactions per second."""
        binary = self.cluster.binaries() / "pgbench"
        url = self.cluster.endpoints().app_url
        first = self._take(6400) if "transition" in script.name else 0
        names = ["-D", "n=0", "-D", f"first={first}", "-D", f"span={6400 // concurrency}", *variables]
        command = [
            str(binary),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(concurrency),
            "-j",
            "1",
            "-T",
            str(seconds),
            *names,
            "-f",
            str(script),
            url,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if found is None or "aborted" in done.stderr:
            raise RuntimeError(done.stderr[-800:])
        return float(found[1])


def _cpu(pid: int) -> float:
    """CPU seconds of a process and all its descendants, those reaped included."""
    total, stack = 0.0, [pid]
    while stack:
        current = stack.pop()
        try:
            fields = Path(f"/proc/{current}/stat").read_text().rpartition(")")[2].split()
            children = Path(f"/proc/{current}/task/{current}/children").read_text().split()
        except OSError:
            continue
        total += sum(int(fields[k]) for k in (11, 12, 13, 14)) / TICK
        stack += [int(c) for c in children]
    return total


class _Recorder:
    """Captures what the server sends, as one pgbench script per operation."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.batches: list[list[tuple[str, list[Any]]]] = []
        self.fresh_ids: dict[str, int] = {}
        self.variables: dict[str, list[str]] = {}

    def record(self, name: str) -> tuple[Path, int, int]:
        """(script, statements, round trips) of one operation run in this process."""
        from gongdan.kernel import pipeline, work
        from gongdan.kernel.clock import SystemClock
        from gongdan.kernel.http.dispatch import Api
        from gongdan.kernel.http.testing import Client
        from gongdan.wiring import api

        client = Client(Api(api.table(), SystemClock()), self.bench.state["token"])
        line = self.bench.requests(name, 1)[0]
        method, path, *body = line.split(" ", 2)
        path = path.removeprefix("/api/v1")
        client.get("/me")
        if name == "create":
            client.request(method, path, json.loads(body[0]), version=1)  # warm the caches
        if method == "GET":
            client.request(method, path)
        raw = work.raw_connection()
        self.batches = []
        original = pipeline.run

        def run(connection: Any, statements: Any, **options: Any) -> Any:
            self.batches.append([(sql, list(params)) for sql, params in statements])
            return original(connection, statements, **options)

        pipeline.run = run  # type: ignore[assignment]
        try:
            answer = client.request(method, path, json.loads(body[0]) if body else None, version=1)
        finally:
            pipeline.run = original
        if answer.status >= 300:
            raise RuntimeError(f"{name}: {answer.status} {answer.body.decode()}")
        return self._script(name, raw, answer.json), sum(map(len, self.batches)), len(self.batches)

    def _script(self, name: str, raw: Any, answer: Any) -> Path:
        """The captured statements; those of reads with their parameters, those of writes with fresh ids and operation each time."""
        cursor = psycopg.ClientCursor(raw)
        lines = ["\\set r random(1, 200000000000000)"]
        if name == "transition":
            lines += ["\\set n :n + 1", "\\set i :first + 2 * (:client_id * :span + :n)"]
        lines.append("begin;")
        self.variables[name] = []
        for batch in self.batches:
            if name in ("create", "transition"):
                texts = [
                    self._fresh(name, re.sub(r'":(?=[a-z])', '": ', cursor.mogrify(q, p).replace("\n", " ")), answer)
                    for q, p in batch
                ]
            else:
                texts = [self._bound(name, q, p) for q, p in batch]
            lines += ["\\startpipeline", *[t + ";" for t in texts], "\\endpipeline"] if len(texts) > 1 else [texts[0] + ";"]
        lines.append("commit;")
        path = DATA / f"floor_{name}.sql"
        path.write_text("\n".join(lines))
        return path

    def _bound(self, name: str, query: str, params: list[Any]) -> str:
        """The statement with pgbench variables for its parameters, so that it is planned as the server's is."""
        variables = self.variables[name]
        parts = query.replace("\n", " ").split("%s")
        text = parts[0]
        for value, following in zip(params, parts[1:], strict=True):
            if value is None:
                text += "null" + following
                continue
            variables += ["-D", f"p{len(variables) // 2}={_text(value)}"]
            text += f":p{len(variables) // 2 - 1}{following}"
        return text.replace("%%", "%")

    def _fresh(self, name: str, text: str, answer: Any) -> str:
        """Ids that the request made become new with every transaction; a started order is another one each time."""
        if name not in ("create", "transition"):
            return text
        order = answer["id"] if name == "transition" else ""
        number = answer.get("number") or "no number"
        since = time.time() - 120

        def made_now(value: str) -> bool:
            return value[14] == "4" or (value[14] == "7" and int(value.replace("-", "")[:12], 16) / 1000 > since)

        def one(raw_value: str) -> str:
            value = str(UUID(raw_value))
            if value == order:
                return self._seeded()
            if not made_now(value):
                return f"'{value}'::uuid"
            place = self.fresh_ids.setdefault(value, len(self.fresh_ids) + 1)
            return f"('0000{place:04x}-0000-7000-8000-' || lpad(to_hex(:r::bigint), 12, '0'))::uuid"

        plain = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"

        def in_json(found: re.Match[str]) -> str:
            """A JSON literal, cut where an id has to be a new one."""
            prefix = found[1]

            def cut(m: re.Match[str]) -> str:
                fresh = "('ZZ-' || :r)" if m[1] == number else one(m[1])
                return m[0] if fresh.startswith("'") else f"\"' || {fresh}::text || {prefix}'\""

            return f"({prefix}'" + re.sub(rf'"({plain}|{re.escape(number)})"', cut, found[2]) + "')::json"

        text = re.sub(r"(E?)'((?:[^'\\]|''|\\.)*)'::json\b", in_json, text)
        return re.sub(rf"'({plain})'(?:::uuid)?", lambda m: one(m[1]), text)

    def _seeded(self) -> str:
        """The id of the order numbered :i in the seed."""
        step = seed.DAYS * 86_400_000 // self.bench.orders
        ms = f"{self.bench.state['now_ms']} - ({self.bench.orders} - :i::bigint) * {step}"
        tail = "'7' || lpad(to_hex(:i::int % 4096), 3, '0') || '8' || lpad(to_hex(:i::int), 15, '0')"
        return f"(lpad(to_hex(({ms})::bigint), 12, '0') || {tail})::uuid"


def main(options: argparse.Namespace) -> int:
    """Run all cells and print the table."""
    if shutil.which("wrk") is None:
        say("The bench needs wrk: apt-get install wrk")
        return 2
    bench = Bench(options.orders)
    bench.prepare()
    from gongdan.wiring.start import start

    start()
    rows: list[dict[str, Any]] = []
    try:
        recorder = _Recorder(bench)
        scripts = {name: recorder.record(name) for name in NAMES}
        bench.serve()
        cells: dict[tuple[str, int], list[tuple[dict[str, float], float]]] = {}
        for number in range(options.rounds):
            for concurrency in (1, 16):
                for name in NAMES:
                    ours = bench.server_cell(name, concurrency, options.seconds)
                    floor = _floor(bench, name, scripts[name][0], concurrency, options.seconds, recorder.variables[name])
                    cells.setdefault((name, concurrency), []).append((ours, floor))
                    say(
                        f"round {number + 1} c={concurrency:<2} {name:<10} {ours['rps']:8.0f}/s  floor {floor:8.0f}/s  bad {ours['bad']:.0f}"
                    )
        for (name, concurrency), found in cells.items():
            rows.append(_row(name, concurrency, found, scripts[name]))
        memory = _memory(bench)
    finally:
        bench.stop()
    _print(rows, memory)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))
    return 0


def _text(value: Any) -> str:
    """A parameter as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, list | tuple):
        return "{" + ",".join(_text(v) for v in value) + "}"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _floor(bench: Bench, name: str, script: Path, concurrency: int, seconds: int, variables: list[str]) -> float:
    try:
        return bench.floor_cell(script, concurrency, seconds, variables)
    except RuntimeError as error:
        say(f"floor {name}: {error}")
        return float("nan")


def _row(name: str, concurrency: int, found: list[tuple[dict[str, float], float]], script: tuple[Path, int, int]) -> dict[str, Any]:
    ratios = [ours["rps"] / floor for ours, floor in found]
    middle = {k: statistics.median(o[k] for o, _ in found) for k in found[0][0]}
    return {
        "name": name, "concurrency": concurrency, **{k: round(v, 2) for k, v in middle.items()},
        "statements": script[1], "round_trips": script[2], "floor_rps": round(statistics.median(f for _, f in found), 1),
        "ratio_to_floor": round(statistics.median(ratios), 3), "ratio_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "server_cpu_ms_min": round(min(o["server_cpu_ms"] for o, _ in found), 2),
    }  # fmt: skip


def _memory(bench: Bench) -> list[int]:
    """Resident megabytes of each web process."""
    assert bench.server is not None
    found, stack = [], [bench.server.pid]
    while stack:
        pid = stack.pop()
        status = Path(f"/proc/{pid}/status").read_text()
        match = re.search(r"VmRSS:\s+(\d+)", status)
        found.append(int(match[1]) // 1024 if match else 0)
        stack += [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found


def _print(rows: list[dict[str, Any]], memory: list[int]) -> None:
    say(f"\n{datetime.now():%Y-%m-%d %H:%M} · web processes {memory} MB")
    say(
        "| operation | c | req/s | p50 | p95 | p99 ms | server CPU ms (min) | PG CPU ms | stmts | trips | floor/s | ratio (spread) |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for r in rows:
        say(
            f"| {r['name']} | {r['concurrency']} | {r['rps']:.0f} | {r['p50_ms']} | {r['p95_ms']} | {r['p99_ms']} | "
            f"{r['server_cpu_ms']} ({r['server_cpu_ms_min']}) | {r['db_cpu_ms']} | {r['statements']} | {r['round_trips']} | "
            f"{r['floor_rps']:.0f} | {r['ratio_to_floor']} ({r['ratio_spread'][0]}–{r['ratio_spread'][1]}) |"
        )
