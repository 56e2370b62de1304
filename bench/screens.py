"""The console in Chromium against the bench's server: first paint, palette, and frames while lists, timelines and boards move.

A frame's processor time (`… busy`) is the figure to trust on a machine in company; frames a second also wait for the neighbours.
"""

from __future__ import annotations

import shutil
import statistics
import time
from typing import Any

from bench.hot import PORT, Bench, say

LOADED = 5_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
VITALS = (
    "window.__lcp = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) window.__lcp = e.startTime })"
    ".observe({type: 'largest-contentful-paint', buffered: true})"
)
SCROLL = """async ([selector, by, steps]) => {
  const box = document.querySelector(selector), times = [];
  box.scrollTop = 0;
  await new Promise(r => setTimeout(r, 500));
  let last = await new Promise(requestAnimationFrame);
  for (let i = 0; i < steps; i++) {
    box.scrollTop += by;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return [times, box.scrollTop];
}"""
FRAMES = """() => { const seen = []; let on = true; const step = t => { seen.push(t); if (on) requestAnimationFrame(step) };
  requestAnimationFrame(step); window.endFrames = () => { on = false; return seen.slice(1).map((t, i) => t - seen[i]) } }"""


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
        self.context.set_default_timeout(60_000)

    def close(self) -> None:
        """Leave nothing running."""
        self.browser.close()
        self.playwright.stop()

    def _page(self, path: str) -> Any:
        page = self.context.new_page()
        page.goto(f"http://127.0.0.1:{PORT}{path}")
        return page

    def painted(self, path: str) -> float:
        """Milliseconds until the largest part of a page is painted, with a cold cache."""
        page = self.context.new_page()
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(f"http://127.0.0.1:{PORT}{path}")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(2_000)
        found: float = page.evaluate("window.__lcp")
        page.close()
        return found

    def palette(self) -> tuple[float, float]:
        """(milliseconds from the key to the open palette, from the last letter to the order that was meant)."""
        page = self._page("/app/home")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(1_000)
        begun = time.perf_counter()
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="搜索与命令").wait_for()
        opened = (time.perf_counter() - begun) * 1000
        page.keyboard.type("BX-77777")
        begun = time.perf_counter()
        page.get_by_role("option", name="BX-77777").first.wait_for()
        found = (time.perf_counter() - begun) * 1000
        page.close()
        return opened, found

    def _scrolled(self, page: Any, selector: str, by: int, steps: int) -> dict[str, float]:
        """Frames a second, the worst frame, and the page's own processor time a frame, in milliseconds."""
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def busy() -> float:
            return float(next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"))

        before = busy()
        times, top = page.evaluate(SCROLL, [selector, by, steps])
        assert top >= by * steps * 0.9, f"{selector} was scrolled to {top} only"
        return {"fps": 1000 * len(times) / sum(times), "worst frame": max(times), "busy": (busy() - before) / len(times) * 1000}

    def list_rows(self) -> dict[str, float]:
        """Scrolling the work list with 5,000 rows loaded."""
        page = self._page("/app/orders?open=true")
        more = page.get_by_role("button", name="加载更多")
        for loaded in range(100, LOADED + 1, 100):
            page.get_by_text(f"已加载 {loaded} 张").wait_for()
            if loaded < LOADED:
                more.click()
        found = self._scrolled(page, "[role=region][aria-label='工单列表'], .grid.scroll", 120, 300)
        page.close()
        return found

    def timeline(self, order: str) -> dict[str, float]:
        """Scrolling an order's page with all entries of its timeline loaded."""
        page = self._page(f"/app/orders/{order}")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(1_000)
        for _ in range(600):
            if page.evaluate("document.querySelectorAll('article').length") >= LOADED:
                break
            page.evaluate("document.querySelector('main').scrollTop = 1e9")
            page.wait_for_timeout(60)
        else:
            raise AssertionError("the timeline did not show all of its entries")
        found = self._scrolled(page, "main", 120, 300)
        page.close()
        return found

    def board(self) -> dict[str, float]:
        """Frames while a card is dragged over a full board."""
        page = self._page("/app/board?kind=team&blueprint=repair")
        card = page.locator("[data-card]").first
        card.wait_for()
        page.wait_for_timeout(1_000)
        cards = page.locator("[data-card]").count()
        box = card.bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + 12)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 30)
        page.evaluate(FRAMES)
        for turn in range(3):
            page.mouse.move(300 + 80 * turn, 300, steps=25)
            page.mouse.move(1200 - 60 * turn, 500, steps=25)
        times = page.evaluate("window.endFrames()")
        page.keyboard.press("Escape")
        page.close()
        return {"fps": 1000 / statistics.median(times), "worst frame": max(times), "cards": cards}


def measure(bench: Bench, long_order: str) -> dict[str, float]:
    """Every figure of the screens by its name in `desk.BARS`; nothing when there is no Chromium."""
    if shutil.which("chromium") is None:
        say("Chromium is not installed: the screens were not measured")
        return {}
    screen = Screen(bench.state["token"])
    found: dict[str, float] = {}
    try:
        for name, path in (("list LCP", "/app/orders?open=true"), ("order LCP", f"/app/orders/{bench.order(bench.orders // 2)}")):
            found[name] = statistics.median(screen.painted(path) for _ in range(5))
        opened = [screen.palette() for _ in range(5)]
        found["palette open"] = statistics.median(o for o, _ in opened)
        found["palette result"] = statistics.median(r for _, r in opened)
        for name, frames in (
            ("list scroll", screen.list_rows()),
            ("timeline scroll", screen.timeline(long_order)),
            ("board drag", screen.board()),
        ):
            found |= {f"{name} {key}": value for key, value in frames.items()}
    finally:
        screen.close()
    return found
