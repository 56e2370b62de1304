"""A new order: what it costs in actions, what is found and suggested, what a chat proposes, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from gongdan.wiring.testing import World
from tests.browser.callers import PHONE, caller, learn
from tests.browser.people import Person, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("create")]

FIRST = "电话、序列号、客户名或问题描述"
CHAT = (
    "张三 10:21\n你好，我们的水泵漏水了，一直报E5，麻烦尽快\n客服小美 10:22\n您好，请提供一下地址和电话\n"
    "张三 10:23\n深圳市南山区科技园南路18号\n联系人王经理 １３９-１１１１-２２２２\n[图片]\n张三 10:24\n明天下午三点可以吗"
)


@pytest.fixture(scope="module")
def known(site: tuple[str, World], browser: Any) -> dict[str, Any]:
    """A customer with a contact, a site and a machine; finished orders to learn from."""
    base, scene = site
    admin = Person(browser, base, 1440, "admin", scene.company.slug)
    found = caller(admin)
    admin.context.close()
    return found


@pytest.fixture(scope="module", autouse=True)
def learned(site: tuple[str, World], known: dict[str, Any]) -> None:
    learn(site[1])


@pytest.fixture
def sit(site: tuple[str, World], browser: Any) -> Iterator[Any]:
    """`sit(role)`: somebody at a desk. Nobody's console may hold an error."""
    base, scene = site
    people: list[Person] = []

    def down(role: str, width: int = 1440, *, expected: tuple[str, ...] = (), **options: Any) -> Person:
        person = Person(browser, base, width, role, scene.company.slug, **options)
        person.expected = expected
        people.append(person)
        return person

    yield down
    for person in people:
        person.context.close()
    for person in people:
        assert [p for p in person.problems if not any(e in p for e in person.expected)] == []


def _panel(person: Person, path: str = "/app/home") -> Any:
    page = person.open(path)
    page.get_by_role("button", name="新建工单").wait_for()
    page.keyboard.press("c")
    panel = page.get_by_role("dialog")
    panel.get_by_label(FIRST).wait_for()
    return panel


def _made(person: Person) -> Any:
    person.page.wait_for_url(re.compile(r"/app/orders/[0-9a-f-]{36}$"))
    return person.get("/orders/" + person.page.url.rsplit("/", 1)[1])


def test_an_address_opens_the_panel_with_its_template(sit: Any) -> None:
    page = (agent := sit("agent")).open("/app/orders?open=true&new=service")
    page.get_by_role("dialog").get_by_text("服务工单", exact=True).wait_for()
    assert page.url == f"{agent.base}/app/orders?open=true"


def test_what_is_typed_before_the_words_of_the_parts_came_stays(sit: Any) -> None:
    """The words of antd came, everything was mounted anew, and the panel an address had asked for was gone."""
    page, late = (agent := sit("agent")).page, []
    page.route("**/assets/zh_CN-*.js", lambda route: late.append(route))
    agent.open("/app/orders?new=service")
    page.get_by_role("dialog").get_by_label("标题").fill("早早写下")
    assert late, "the words are still on their way"
    for route in late:
        route.continue_()
    page.wait_for_function("() => performance.getEntriesByType('resource').some(e => /zh_CN-/.test(e.name) && e.responseEnd)")
    page.wait_for_timeout(300)
    assert page.get_by_role("dialog").get_by_label("标题").input_value() == "早早写下"


def test_a_machine_brings_its_customer_place_and_warranty(sit: Any, known: dict[str, Any]) -> None:
    agent = sit("agent")
    panel, page = _panel(agent), agent.page
    page.keyboard.type("https://example.com/q?sn=KY-2024-001")
    page.get_by_text(re.compile("设备.*1号空压机")).first.wait_for()
    page.keyboard.press("Enter")
    panel.get_by_text("客户 坪山物业", exact=True).wait_for()
    panel.get_by_text(re.compile("已过保，2020-01-31 到期")).wait_for()
    panel.get_by_text("来自设备 1号空压机").first.wait_for()
    assert panel.get_by_label("地址").input_value() == "深圳市坪山区龙田街道1号"
    panel.get_by_label("地址").fill("深圳市南山区科技园1号")
    page.keyboard.press("Tab")
    panel.get_by_text("识别为：深圳市 · 南山区").wait_for()
    panel.get_by_text(re.compile("「南山区」与服务地点的「坪山区」不同")).wait_for()
    page.keyboard.press("Escape")


