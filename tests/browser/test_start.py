"""From nothing to a finished, rated order by what the screen says; sample data in and out; the exercise; feedback."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from gongdan.accounts.tests import factories
from gongdan.kernel.clock import SystemClock
from gongdan.kernel.work import unit_of_work
from gongdan.onboarding import actions
from gongdan.onboarding.schemas import IndustryIn
from gongdan.wiring.testing import World
from tests.browser.people import Person, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("start")]
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
SECONDS = 300


@pytest.fixture(scope="module")
def empty(site: tuple[str, World]) -> factories.Company:
    """A company with people and nothing else, on the same server; made before Playwright runs its loop."""
    assert site
    return factories.company(SystemClock().now().replace(microsecond=0))


@pytest.fixture(scope="module")
def ready(site: tuple[str, World]) -> dict[str, factories.Company]:
    """Companies that have chosen their industry; the site's worker makes their sample data."""
    assert site
    now = SystemClock().now().replace(microsecond=0)
    made = {name: factories.company(now) for name in ("filled", "leaving")}
    for company in made.values():
        with unit_of_work(company.actor("admin"), now) as work:
            actions.set_up(work, IndustryIn("property"))
    return made


@pytest.fixture
def sit(site: tuple[str, World], empty: factories.Company, ready: dict[str, factories.Company], browser: Any) -> Iterator[Any]:
    """`sit(role, of)`: somebody of one of these companies at a desk. Nobody's console may hold an error."""
    people: list[Person] = []

    def down(role: str, of: str = "filled", width: int = 1440, **options: Any) -> Person:
        person = Person(browser, site[0], width, role, (ready | {"empty": empty})[of].slug, **options)
        people.append(person)
        for _ in range(300):
            if of == "empty" or role != "admin" or person.get("/onboarding")["state"] != "running":
                break
            person.page.wait_for_timeout(100)
        return person

    yield down
    for person in people:
        person.context.close()
    for person in people:
        assert person.problems == []


def looked_at(person: Person, name: str) -> None:
    person.page.wait_for_timeout(300)
    assert (name, violations(person.page)) == (name, [])
    assert (name, person.page.evaluate(OVERFLOW) <= 1) == (name, True)


def test_from_an_empty_company_to_a_rated_order(sit: Any) -> None:
    begun = time.monotonic()
    admin = sit("admin", "empty")
    page = admin.open("/app")
    page.get_by_role("heading", name="选择行业").wait_for()
    assert page.url.endswith("/app/start")
    chosen = time.monotonic()
    page.get_by_role("button", name=re.compile("^物业")).click()
    page.get_by_role("button", name="开始设置").click()
    page.get_by_role("heading", name="已按“物业”设置好").wait_for(timeout=30_000)
    assert time.monotonic() - chosen <= 30
    assert len(admin.get("/orders?limit=200")["items"]) == 40
    page.get_by_role("button", name="开始练习").click()
    card = page.get_by_role("complementary", name="我的练习")
    card.get_by_text("第 1 步，共 6 步 · 新建一张工单").wait_for()
    page.get_by_role("button", name="新建工单").click()
    panel = page.get_by_role("dialog")
    panel.get_by_label("工单类型").click()
    page.get_by_title("服务工单").click()
    panel.get_by_label("标题").fill("练习：大堂空调不制冷")
    page.get_by_role("button", name="创建并打开").click()
    page.get_by_role("heading", name="练习：大堂空调不制冷").wait_for()
    card.get_by_text("第 2 步，共 6 步 · 把工单派出去").wait_for()
    page.get_by_role("tab", name="派单建议").click()
    page.get_by_role("button", name=re.compile("派给他")).first.click()
    card.get_by_text("第 3 步，共 6 步 · 开始服务").wait_for()
    page.get_by_role("button", name="开始服务").click()
    card.get_by_text("第 4 步，共 6 步 · 完成服务").wait_for()
    page.get_by_role("button", name="完成服务", exact=True).click()
    card.get_by_text("第 5 步，共 6 步 · 以客户身份评价").wait_for()
    with page.context.expect_page() as opened:
        card.get_by_role("button", name="以客户身份打开评价页").click()
    customer = opened.value
    customer.get_by_label("5 星").check()
    customer.get_by_role("button", name="提交").click()
    customer.get_by_text("感谢您的评价").wait_for()
    page.bring_to_front()
    card.get_by_text("第 6 步，共 6 步 · 关闭工单").wait_for()
    page.reload()
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="关闭").click()
    card.wait_for(state="detached")
    assert admin.get("/onboarding/tour")["state"] == "done"
    order_id = admin.get("/onboarding/tour")["order_id"]
    assert [s["score"] for s in admin.get(f"/orders/{order_id}/survey")] == [5]
    assert time.monotonic() - begun <= SECONDS


