"""`./dev manual`: the manual's pictures, taken from a running demo company through its own screens.

Starts everything as a newcomer would (own folder, own port, demo data), logs in as each role, and takes every screen in two widths
and two themes into docs/manual/shots. What is shown is what the product does: no state is made up.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "docs" / "manual" / "shots"
PORT = int(os.environ.get("GONGDAN_MANUAL_PORT", "8471"))
SIZES = {"desktop": (1440, 900), "phone": (360, 740)}
QUALITY = 70
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--force-color-profile=srgb"]


class Screen(NamedTuple):
    """A picture: its name, who sees it, the address, and what to press there."""

    name: str
    role: str
    path: str
    then: Callable[[Any], None] | None = None


def _orders(page: Any) -> Any:
    """The orders of the list: a table on a desk, cards on a phone."""
    return page.get_by_role("region", name="工单列表").or_(page.get_by_role("list", name="工单列表")).get_by_role("link")


def _first_order(page: Any) -> None:
    _orders(page).first.click()
    page.get_by_role("button", name="复制工单号").wait_for()


def _press(keys: str) -> Callable[[Any], None]:
    return lambda page: page.keyboard.press(keys)


def _layout(name: str) -> Callable[[Any], None]:
    def choose(page: Any) -> None:
        page.get_by_label("布局", exact=True).click()
        page.get_by_title(name, exact=True).click()

    return choose


def _global_board(page: Any) -> None:
    page.get_by_text("全局", exact=True).click()
    page.get_by_role("region", name="状态 × 班组").first.wait_for()


def _wall(page: Any) -> None:
    page.get_by_role("link", name="大屏模式").click()
    page.get_by_role("button", name="退出大屏").wait_for()


def _first_customer(page: Any) -> None:
    page.get_by_role("region", name="客户").get_by_role("link").first.click()


OPEN = "/app/orders?open=true"
SCREENS = [
    Screen("home", "manager", "/app/home"),
    Screen("start", "admin", "/app/start"),
    Screen("start-progress", "manager", "/app/start/progress"),
    Screen("home-agent", "agent", "/app/home"),
    Screen("home-dispatcher", "dispatcher", "/app/home"),
    Screen("orders", "agent", OPEN),
    Screen("orders-split", "agent", f"{OPEN}&split=1", _first_order),
    Screen("orders-calendar", "agent", OPEN, _layout("日历")),
    Screen("orders-map", "agent", OPEN, _layout("地图")),
    Screen("order", "agent", "/app/orders?family=working&sort=due", _first_order),
    Screen("create", "agent", "/app/home", _press("c")),
    Screen("board", "manager", "/app/board"),
    Screen("board-global", "manager", "/app/board", _global_board),
    Screen("wall", "manager", "/app/board", _wall),
    Screen("customers", "agent", "/app/customers"),
    Screen("customer", "agent", "/app/customers", _first_customer),
    Screen("engineers", "dispatcher", "/app/engineers"),
    Screen("blueprints", "admin", "/app/blueprints/repair"),
    Screen("inbox", "manager", "/app/inbox"),
    Screen("replies", "agent", "/app/replies"),
    Screen("keys", "agent", OPEN, _press("Control+k")),
    Screen("settings", "agent", "/app/me"),
    Screen("help", "agent", "/app/help/start"),
    Screen("changes", "manager", "/app/changes"),
    Screen("field", "engineer", "/field"),
    Screen("login", "", "/app"),
]


def main() -> int:
    """Take the pictures; `--only NAME …` takes some."""
    options = argparse.ArgumentParser(prog="./dev manual", description=__doc__)
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--keep", metavar="FOLDER", help="use (and keep) this data folder instead of a fresh one")
    chosen = options.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stdout.write("Chromium is not installed: apt-get install chromium\n")
        return 1
    folder = Path(chosen.keep).resolve() if chosen.keep else Path(tempfile.mkdtemp(prefix="gongdan-manual-"))
    command = [sys.executable, "-m", "gongdan.wiring.cli", "up", "--port", str(PORT), "--data", str(folder)]
    product = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        held = _ready(folder, product)
        _take(chromium, held, [s for s in SCREENS if not chosen.only or s.name in chosen.only])
    finally:
        os.killpg(product.pid, signal.SIGTERM)
        product.wait(60)
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _ready(folder: Path, product: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait for the address and the finished demo company; what is known of it."""
    for _ in range(600):
        if product.poll() is not None:
            raise SystemExit("The product did not start; the lines above say why.")
        time.sleep(0.5)
        try:
            held: dict[str, Any] = json.loads((folder / "demo.json").read_text())
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2):
                if held.get("complete"):
                    return held
        except (OSError, ValueError):
            continue
    raise SystemExit("The demo company was not ready in five minutes.")


def _take(chromium: str, held: dict[str, Any], screens: list[Screen]) -> None:
    from playwright.sync_api import sync_playwright

    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                for screen in screens:
                    _shot(browser, held, screen, (width, height), f"{screen.name}-{size}-{scheme}", scheme)
        browser.close()


def _shot(browser: Any, held: dict[str, Any], screen: Screen, box: tuple[int, int], name: str, scheme: str) -> None:
    base = f"http://127.0.0.1:{PORT}"
    context = browser.new_context(
        viewport={"width": box[0], "height": box[1]}, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme=scheme,
        reduced_motion="reduce",
    )  # fmt: skip
    if screen.role:
        data = {"login": screen.role, "password": held["password"], "company": held["tenant"]}
        assert context.request.post(f"{base}/api/v1/sessions", data=data).ok, screen.role
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(base + screen.path)
    _settle(page)
    if screen.then:
        screen.then(page)
        _settle(page)
    taken = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    (SHOTS / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    context.close()


def _settle(page: Any) -> None:
    """Until nothing loads any more: no skeleton, no spinner, no request for half a second."""
    page.wait_for_load_state("networkidle")
    for _ in range(100):
        if not page.evaluate("!!document.querySelector('.ant-skeleton, .ant-spin-spinning')"):
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)


if __name__ == "__main__":
    sys.exit(main())
