"""What people do all day, through the screens, by accessible names only: each walk ends with what the public API then says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from gongdan.wiring.testing import World
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("faces")]


@pytest.fixture
def sit(site: tuple[str, World], browser: Any) -> Iterator[Any]:
    """`sit(role)`: somebody at a desk, `sit(role, 360)`: with a phone. Nobody's console may hold an error."""
    base, scene = site
    people: list[Person] = []

    def down(role: str, width: int = 1440, *, expected: tuple[str, ...] = ()) -> Person:
        person = Person(browser, base, width, role, scene.company.slug)
        person.expected = expected
        people.append(person)
        return person

    yield down
    for person in people:
        person.context.close()
    for person in people:
        assert [p for p in person.problems if not any(e in p for e in person.expected)] == []


def test_an_agent_takes_a_call(sit: Any) -> None:
    agent = sit("agent")
    page = agent.open("/app/home")
    page.get_by_role("button", name="新建工单").click()
    panel = page.get_by_role("dialog")
    panel.get_by_label("电话、序列号、客户名或问题描述").fill("三楼空压机漏油")
    page.keyboard.press("Tab")
    assert panel.get_by_label("标题").input_value() == "三楼空压机漏油"
    panel.get_by_label("电话", exact=True).fill("13800138000")
    page.get_by_role("button", name="创建并打开").click()
    panel.get_by_text("必填").wait_for()  # the blueprint asks for the kind of fault
    panel.get_by_label("故障类型").click()
    page.get_by_title("空压机", exact=True).click()
    assert panel.get_by_label("报价说明").count() == 0
    panel.get_by_text("更多").click()
    panel.get_by_label("备件金额").fill("20000")
    panel.get_by_label("报价说明").fill("主机更换")  # shown by its condition
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.reload()
    page.get_by_role("button", name="新建工单").wait_for()
    page.keyboard.press("c")
    panel.get_by_text("有 1 份未完成的草稿").click()
    panel.get_by_role("button", name="继续 三楼空压机漏油").click()
    assert panel.get_by_label("标题").input_value() == "三楼空压机漏油", "what was typed stays until it is sent"
    page.get_by_role("button", name="创建并打开").click()
    page.get_by_role("heading", name="三楼空压机漏油").wait_for()
    made = agent.get("/orders/" + page.url.rsplit("/", 1)[1])
    assert (made["contact_phone"], made["fields"]["quote_note"], made["fields"]["total_amount"]) == (
        "13800138000",
        "主机更换",
        20000,
    )


def test_a_dispatcher_reads_why_and_assigns(sit: Any) -> None:
    person = sit("dispatcher")
    made = person.order(title="中央空调停机")
    team = person.get("/teams")[0]["id"]
    person.say("POST", f"/orders/{made['id']}/assign", {"team_id": team}, made["version"])
    assert person.get(f"/orders/{made['id']}")["assignee_id"] is None
    page = person.open(f"/app/orders/{made['id']}")
    page.get_by_role("tab", name="派单建议").click()
    give = page.get_by_role("button", name=re.compile("派给他"))
    give.first.click()
    page.get_by_text("当前处理人").wait_for()
    assert person.get(f"/orders/{made['id']}")["assignee_id"] is not None


def test_an_engineer_waits_for_the_customer_on_the_phone(sit: Any) -> None:
    agent, engineer = sit("agent"), sit("engineer", 360, expected=("ERR_INTERNET_DISCONNECTED",))
    made = agent.order(title="冷水机组报警")
    page = engineer.open("/field")
    page.get_by_role("button", name=re.compile("冷水机组报警")).click()
    page.get_by_role("button", name="接单").click()
    page.get_by_role("button", name="开始服务").click()
    page.get_by_role("button", name="挂起").click()
    page.get_by_label("等待谁？").select_option("customer")
    page.get_by_role("button", name="客户不在现场").click()
    page.get_by_role("region", name="挂起").get_by_role("button", name="挂起").click()
    page.get_by_text("挂起 · 等客户").wait_for()
    assert engineer.get(f"/orders/{made['id']}")["sla_state"] == "paused"
    engineer.context.set_offline(True)
    page.get_by_role("button", name="恢复").click()
    page.get_by_text("已保存，联网后自动发送").wait_for()
    engineer.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("button", name="‹ 返回").click()
    page.get_by_role("button", name=re.compile("服务中.*冷水机组报警")).click()
    page.get_by_role("button", name="完成服务").click()
    page.get_by_label("故障原因").fill("传感器松动")
    page.get_by_role("button", name=re.compile("提交完成")).focus()
    page.keyboard.press("Enter")
    page.get_by_text("已解决").first.wait_for()
    page.go_back()
    page.get_by_role("heading", name="我的工单").wait_for()
    page.get_by_role("button", name=re.compile("冷水机组报警")).wait_for(state="detached")
    verbs = [e["type"] for e in agent.get(f"/orders/{made['id']}")["timeline"]]
    assert [v for v in verbs if v in ("accept", "start", "hold", "resume", "complete")] == [
        "complete",
        "resume",
        "hold",
        "start",
        "accept",
    ]