@pytest.mark.parametrize(("scheme", "lang", "width"), [("light", "zh", 1440), ("dark", "en", 360)])
def test_the_pages_hold_in_both_languages_and_sizes(sit: Any, scheme: str, lang: str, width: int) -> None:
    admin = sit("admin", width=width, color_scheme=scheme, lang=lang)
    begun = "已按" if lang == "zh" else "Set up for"
    page = admin.open("/app/start")
    page.get_by_role("heading", name=re.compile(begun)).wait_for()
    looked_at(admin, "start")
    for part, heading in (("progress", "上手进度|Who has done"), ("feedback", "收到的反馈|Feedback received")):
        admin.go(f"/app/start/{part}")
        page.get_by_role("heading", name=re.compile(heading)).wait_for()
        looked_at(admin, part)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("上手与反馈|Guide and feedback")).press("Enter")
    looked_at(admin, "menu")


def test_an_agent_practises_by_keyboard_and_gives_feedback(sit: Any) -> None:
    agent = sit("agent")
    page = agent.open("/app/start")
    page.get_by_role("button", name="开始练习").focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("complementary", name="我的练习")
    card.get_by_role("button", name="收起练习").press("Enter")
    assert card.get_by_role("list").count() == 0
    card.get_by_role("button", name="展开练习").press("Enter")
    card.get_by_role("button", name="我做完了，检查一下").click()
    page.get_by_text("还没有看到这一步").wait_for()
    page.reload()
    card.get_by_text("第 1 步，共 6 步").wait_for()
    card.get_by_role("button", name="跳过练习").click()
    card.wait_for(state="detached")
    page.get_by_role("button", name="上手与反馈").press("Enter")
    page.get_by_role("menuitem", name="反馈").click()
    page.get_by_label("遇到了什么问题，或希望怎样？").fill("希望能批量打印")
    page.get_by_role("button", name="提交反馈").click()
    page.get_by_text("谢谢，已保存").wait_for()
    admin = sit("admin")
    said = admin.open("/app/start/feedback")
    said.get_by_text("希望能批量打印").wait_for()
    said.get_by_text("/app/start").first.wait_for()


def test_the_administrator_adds_a_person_and_takes_the_sample_data_away(sit: Any) -> None:
    admin = sit("admin", "leaving")
    page = admin.open("/app/start")
    page.get_by_role("button", name="添加人员").click()
    box = page.get_by_role("dialog")
    box.get_by_label("姓名").fill("钱多")
    box.get_by_label("登录名").fill("qianduo")
    box.get_by_label("角色").click()
    page.get_by_title("客服专员").click()
    box.get_by_label("初始密码（至少 12 位）").fill("a long password 1")
    box.get_by_role("button", name="添加人员").click()
    page.get_by_text("已添加 钱多").wait_for()
    page.get_by_role("button", name="清除演示数据").click()
    box = page.get_by_role("dialog", name="清除演示数据")
    remove = box.get_by_role("button", name="清除演示数据")
    assert remove.is_disabled()
    box.get_by_role("textbox").fill("测试公司")
    remove.click()
    page.get_by_text(re.compile(r"已清除 \d+ 张演示工单")).wait_for()
    assert admin.get("/onboarding")["samples"] == {}
    assert all("（演示）" not in c["name"] for c in admin.get("/customers")["items"])
    assert [u["name"] for u in admin.get("/users?limit=200")["items"] if u["login"] == "qianduo"] == ["钱多"]


def test_the_administrator_looks_as_an_agent(sit: Any) -> None:
    admin = sit("admin")
    page = admin.open("/app/start")
    menu = page.get_by_role("navigation", name="主菜单")
    page.get_by_role("button", name="客服专员").click()
    page.get_by_text("正在以「客服专员」查看").wait_for()
    leave = page.get_by_role("button", name="退出角色查看")
    assert page.url.endswith("/app/home")
    page.get_by_role("link", name=re.compile(r"等客户")).wait_for()  # a figure of the agent's home
    assert menu.get_by_role("link").count() >= 5
    page.goto(f"{admin.base}/app/start")
    page.get_by_role("button", name="开始练习").wait_for()
    assert page.get_by_role("heading", name="上线清单").count() == 0
    looked_at(admin, "preview")
    leave.click()
    page.get_by_role("heading", name="上线清单").wait_for()


def test_the_exercise_card_fits_a_phone(sit: Any) -> None:
    dispatcher = sit("dispatcher", width=360)
    page = dispatcher.open("/app/start")
    page.get_by_role("button", name="开始练习").click()
    card = page.get_by_role("complementary", name="我的练习")
    card.get_by_role("button", name="展开练习").click()  # folded at first, where there is little room
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    looked_at(dispatcher, "card")
    card.get_by_role("link", name=re.compile("打开练习工单")).click()
    page.get_by_role("heading", name="练习工单：会议室空调不制冷").wait_for()