def test_errors_are_said_on_leaving_and_the_first_gets_the_focus(sit: Any) -> None:
    agent = sit("agent")
    panel, page = _panel(agent), agent.page
    latest = agent.get("/orders?limit=1")["items"][0]["number"]
    panel.get_by_label("电话", exact=True).fill("12")
    page.keyboard.press("Tab")
    panel.get_by_text("这不像电话号码，请核对").wait_for()
    panel.get_by_label("标题").focus()
    page.keyboard.press("Tab")
    panel.get_by_text("请填写标题").wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert panel.get_by_label("标题").evaluate("e => e === document.activeElement")
    assert agent.get("/orders?limit=1")["items"][0]["number"] == latest, "nothing was created"
    page.keyboard.press("Escape")


def test_a_chat_becomes_a_form_that_is_looked_over(sit: Any) -> None:
    agent = sit("agent")
    panel, page = _panel(agent), agent.page
    panel.get_by_role("button", name="粘贴聊天").click()
    panel.get_by_label(re.compile("粘贴到这里")).fill(CHAT)
    panel.get_by_role("button", name="识别").click()
    box = panel.get_by_role("region", name="请核对")
    box.get_by_text("已忽略同事的话：客服小美").wait_for()
    box.get_by_text("系统不识别图片中的文字").wait_for()
    assert box.get_by_text(re.compile("原文：联系人王经理 139-1111-2222")).count() == 2
    box.get_by_role("button", name="忽略 联系人").click()
    box.get_by_role("button", name="全部采用").click()
    box.wait_for(state="detached")
    assert panel.get_by_label("标题").input_value() == "我们的水泵漏水了，一直报E5"
    assert panel.get_by_label("电话", exact=True).input_value() == "139-1111-2222"
    assert panel.get_by_label("联系人").input_value() == "", "what was ignored is not filled in"
    assert panel.get_by_label("地址").input_value() == "深圳市南山区科技园南路18号"
    assert panel.get_by_text("来自粘贴的内容，请核对").count() >= 4
    panel.get_by_role("button", name="采用 故障类型 水泵管路").wait_for()
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")
    made = _made(agent)
    assert (made["priority"], made["contact_phone"]) == (2, "139-1111-2222")
    assert "明天下午三点" in made["description"]
    assert "E5" in made["description"]


def test_a_duplicate_takes_what_was_typed_instead(sit: Any, known: dict[str, Any]) -> None:
    agent = sit("agent")
    there = agent.order(title="三号楼消防泵异响", customer_id=known["customer"])
    panel, page = _panel(agent), agent.page
    page.keyboard.type(PHONE)
    panel.get_by_text("联系人 王经理").wait_for()
    panel.get_by_label("标题").fill("三号楼消防泵又响了")
    add = panel.get_by_role("button", name=f"追加到它 {there['number']}")
    add.click()
    page.wait_for_url(re.compile(there["id"]))
    said = agent.get(f"/orders/{there['id']}")["comments"]
    assert any("三号楼消防泵又响了" in c["body"] and PHONE in c["body"] for c in said)
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_label(FIRST).wait_for()
    assert page.get_by_text("三号楼消防泵又响了").count() <= 1, "no draft of it is left"


