"""What somebody at a desk waits for, at a million orders: lists, palette, order, boards, figures; and the screens in a real browser.

`./dev bench desk [--json FILE] [--orders N] [--requests R]`. Server figures are p50/p95 of R requests each, one after the other and with
four people at once; browser figures (first paint of the largest part, palette, scrolling) come from Chromium on the same machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.hot import PORT, Bench, say

BARS: dict[str, float] = {
    "list": 300, "count": 300, "calendar": 300, "map": 300, "palette": 150, "detail": 200, "board": 500, "global board": 500, "similar": 150,
    "overview": 300, "figures": 300, "trend": 300, "list LCP": 1500, "order LCP": 1500, "palette open": 100, "palette result": 150,
    "list scroll fps": 55, "worst frame": 100,
}  # fmt: skip
ATLEAST = {"list scroll fps"}
LOADED = 5_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
VITALS = (
    "window.__lcp = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) window.__lcp = e.startTime })"
    ".observe({type: 'largest-contentful-paint', buffered: true})"
)
FRAMES = """async ([selector, distance, steps]) => {
  const found = [...document.querySelectorAll(selector)].find(e => e.scrollHeight > e.clientHeight + 100) ?? document.scrollingElement;
  const times = [];
  let last = performance.now();
  for (let i = 0; i < steps; i++) {
    found.scrollTop += distance;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  const worst = [...times].sort((a, b) => b - a);
  return {fps: 1000 * times.length / times.reduce((a, b) => a + b, 0), worst: worst[0], scrolled: found.scrollTop};
}"""


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
        "calendar": lambda: f"/orders/calendar?from={_day(-15)}&to={_day(15)}&team_id={team}",
        "map": lambda: f"/orders/map?open=true&bbox={113.8 + rng.random() / 5:.3f},22.4,114.4,22.8",
        "board": lambda: rng.choice([board, f"{board}&team_id={team}", f"{board}&by=person", f"{board}&assignee_id=none"]),
        "global board": lambda: "/boards/global",
        "figures": lambda: "/boards/kpis",
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


class Screen:
    """Chromium with the bench person's session."""

    def __init__(self, token: str) -> None:
        from playwright.sync_api import sync_playwright

        from gongdan.kernel.http.dispatch import COOKIE

        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        self.context = self.browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        self.context.add_cookies([{"name": COOKIE, "value": token, "url": f"http://127.0.0.1:{PORT}"}])
        self.context.add_init_script(VITALS)

    def close(self) -> None:
        """Leave nothing running."""
        self.browser.close()
        self.playwright.stop()

    def painted(self, path: str) -> float:
        """Milliseconds until the largest part of a page is painted, with a cold cache."""
        page = self.context.new_page()
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(f"http://127.0.0.1:{PORT}{path}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        found: float = page.evaluate("window.__lcp")
        page.close()
        return found

    def palette(self) -> tuple[float, float]:
        """(milliseconds from the key to the open palette, from the last letter to the first result)."""
        page = self.context.new_page()
        page.goto(f"http://127.0.0.1:{PORT}/app/home")
        page.wait_for_load_state("networkidle")
        begun = time.perf_counter()
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").first.wait_for()
        opened = (time.perf_counter() - begun) * 1000
        page.keyboard.type("8000")
        begun = time.perf_counter()
        page.get_by_role("option").first.wait_for()
        found = (time.perf_counter() - begun) * 1000
        page.close()
        return opened, found

    def scrolling(self) -> dict[str, float]:
        """Frames per second while a list with 5,000 loaded rows is scrolled."""
        page = self.context.new_page()
        page.goto(f"http://127.0.0.1:{PORT}/app/orders?loaded={LOADED}")
        page.wait_for_load_state("networkidle")
        more = page.get_by_role("button", name="加载更多")
        for _ in range(LOADED // 50):
            if page.evaluate("document.querySelectorAll('[data-order]').length") >= LOADED or not more.count():
                break
            more.click()
            page.wait_for_load_state("networkidle")
        frames: dict[str, float] = page.evaluate(
            FRAMES, [".scroll, .ant-table-body, .ant-table-tbody-virtual-holder, main", 240, 200]
        )
        page.close()
        return frames


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
    if shutil.which("chromium") is None:
        say("Chromium is not installed: the screens were not measured")
        return []
    screen = Screen(bench.state["token"])
    found: dict[str, float] = {}
    try:
        found["list LCP"] = statistics.median(screen.painted("/app/orders?open=true") for _ in range(5))
        found["order LCP"] = statistics.median(screen.painted(f"/app/orders/{bench.order(bench.orders // 2)}") for _ in range(5))
        opened = [screen.palette() for _ in range(5)]
        found["palette open"] = statistics.median(o for o, _ in opened)
        found["palette result"] = statistics.median(r for _, r in opened)
        frames = screen.scrolling()
        found["list scroll fps"], found["worst frame"] = frames["fps"], frames["worst"]
    finally:
        screen.close()
    rows = [
        {
            "what": name,
            "value": round(value, 1),
            "bar": BARS[name],
            "met": value >= BARS[name] if name in ATLEAST else value <= BARS[name],
        }
        for name, value in found.items()
    ]
    for row in rows:
        say(json.dumps(row, ensure_ascii=False))
    return rows