def test_a_manager_opens_the_orders_behind_a_figure(sit: Any) -> None:
    person = sit("manager")
    person.order(title="待处理的一张")
    page = person.open("/app/home")
    figure = page.get_by_role("link", name=re.compile(r"^\d+\s*待处理$"))
    shown = int(re.findall(r"\d+", figure.inner_text())[0])
    figure.click()
    page.get_by_text(f"共 {shown} 张").wait_for()
    assert "family=waiting" in page.url
    assert len(person.get("/orders?family=waiting&limit=200")["items"]) == shown


def test_a_card_moves_by_keyboard_and_a_refusal_says_why(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="看板上的一张")
    page = person.open("/app/board")
    page.get_by_role("button", name=f"移动到 {made['number']}").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name=re.compile("已解决 — 不能移动到这里")).wait_for()
    item = page.get_by_role("menuitem", name="服务中")
    item.wait_for()
    for _ in range(8):
        if item.evaluate("e => e === document.activeElement || e.contains(document.activeElement)"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("服务中", exact=True).get_by_text("看板上的一张").wait_for()
    for _ in range(100):  # shown at once, before the server has answered
        if person.get(f"/orders/{made['id']}")["state"] == "in_service":
            break
        page.wait_for_timeout(100)
    assert person.get(f"/orders/{made['id']}")["state"] == "in_service"


def test_two_people_edit_and_nothing_is_lost(sit: Any) -> None:
    mine, theirs = sit("agent", expected=("409",)), sit("manager")
    made = mine.order(title="旧标题", description="旧描述")
    page = mine.open(f"/app/orders/{made['id']}")
    page.get_by_role("button", name="编辑", exact=True).click()
    panel = page.get_by_role("dialog")
    panel.get_by_label("标题").fill("我的标题")
    panel.get_by_label("地址").fill("我的地址")
    version = theirs.get(f"/orders/{made['id']}")["version"]
    theirs.say("PATCH", f"/orders/{made['id']}", {"title": "对方的标题", "description": "对方的描述"}, version)
    panel.get_by_role("button", name="保存").click()
    row = panel.get_by_role("row", name=re.compile("标题"))
    row.wait_for()
    assert {"我的标题", "对方的标题"} <= set(row.get_by_role("cell").all_inner_texts())
    row.get_by_role("button", name="采用对方的").click()
    panel.get_by_role("button", name="再次保存我的").click()
    assert (panel.get_by_label("标题").input_value(), panel.get_by_label("地址").input_value()) == ("对方的标题", "我的地址")
    panel.get_by_role("button", name="保存").click()
    panel.wait_for(state="hidden")
    now = mine.get(f"/orders/{made['id']}")
    assert (now["title"], now["description"], now["address"]) == ("对方的标题", "对方的描述", "我的地址")


def test_a_log_in_that_ends_keeps_the_page_and_sends_what_was_pressed(sit: Any) -> None:
    from gongdan.accounts.tests.factories import PASSWORD

    person = sit("agent", expected=("401",))
    made = person.order(title="登录过期")
    page = person.open(f"/app/orders/{made['id']}")
    page.get_by_label("公开回复", exact=True).last.fill("已联系客户")
    person.context.clear_cookies()
    page.get_by_role("button", name="发送").click()
    page.get_by_text("登录已过期").wait_for()
    panel = page.get_by_role("dialog")
    panel.get_by_label("账号").fill(person.login)
    panel.get_by_text("账号在多家公司都有？").click()
    panel.get_by_label("公司代码").fill(person.company)
    panel.get_by_label("密码").fill(PASSWORD)
    panel.get_by_role("button", name="登录").click()
    panel.wait_for(state="hidden")
    page.get_by_role("button", name="立即发送").click()
    page.get_by_role("article").get_by_text("已联系客户").wait_for()
    assert [c["body"] for c in person.get(f"/orders/{made['id']}")["comments"]] == ["已联系客户"]


def test_a_lost_answer_is_told_and_pressing_again_is_the_same_operation(sit: Any) -> None:
    person = sit("agent", expected=("ERR_FAILED", "net::"))
    made = person.order(title="网络故障")
    page = person.open(f"/app/orders/{made['id']}")
    sent: list[str] = []
    lost = True

    def answer(route: Any) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.headers["operation-id"])
        if not lost:
            return route.continue_()
        route.fetch()  # the server does it, the answer never arrives
        return route.abort()

    page.route("**/outgoing", answer)
    page.get_by_label("公开回复", exact=True).last.fill("只说一次")
    page.get_by_role("button", name="发送", exact=True).click()
    page.get_by_text("没有收到服务器的回应").wait_for()
    assert page.get_by_label("公开回复", exact=True).last.input_value() == "只说一次"
    lost = False
    page.get_by_role("button", name="发送", exact=True).click()
    page.get_by_role("button", name="立即发送").click()
    page.get_by_role("article").get_by_text("只说一次").wait_for()
    assert len(set(sent)) == 1 < len(sent)
    assert [c["body"] for c in person.get(f"/orders/{made['id']}")["comments"]] == ["只说一次"]
