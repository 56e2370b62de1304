"""Live in the console: others' changes at once, who else is there, an honest dot, and an inbox of what needs me."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.people import Person, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("live")]


@pytest.fixture
def sit(site: Any, browser: Any) -> Iterator[Any]:
    people: list[Person] = []

    def down(role: str, width: int = 1440, **options: Any) -> Person:
        people.append(Person(browser, site[0], width, role, site[1].company.slug, **options))
        return people[-1]

    yield down
    for one in people:
        one.context.close()


def _open(who: Person, path: str) -> Any:
    who.page.goto(who.base + path)
    return who.page


def _live(page: Any) -> None:
    page.get_by_text("实时更新", exact=True).wait_for(state="attached")


def _service(who: Person, title: str, **values: Any) -> dict[str, Any]:
    body = {"blueprint": "service", "title": title, "fields": {"category": "consult"}, **values}
    made: dict[str, Any] = who.say("POST", "/orders", body)
    return made


def _give(who: Person, order: dict[str, Any], to: Any) -> None:
    version = who.get(f"/orders/{order['id']}")["version"]
    who.say("POST", f"/orders/{order['id']}/assign", {"assignee_id": str(to)}, version)


def test_a_list_hears_of_somebody_elses_change_within_two_seconds(sit: Any) -> None:
    agent, manager = sit("agent"), sit("manager")
    order = _service(agent, "咨询保修")
    page = _open(manager, "/app/orders?q=" + order["number"])
    row = page.get_by_role("row").filter(has_text="咨询保修")
    row.wait_for()
    _live(page)
    begun = time.monotonic()
    version = agent.get(f"/orders/{order['id']}")["version"]
    agent.say("POST", f"/orders/{order['id']}/cancel", {"reason": "误报"}, version)
    row.get_by_text("已取消").first.wait_for(timeout=2_000)
    assert time.monotonic() - begun < 2
    assert manager.problems == []


def test_who_else_looks_is_shown_and_goes_at_once_or_within_seconds(sit: Any) -> None:
    agent, manager = sit("agent"), sit("manager")
    order = _service(agent, "看看谁在")
    page = _open(agent, f"/app/orders/{order['id']}")
    _live(page)
    other = _open(manager, f"/app/orders/{order['id']}")
    page.get_by_role("list", name="也在这里的人").get_by_text("赵敏 正在查看").wait_for()
    other.get_by_role("list", name="也在这里的人").get_by_text("陈静 正在查看").wait_for()
    manager.go("/app/orders")
    page.get_by_role("list", name="也在这里的人").wait_for(state="detached", timeout=3_000)
    manager.go(f"/app/orders/{order['id']}")
    page.get_by_role("list", name="也在这里的人").wait_for()
    manager.context.close()
    page.get_by_role("list", name="也在这里的人").wait_for(state="detached", timeout=45_000)
    assert agent.problems == []


def test_many_windows_share_one_line_and_the_next_takes_it_over(sit: Any) -> None:
    agent, manager = sit("agent"), sit("manager")
    order = _service(agent, "两个窗口")
    first = _open(manager, "/app/orders")
    _live(first)
    second = manager.context.new_page()
    second.goto(f"{manager.base}/app/orders/{order['id']}")
    _live(second)
    page = _open(agent, f"/app/orders/{order['id']}")
    page.get_by_text("赵敏 正在查看").wait_for()
    first.close()
    version = agent.get(f"/orders/{order['id']}")["version"]
    agent.say("POST", f"/orders/{order['id']}/cancel", {"reason": "误报"}, version)
    second.get_by_text("已取消").first.wait_for(timeout=5_000)


def test_the_dot_says_since_when_one_is_offline_and_catches_up(sit: Any) -> None:
    agent, manager = sit("agent"), sit("manager")
    order = _service(agent, "断网")
    page = _open(manager, "/app/orders?q=" + order["number"])
    row = page.get_by_role("row").filter(has_text="断网")
    row.wait_for()
    _live(page)
    manager.context.set_offline(True)
    page.get_by_text(re.compile(r"^\d\d:\d\d 起离线$")).wait_for()
    version = agent.get(f"/orders/{order['id']}")["version"]
    agent.say("POST", f"/orders/{order['id']}/cancel", {"reason": "误报"}, version)
    manager.context.set_offline(False)
    _live(page)
    row.get_by_text("已取消").first.wait_for()


def test_the_inbox_is_worked_off_by_keyboard_and_undone(sit: Any, site: Any) -> None:
    agent, manager = sit("agent"), sit("manager")
    page = _open(manager, "/app/inbox")
    page.get_by_text("都处理完了").wait_for()
    _live(page)
    for title in ("第一件", "第二件"):
        _give(agent, _service(agent, title), site[1].company.people["manager"])
    bell = page.get_by_role("button", name=re.compile("^通知 2 条：指派给我 2$"))
    bell.wait_for()
    assert page.get_by_role("status").get_by_text(re.compile("^新增 [12] 条通知$")).count() == 1
    items = page.get_by_role("main").get_by_role("listitem")
    items.filter(has_text="第二件").wait_for()
    page.locator("body").press("j")
    page.locator("body").press("e")
    items.filter(has_text="第二件").wait_for(state="detached")
    page.locator("body").press("z")
    items.filter(has_text="第二件").wait_for()
    page.locator("body").press("h")
    page.get_by_role("menuitem", name="1 小时后").click()
    page.get_by_text(re.compile("^已推迟到")).wait_for()
    page.get_by_text("已推迟", exact=True).click()
    aside = page.get_by_role("main").get_by_role("listitem")
    aside.first.wait_for()
    assert aside.count() == 1
    aside.get_by_role("button", name="现在显示").click()
    page.get_by_text("没有这样的通知").wait_for()
    page.get_by_text("待处理", exact=True).click()
    items.nth(1).wait_for()
    first = items.first
    first.get_by_role("button", name="静音").click()
    page.get_by_role("menuitem", name="「指派给我」静音 1 小时").click()
    page.get_by_text("静音中 1").wait_for()
    page.locator("body").press("z")
    page.get_by_text("静音中 1").wait_for(state="detached")
    items.nth(1).wait_for()
    assert manager.problems == []


@pytest.mark.parametrize(("width", "lang", "dark"), [(1440, "zh", False), (360, "en", True)])
def test_the_inbox_is_accessible_and_fits(sit: Any, site: Any, width: int, lang: str, dark: bool) -> None:
    agent = sit("agent")
    role = "dispatcher" if dark else "admin"
    for title in ("漏水报修，楼层较高请带梯子并提前联系物业登记", "第二件"):
        _give(agent, _service(agent, title), site[1].company.people[role])
    who = sit(role, width, lang=lang, color_scheme="dark" if dark else "light")
    page = _open(who, "/app/inbox")
    page.get_by_role("main").get_by_role("listitem").nth(1).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page) == []
    assert who.problems == []
