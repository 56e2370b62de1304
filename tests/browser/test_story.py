"""The story once through a real browser: a customer reports, the engineer works on the phone page, the agent closes.

Driven by accessible names only. Skips, saying so, where Chromium is not installed.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongdan.accounts.tests.factories import PASSWORD
from gongdan.kernel.clock import SystemClock
from gongdan.wiring import testing
from gongdan.wiring.testing import World

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DIST = Path(__file__).resolve().parents[2] / "web" / "dist" / "index.html"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Iterator[tuple[str, World]]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    if not DIST.exists():
        pytest.skip("the web faces are not built (npm run build)")
    now = SystemClock().now().replace(microsecond=0)
    patch = pytest.MonkeyPatch()
    patch.setattr(testing, "NOW", now)
    patch.setattr(testing.factories, "NOW", now)
    patch.setattr(testing.factories.company, "__defaults__", (now,))
    scene = testing.world()
    patch.undo()
    scene.order()  # here, because Django refuses a thread in which Playwright runs its loop
    port = _free_port()
    command = [sys.executable, "-m", "gongdan.wiring.cli"]
    processes = [
        subprocess.Popen([*command, "serve", "--port", str(port), "--workers", "1"], env=os.environ.copy()),
        subprocess.Popen([*command, "worker"], env=os.environ.copy()),
    ]
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", scene
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(15)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


def _open(browser: Any, base: str, width: int, login: str = "", company: str = "") -> tuple[Any, list[str]]:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai")
    if login:
        data = {"login": login, "password": PASSWORD, "company": company}
        assert context.request.post(f"{base}/api/v1/sessions", data=data).status == 201
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.set_default_timeout(15_000)
    return page, problems


def test_the_story_in_a_browser(site: tuple[str, World], browser: Any) -> None:
    base, scene = site
    slug = scene.company.slug
    customer, customer_problems = _open(browser, base, 360)
    customer.goto(f"{base}/p/{slug}/report/repair")
    customer.get_by_label(re.compile("问题描述")).fill("三楼空调漏水")
    customer.get_by_label(re.compile("故障类型")).select_option("hvac")
    customer.get_by_label(re.compile("联系电话")).fill("13800138000")
    customer.get_by_role("button", name="提交").click()
    customer.get_by_role("link", name="查看进度").click()
    assert "待处理" in customer.content()

    engineer, engineer_problems = _open(browser, base, 360, "engineer", slug)
    for _ in range(20):
        engineer.goto(f"{base}/field")
        job = engineer.get_by_role("button", name=re.compile("三楼空调漏水"))
        engineer.wait_for_timeout(800)
        if job.count():
            break
    job.first.click()
    engineer.get_by_role("button", name="接单").click()
    engineer.get_by_role("button", name="开始服务").click()
    engineer.get_by_role("button", name="完成服务").click()
    engineer.get_by_label("故障原因").fill("排水管堵塞")
    finish = engineer.get_by_role("button", name=re.compile("提交完成"))
    finish.focus()
    engineer.keyboard.press("Enter")
    engineer.get_by_text("已解决").first.wait_for()

    customer.reload()
    customer.get_by_role("link", name="评价服务").click()
    customer.get_by_label("5 星").check()
    customer.get_by_role("button", name="提交").click()
    assert "感谢您的评价" in customer.content()

    agent, agent_problems = _open(browser, base, 1440, "agent", slug)
    agent.goto(f"{base}/app/orders")
    agent.get_by_role("link", name="三楼空调漏水").first.click()
    agent.get_by_role("button", name="更多").click()
    agent.get_by_role("menuitem", name="关闭").click()
    agent.get_by_text("已关闭").first.wait_for()
    assert customer_problems + engineer_problems + agent_problems == []


@pytest.mark.parametrize(
    ("login", "path", "width"),
    [
        ("agent", "/app/home", 1440),
        ("agent", "/app/orders", 1440),
        ("agent", "/app/orders", 360),
        ("manager", "/app/board", 1440),
        ("agent", "/app/blueprints/repair", 1440),
        ("agent", "/app/customers", 1440),
        ("agent", "/app/inbox", 1440),
        ("engineer", "/field", 360),
        ("", "/app", 1440),
        ("", "/p/{slug}/report/repair", 360),
    ],
)
def test_no_screen_breaks_the_accessibility_rules(site: tuple[str, World], browser: Any, login: str, path: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    base, scene = site
    page, _ = _open(browser, base, width, login, scene.company.slug if login else "")
    page.goto(base + path.format(slug=scene.company.slug))
    page.wait_for_timeout(1500)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, options=options).response["violations"]
    told = [(v["id"], [(n["html"][:300], n["failureSummary"][:200]) for n in v["nodes"][:3]]) for v in found]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), "no sideways scroll of the page"
