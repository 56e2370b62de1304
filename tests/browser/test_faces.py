"""The console and the engineer page, screen by screen: usable by everybody, nothing cut at 360 px, no error in the console.

Each in light and dark, Chinese and English, at 1440, 768 and 360 px.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

from gongdan.wiring.testing import World
from tests.browser.people import Person, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("faces")]
COMBINATIONS = list(product(("light", "dark"), ("zh", "en"), (1440, 768, 360)))
BOTH = {
    "edit": r"^(编辑|Edit)$",
    "who": r"^(派单建议|Who fits)$",
    "why": r"^(时限|Deadline)$",
    "more": r"^(更多|More|操作|Actions)",
}
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
READY = "!!document.querySelector('h1, main .ant-alert, main .empty, form') && !document.querySelector('.ant-skeleton, .ant-spin')"
CUT = (
    "[...document.querySelectorAll('header button, header a, h1, nav a, nav summary, .primary, .ant-modal-footer button')]"
    ".filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()])"
    ".filter(([e, r]) => r.right > innerWidth + 1 || r.left < -1).map(([e]) => e)"
    ".map(e => e.outerHTML.slice(0, 120))"
)


def _look(person: Person, name: str, width: int) -> None:
    page = person.page
    for _ in range(200):  # the page's own policy forbids wait_for_function
        if page.evaluate(READY):
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(50)
    assert (name, violations(page)) == (name, [])
    assert (name, page.evaluate(OVERFLOW) <= 1) == (name, True), "no sideways scroll of the page"
    if width == 360:
        assert (name, page.evaluate(CUT)) == (name, [])


@pytest.mark.parametrize(("scheme", "lang", "width"), COMBINATIONS)
def test_every_screen_of_the_console(site: tuple[str, World], browser: Any, scheme: str, lang: str, width: int) -> None:
    base, scene = site
    person = Person(browser, base, width, "manager", scene.company.slug, color_scheme=scheme, lang=lang)
    late = person.order(title="空压机漏油" * 12, description="x" * 200, contact_phone="13800138000")["id"]
    person.say("POST", f"/orders/{late}/comments", {"body": "客户明天在现场 " * 8, "internal": True})
    person.open("/app/home")
    for path in (
        "home",
        "orders",
        "board",
        "customers",
        "engineers",
        "blueprints",
        "inbox",
        "nowhere",
        "orders?sort=due&open=true&q=x&tag=vip&family=waiting,working",
    ):
        person.go(f"/app/{path}")
        _look(person, path, width)
    page = person.go("/app/blueprints/repair")
    for tab in page.get_by_role("tab").all():
        tab.click()
    _look(person, "blueprint", width)
    page = person.go(f"/app/orders/{late}")
    for name in ("who", "why"):
        page.get_by_role("tab", name=re.compile(BOTH[name])).click()
    _look(person, "order", width)
    page.get_by_role("button", name=re.compile(BOTH["edit"])).click()
    page.get_by_role("dialog").wait_for()
    _look(person, "edit", width)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.keyboard.press("c")
    page.get_by_role("dialog").wait_for()
    _look(person, "create", width)
    assert person.problems == []
    person.context.close()


@pytest.mark.parametrize(("scheme", "lang", "width"), COMBINATIONS)
def test_every_screen_of_the_engineer(site: tuple[str, World], browser: Any, scheme: str, lang: str, width: int) -> None:
    base, scene = site
    agent = Person(browser, base, 1440, "agent", scene.company.slug)
    made = agent.order(title="消防水泵无法启动" * 8, contact_phone="13800138000", address="深圳市宝安区人民路 513 号")
    agent.context.close()
    person = Person(browser, base, width, "engineer", scene.company.slug, color_scheme=scheme, lang=lang)
    page = person.open("/field")
    page.get_by_role("button", name=re.compile("消防水泵")).first.wait_for()
    _look(person, "mine", width)
    page.get_by_role("navigation").get_by_role("button").nth(2).click()
    _look(person, "outbox", width)
    person.open(f"/field#job/{made['id']}")
    page.reload()
    page.get_by_role("button", name=re.compile("^(挂起|Hold)$")).click()
    _look(person, "job, hold", width)
    small = page.evaluate(
        "[...document.querySelectorAll('button, a, summary, select, input:not([type=file])')].filter(e => e.checkVisibility())"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == [], "a thumb needs 44 px"
    assert person.problems == []
    person.context.close()


@pytest.mark.parametrize(("path", "login"), [("/app/orders", ""), ("/field", ""), ("/app/customers", "partner")])
def test_outside_and_without_permission(site: tuple[str, World], browser: Any, path: str, login: str) -> None:
    base, scene = site
    for scheme, lang in (("light", "zh"), ("dark", "en")):
        person = Person(browser, base, 360, login, scene.company.slug if login else "", color_scheme=scheme, lang=lang)
        page = person.open(path)
        expected = re.compile("您没有权限|You may not see") if login else re.compile("^(登录|Log in)$")
        (page.get_by_text(expected).first if login else page.get_by_role("button", name=expected)).wait_for()
        _look(person, path, 360)
        person.context.close()