def test_an_order_number_makes_a_child(sit: Any) -> None:
    agent = sit("agent")
    parent = agent.order(title="整栋楼停电")
    panel, page = _panel(agent), agent.page
    page.keyboard.type(parent["number"])
    page.get_by_text(re.compile(f"{parent['number']}.*作为它的子单")).first.wait_for()
    page.keyboard.press("Enter")
    panel.get_by_text(re.compile(f"上级工单 {parent['number']}")).wait_for()
    panel.get_by_label("标题").fill("一楼配电箱检查")
    panel.get_by_label("故障类型").click()
    page.get_by_title("电气", exact=True).click()
    page.keyboard.press("Control+Enter")
    made = _made(agent)
    assert [(x["kind"], x["id"]) for x in made["links"]] == [("parent", parent["id"])]


def test_drafts_are_listed_and_saving_twice_makes_one(sit: Any) -> None:
    agent = sit("agent")
    for left in agent.get("/drafts?limit=200")["items"]:  # by other tests
        agent.say("DELETE", f"/drafts/{quote(left['key'], safe='')}", {})
    panel, page = _panel(agent), agent.page
    for title in ("草稿甲", "草稿乙"):
        panel.get_by_label("标题").fill(title)
        page.keyboard.press("Escape")
        panel.wait_for(state="hidden")
        page.keyboard.press("c")
        panel.get_by_label(FIRST).wait_for()
    page.reload()
    page.get_by_role("button", name="新建工单").wait_for()
    page.keyboard.press("c")
    panel.get_by_text("有 2 份未完成的草稿").click()
    panel.get_by_role("button", name="继续 草稿甲").click()
    assert panel.get_by_label("标题").input_value() == "草稿甲"
    panel.get_by_text("有 1 份未完成的草稿").click()
    panel.get_by_role("button", name="删除草稿「草稿乙」").click()
    panel.get_by_label("故障类型").click()
    page.get_by_title("电气", exact=True).click()
    panel.get_by_role("button", name="保存并新建").dblclick()
    page.get_by_text(re.compile("已创建 WX")).wait_for()
    assert panel.get_by_label("标题").input_value() == ""
    assert panel.get_by_text("未完成的草稿").count() == 0
    assert len([o for o in agent.get("/orders?limit=50")["items"] if o["title"] == "草稿甲"]) == 1


def test_a_picture_is_attached_and_not_read(sit: Any) -> None:
    agent = sit("agent")
    panel, page = _panel(agent), agent.page
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])], 'panel.png', {type: 'image/png'}));
          document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    panel.get_by_text("panel.png").wait_for()
    panel.get_by_text("系统不识别图片中的文字").wait_for()
    panel.get_by_label("标题").fill("见图")
    panel.get_by_label("故障类型").click()
    page.get_by_title("电气", exact=True).click()
    page.keyboard.press("Control+Enter")
    assert [f["name"] for f in _made(agent)["attachments"]] == ["panel.png"]


@pytest.mark.parametrize(("width", "lang", "scheme"), [(1440, "zh", "light"), (360, "en", "dark")])
def test_everybody_can_use_it(sit: Any, width: int, lang: str, scheme: str) -> None:
    agent = sit("agent", width, lang=lang, color_scheme=scheme)
    page = agent.open("/app/home?new=repair")
    panel = page.get_by_role("dialog")
    first = panel.get_by_label(FIRST if lang == "zh" else re.compile("Phone, serial"))
    first.fill("KY-2024-001")
    page.get_by_text(re.compile("1号空压机")).first.wait_for()
    page.keyboard.press("Enter")
    panel.get_by_role("textbox", name=re.compile("^(\\* )?(标题|Title)")).fill("水泵漏水，管路堵塞")
    panel.get_by_role("button", name=re.compile("采用|Accept")).first.wait_for()
    panel.get_by_role("button", name=re.compile("粘贴聊天|Paste a chat")).click()
    panel.get_by_role("textbox", name=re.compile("粘贴到这里|^Paste words")).fill(CHAT)
    panel.get_by_role("button", name=re.compile("识别|Read it")).click()
    panel.get_by_role("button", name=re.compile("全部采用|Accept all")).wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert panel.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
