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
SCREENS = (
    "home?tier=execution", "home?tier=management", "home?tier=decision",
    "orders", "orders?sort=due&open=true&q=x&tag=vip&family=waiting,working", "orders?group=state", "orders?layout=calendar",
    "orders?layout=map", "board?kind=personal", "board?kind=team&lanes=team", "board?kind=team&by=person", "board?kind=global",
    "board?wall=1&every=3600", "customers", "engineers", "blueprints", "inbox", "replies", "me",
    "start", "start/progress", "help/start", "changes", "nowhere",
)  # fmt: skip
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
READY = "!!document.querySelector('h1, main .ant-alert, main .empty, form') && !document.querySelector('.ant-skeleton, .ant-spin')"
CUT = (
    "[...document.querySelectorAll('header button, header a, h1, nav:not(main nav) a, nav summary, .primary, "
    ".ant-modal-footer button')]"
    ".filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()])"
    ".filter(([e, r]) => r.right > innerWidth + 1 || r.left < -1).map(([e]) => e)"
    ".map(e => e.outerHTML.slice(0, 120))"
)
UNSAID = (
    "document.body.innerText.match("
    "/\\b(about|board|channel|family|link|priority|role|scope|shows|sla|step|tier|verb|waiting)_[a-z]\\w*/g) ?? []"
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
    assert (name, page.evaluate(UNSAID)) == (name, []), "a word, not its key"
    if width == 360:
        assert (name, page.evaluate(CUT)) == (name, [])


@pytest.mark.parametrize(("scheme", "lang", "width"), COMBINATIONS)
def test_every_screen_of_the_console(site: tuple[str, World], browser: Any, scheme: str, lang: str, width: int) -> None:
    base, scene = site
    person = Person(browser, base, width, "manager", scene.company.slug, color_scheme=scheme, lang=lang)
    late = person.order(title="空压机漏油" * 12, description="x" * 200, contact_phone="13800138000")["id"]
    person.say("POST", f"/orders/{late}/comments", {"body": "客户明天在现场 " * 8, "internal": True})
    page = person.open("/app/home")
    customer = person.say("POST", "/customers", {"name": "深圳湾科技园物业管理有限公司" * 3})["id"]
    for path in (*SCREENS, f"customers/{customer}", f"orders?split=1&peek={late}"):
        person.go(f"/app/{path}")
        _look(person, path, width)
    person.go("/app/blueprints/repair")
    for tab in page.get_by_role("tab").all():
        tab.click()
    _look(person, "blueprint", width)
    person.open(f"/app/orders/{late}")
    page.get_by_role("tab", name=re.compile("^(相似单|Similar)$")).wait_for()
    for tab in page.get_by_role("tab").all():
        tab.click()
        _look(person, f"order, {tab.inner_text()}", width)
    for name, press in _opened(page):
        try:
            press()
            page.get_by_role("dialog").first.wait_for()
        except Exception as error:
            raise AssertionError(f"{name} did not open; {_focus(page)}; {person.problems}") from error
        _look(person, name, width)
        page.keyboard.press("Escape")
        page.get_by_role("dialog").first.wait_for(state="hidden")
    assert person.problems == []
    person.context.close()


def _focus(page: Any) -> str:
    return str(
        page.evaluate("document.activeElement.outerHTML.slice(0, 200) + [...document.querySelectorAll('[role=dialog]')].length")
    )


def _opened(page: Any) -> list[tuple[str, Any]]:
    """What lies over a page: its name, and how one gets it."""

    def found() -> None:
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name=re.compile("^(搜索与命令|Search)")).wait_for()
        page.keyboard.type("空压机")
        page.get_by_role("option", name=re.compile("空压机漏油")).first.wait_for()

    return [
        ("edit", page.get_by_role("button", name=re.compile("^(编辑|Edit)$")).click),
        ("create", lambda: page.keyboard.press("c")),
        ("palette", lambda: page.keyboard.press("Control+k")),
        ("palette, typed", found),
        ("keys", lambda: page.keyboard.press("?")),
    ]


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
