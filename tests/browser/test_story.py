"""The story once through a real browser: a customer reports, the engineer works on the phone page, the agent closes.

Driven by accessible names only. Skips, saying so, where Chromium is not installed.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from gongdan.wiring.testing import World
from tests.browser.people import Person, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story")]


def _open(browser: Any, base: str, width: int, login: str = "", company: str = "") -> tuple[Any, list[str]]:
    person = Person(browser, base, width, login, company)
    return person.page, person.problems


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
    answer = customer.get_by_role("status").or_(customer.get_by_role("alert")).first
    answer.wait_for()
    assert "感谢您的评价" in answer.inner_text()

    agent, agent_problems = _open(browser, base, 1440, "agent", slug)
    agent.goto(f"{base}/app/orders")
    agent.get_by_role("link", name="三楼空调漏水").first.click()
    agent.get_by_role("button", name="更多", exact=True).click()
    agent.get_by_role("menuitem", name="关闭").click()
    agent.get_by_text("已关闭").first.wait_for()
    assert customer_problems + engineer_problems + agent_problems == []


@pytest.mark.parametrize(("login", "path", "width"), [("", "/app", 1440), ("", "/p/{slug}/report/repair", 360)])
def test_no_screen_breaks_the_accessibility_rules(site: tuple[str, World], browser: Any, login: str, path: str, width: int) -> None:
    base, scene = site
    page, _ = _open(browser, base, width, login, scene.company.slug if login else "")
    page.goto(base + path.format(slug=scene.company.slug))
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), "no sideways scroll of the page"
