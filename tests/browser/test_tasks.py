"""The task table (ux.md §20) for the desk: each task by accessible names, within its actions and seconds, ending with what the
public API then says; and the desk's day without touching the mouse, the focus in sight at every step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from gongdan.wiring.testing import World
from tests.browser.callers import PHONE, caller, learn
from tests.browser.hands import Hands
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("tasks")]
FIRST = "电话、序列号、客户名或问题描述"
PALETTE = "搜索与命令"
RED = timedelta(days=20)


@pytest.fixture(scope="module")
def known(site: tuple[str, World], browser: Any) -> dict[str, Any]:
    """A caller, and past orders to learn from."""
    base, scene = site
    admin = Person(browser, base, 1440, "admin", scene.company.slug)
    found = caller(admin)
    admin.context.close()
    learn(scene)
    return found


@pytest.fixture
def sit(site: tuple[str, World], browser: Any, known: dict[str, Any]) -> Iterator[Any]:
    """`sit(role)`: somebody at a desk. No error in the console and no failed request is forgiven."""
    base, scene = site
    people: list[Person] = []

    def down(role: str) -> Person:
        people.append(Person(browser, base, 1440, role, scene.company.slug))
        return people[-1]

    yield down
    for person in people:
        person.context.close()
    assert [problem for person in people for problem in person.problems] == []


def _at(person: Person, path: str) -> Any:
    """A page at rest, where a task begins."""
    page = person.open(path)
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_timeout(500)  # keys and what is fetched ahead come with parts of their own
    return page


def _until(person: Person, path: str, true: Any) -> Any:
    for _ in range(200):
        found = person.get(path)
        if true(found):
            return found
        person.page.wait_for_timeout(100)
    raise AssertionError(found)


def _made(person: Person) -> Any:
    person.page.wait_for_url(re.compile(r"/app/orders/[0-9a-f-]{36}$"))
    return person.get("/orders/" + person.page.url.rsplit("/", 1)[1])


def _started(person: Person, **values: Any) -> dict[str, Any]:
    made = person.order(**values)
    for verb in ("accept", "start"):
        person.say("POST", f"/orders/{made['id']}/{verb}", {}, person.get(f"/orders/{made['id']}")["version"])
    found: dict[str, Any] = person.get(f"/orders/{made['id']}")
    return found


def _look_up(hands: Hands, text: str, option: Any) -> None:
    """The palette, something typed, and what it stands for opened."""
    page = hands.page
    hands.press("Control+k")
    hands.see(page.get_by_role("combobox", name=PALETTE))
    hands.think()
    hands.type(text)
    hands.see(page.get_by_role("option", name=option, selected=True))
    hands.press("Enter")


def test_task_1_a_known_caller_is_created_and_assigned(sit: Any, known: dict[str, Any]) -> None:
    agent = sit("agent")
    page = _at(agent, "/app/home")
    hands = Hands(agent)
    panel = page.get_by_role("dialog")
    hands.think()
    hands.press("c")
    hands.see(panel.get_by_label(FIRST))
    hands.think()
    hands.type(PHONE)
    hands.see(panel.get_by_text("联系人 王经理"))
    hands.see(panel.get_by_text("来自客户 坪山物业").first)
    assert panel.get_by_label("标题").evaluate("e => e === document.activeElement"), "the next thing to type is under the hand"
    hands.think()
    hands.type("空调不制冷")
    hands.see(panel.get_by_role("button", name="采用 故障类型 空调制冷"))
    hands.think()
    hands.press("Alt+1")
    hands.press("Control+Shift+Enter")
    hands.see(page.get_by_text(re.compile("派给 王伟")))
    hands.within(6, 25)
    made = _made(agent)
    assert (made["customer_id"], made["contact_phone"], made["address"]) == (known["customer"], PHONE, "深圳市坪山区龙田街道1号")
    assert made["site_id"] == known["site"]
    assert (made["assignee_name"], made["fields"]["fault_type"]) == ("王伟", "hvac")


def test_task_2_a_template_by_keyboard(sit: Any) -> None:
    agent = sit("agent")
    page = _at(agent, "/app/home")
    hands = Hands(agent)
    panel = page.get_by_role("dialog", name="新建工单")
    hands.think()
    _look_up(hands, "新建 服务", re.compile("新建：服务工单"))
    hands.see(panel.get_by_label(FIRST))
    hands.see(panel.get_by_text("服务工单", exact=True))
    hands.think()
    hands.type("想了解保养价格")
    hands.press("Control+Enter")
    made = _made(agent)
    hands.within(5, 15)
    assert (made["title"], made["blueprint"], made["fields"]["category"]) == ("想了解保养价格", "service", "consult")


def test_task_3_an_order_by_number(sit: Any) -> None:
    agent = sit("agent")
    made = agent.order(title="按编号查找的一张")
    page = _at(agent, "/app/home")
    hands = Hands(agent)
    _look_up(hands, made["number"].rpartition("-")[2].lstrip("0"), re.compile(made["number"]))
    hands.see(page.get_by_role("heading", name="按编号查找的一张"))
    hands.within(3, 5)
    assert _made(agent)["id"] == made["id"]


@pytest.mark.parametrize(("what", "typed"), [("phone", "7706"), ("initials", "hbw"), ("serial", "X9Q")])
def test_task_4_an_order_by_phone_tail_initials_or_serial(sit: Any, what: str, typed: str) -> None:
    agent, admin = sit("agent"), sit("admin")
    values: dict[str, Any] = {"title": f"按{what}查找的一张", "contact_phone": "13912347706"}
    if what == "initials":
        values["customer_id"] = admin.say("POST", "/customers", {"name": "海滨物流"})["id"]
    if what == "serial":
        values["asset_id"] = admin.say("POST", "/assets", {"name": "冷水机", "serial": f"CW-{typed}-7"})["id"]
    made = agent.order(**values)
    page = _at(agent, "/app/home")
    hands = Hands(agent)
    _look_up(hands, typed, re.compile({"phone": made["number"], "initials": "海滨物流", "serial": f"CW-{typed}-7"}[what]))
    if what != "phone":
        hands.think()
        hands.click("link", re.compile(made["title"]))
    hands.see(page.get_by_role("heading", name=made["title"]))
    hands.within(4, 7)
    assert _made(agent)["id"] == made["id"]


def test_task_5_a_saved_reply_resolves_and_the_next_is_there(sit: Any) -> None:
    person = sit("manager")
    following = person.order(title="下一张")
    made = _started(person, title="压缩机异响", contact_name="李女士", fields={"fault_type": "hvac", "fault_cause": "轴承磨损"})
    person.say("POST", "/replies", {"name": "已修好", "shortcut": "xiu", "body": "{{contact}}，工单 {{number}} 已修好。"})
    page = _at(person, f"/app/orders/{made['id']}")
    page.get_by_label("公开回复", exact=True).last.wait_for()
    hands = Hands(person)
    hands.think()
    hands.press("r")
    hands.type("::xiu ", pause=page.get_by_role("option", name=re.compile("已修好")))
    assert page.get_by_label("公开回复", exact=True).last.input_value() == f"李女士，工单 {made['number']} 已修好。"
    hands.think()
    hands.press("Control+Shift+Enter")
    hands.see(page.get_by_role("group", name="等待发送"))
    hands.press("]")
    hands.see(page.get_by_role("heading", name="下一张"))
    hands.within(4, 12)
    assert _made(person)["id"] == following["id"]
    found = _until(person, f"/orders/{made['id']}", lambda o: o["family"] == "resolved")
    assert [c["body"] for c in found["comments"]] == [f"李女士，工单 {made['number']} 已修好。"]
    assert person.get("/replies?q=xiu")["items"][0]["used"] == 1


def test_task_6_a_duplicate_is_merged_and_taken_out_again(sit: Any) -> None:
    person = sit("agent")
    stays = person.order(title="冷库温度高", contact_phone="13900139000")
    gone = person.order(title="冷库温度高，第二次来电", contact_phone="13900139000")
    person.say("POST", f"/orders/{gone['id']}/comments", {"body": "客户又打来", "internal": True})
    page = _at(person, f"/app/orders/{gone['id']}")
    hands = Hands(person)
    hands.think()
    hands.click("button", re.compile("^(更多|操作)$"))
    hands.click("menuitem", re.compile("合并到另一工单"))
    dialog = page.get_by_role("dialog")
    hands.see(dialog.get_by_label("选择工单"))
    hands.think()
    hands.type(stays["number"].rpartition("-")[2].lstrip("0"))
    hands.see(page.get_by_title(re.compile(f"^{stays['number']}.* · ")))
    hands.press("Enter")
    hands.see(dialog.get_by_role("region", name=re.compile(stays["number"])))
    assert dialog.get_by_role("region", name=re.compile(gone["number"])).get_by_text("客户又打来").count() == 1
    hands.think()
    hands.click("button", "合并", within=dialog)
    page.wait_for_url(f"**/app/orders/{stays['id']}")
    hands.see(page.get_by_text("客户又打来"))
    assert person.get(f"/orders/{gone['id']}")["merged_into"]["id"] == stays["id"]
    hands.think()
    hands.press("z")
    page.wait_for_url(f"**/app/orders/{gone['id']}")
    hands.see(page.get_by_role("heading", name=re.compile("第二次来电")))
    hands.within(6, 18)
    assert person.get(f"/orders/{gone['id']}")["merged_into"] is None


def test_task_7_fifty_orders_change_hands_with_a_reason(sit: Any, site: tuple[str, World]) -> None:
    person = sit("manager")
    people = site[1].company.people
    body = {"blueprint": "service", "fields": {"category": "consult"}, "tags": ["fifty"]}
    made = [person.say("POST", "/orders", {**body, "title": f"保养 {n}"})["id"] for n in range(50)]
    away = {"ids": made, "verb": "assign", "args": {"assignee_id": str(people["engineer"])}}
    run = person.say("POST", "/orders/bulk", away)
    _until(person, f"/orders/bulk/{run['job_id']}", lambda b: b["state"] == "done")
    page = _at(person, "/app/orders?tag=fifty")
    page.get_by_role("link", name="保养 9", exact=True).wait_for()
    hands = Hands(person)
    hands.think()
    hands.click("checkbox", "全部")
    bar = page.get_by_role("region", name="批量操作")
    hands.see(bar.get_by_text("已选 50 张"))
    hands.click("button", "派单", within=bar)
    choice = page.get_by_title(re.compile("^李强"))
    hands.think()
    hands.point(choice, "choose 李强")
    reason = page.get_by_role("dialog").get_by_label("原因")
    assert reason.evaluate("e => e === document.activeElement")
    hands.think()
    hands.type("王伟病假")
    hands.press("Enter")
    hands.see(page.get_by_text("完成：50 成功").first)
    hands.within(5, 14)
    rows = person.get("/orders?tag=fifty&limit=100")["items"]
    assert {o["assignee_name"] for o in rows} == {"李强"}
    entry = next(e for e in person.get(f"/orders/{made[7]}")["timeline"] if e["type"] in ("assign", "transfer", "assigned"))
    assert "王伟病假" in str(entry)


def test_task_8_a_red_order_is_taken_over_and_the_customer_told(sit: Any, site: tuple[str, World]) -> None:
    person, admin = sit("manager"), sit("admin")
    early = (site[1].clock.now() - RED).isoformat()
    made = admin.order(title="已经超期的一张", occurred_at=early, contact_name="李女士", contact_phone="13800138111")
    _until(person, "/home", lambda cards: next(c for c in cards if c["key"] == "breached")["count"] > 0)
    page = _at(person, "/app/home")
    hands = Hands(person)
    hands.think()
    hands.click("link", re.compile(r"^\d+\s*超期"))
    hands.think()
    hands.click("link", "已经超期的一张")
    hands.see(page.get_by_role("heading", name="已经超期的一张"))
    hands.see(page.get_by_label("公开回复", exact=True).last)
    hands.think()
    hands.press("m")
    hands.see(page.get_by_text(re.compile("赵敏")).first)
    hands.think()
    hands.press("r")
    hands.type("您好，我已接手")
    hands.press("Control+Enter")
    hands.see(page.get_by_role("group", name="等待发送"))
    hands.within(6, 18)
    found = _until(person, f"/orders/{made['id']}", lambda o: o["comments"])
    assert (found["assignee_name"], found["sla_state"]) == ("赵敏", "breached")
    assert [(c["body"], c["internal"]) for c in found["comments"]] == [("您好，我已接手", False)]


def test_task_19_from_the_worst_step_of_last_week_to_its_orders(sit: Any) -> None:
    person = sit("manager")
    done = _started(person, title="走完流程的一张", fields={"fault_type": "hvac", "fault_cause": "轴承磨损"})
    person.say("POST", f"/orders/{done['id']}/complete", {}, done["version"])
    page = _at(person, "/app/home")
    hands = Hands(person)
    hands.think()
    hands.click("combobox", "期间")
    hands.point(page.get_by_title("近 7 天"), "choose 近 7 天")
    steps = page.get_by_role("region", name="环节等待")
    hands.see(page.get_by_role("heading", name="最慢的环节（近 7 天）"))
    hands.see(steps.get_by_role("link").first)
    hands.think()
    worst = steps.get_by_role("link").first.inner_text()
    hands.point(steps.get_by_role("link").first, f"click {worst}")
    hands.see(page.get_by_role("button", name=re.compile(f"清除筛选 经过环节 {worst}")))
    hands.see(page.get_by_role("link", name="走完流程的一张"))
    hands.within(3, 10)
    told = [s for s in person.get("/boards/steps?from=" + _week(person)) if s["label"]["zh"] == worst]
    assert told[0]["orders"]["count"] >= 1
    assert "passed=" in page.url


def _week(person: Person) -> str:
    return str(person.page.evaluate("new Date(Date.now() - 6 * 864e5).toLocaleDateString('sv')"))


def test_task_23_why_could_li_see_this(sit: Any) -> None:
    person = sit("admin")
    made = person.order(title="谁看得到的一张")
    page = _at(person, f"/app/orders/{made['id']}")
    hands = Hands(person)
    hands.think()
    _look_up(hands, "谁能看到", re.compile("谁能看到"))
    hands.see(page.get_by_role("textbox", name="姓名、拼音或账号"))
    hands.think()
    hands.type("liqiang")
    verdict = page.get_by_role("article", name="李强")
    hands.see(verdict.get_by_text("能看到", exact=False).first)
    hands.see(page.get_by_role("article", name="李强"))
    page.get_by_role("article", name="王伟").wait_for(state="detached")
    hands.within(4, 15)
    told = person.get(f"/orders/{made['id']}/viewers?q=liqiang")
    assert [(v["name"], v["sees"]) for v in told] == [("李强", True)]
    for reason in told[0]["reasons"]:
        verdict.get_by_text(reason["zh"]).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.get_by_role("button", name=re.compile("^(更多|操作)$")).click()
    page.get_by_role("menuitem", name="谁能看到").wait_for()


FOCUS = """() => { const e = document.activeElement;
  if (!e || e === document.body || e.id === 'content') return '';
  if (e.matches('[role=dialog], [role=dialog] *[tabindex="-1"]:has(*)')) return '';
  const name = `${e.tagName} ${e.getAttribute('aria-label') || e.textContent.trim().slice(0, 40)}`;
  if (!e.matches(':focus-visible')) return `${name}: no focus-visible`;
  const box = e.matches('input, textarea') ? e.closest('.ant-select, .ant-input-affix-wrapper, label, .ant-input') || e : e;
  const ring = [e, box, ...box.children].some(x => { const s = getComputedStyle(x);
    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || x !== e && s.boxShadow !== 'none' })
    || e.matches('input, textarea') && getComputedStyle(e).boxShadow !== 'none';
  if (!ring) return `${name}: no ring`;
  const r = box.getBoundingClientRect();
  const at = document.elementFromPoint(Math.min(r.x + r.width / 2, innerWidth - 2), Math.min(r.y + r.height / 2, innerHeight - 2));
  return at && (box.contains(at) || e.contains(at)) ? '' : `${name}: under ${at && at.tagName} ${at && at.className}` }"""
NO_MOUSE = "addEventListener('pointerdown', () => console.error('the mouse was used'), true)"


class _Keys:
    """Somebody without a mouse, who must always see where they are."""

    def __init__(self, person: Person) -> None:
        person.page.add_init_script(NO_MOUSE)
        self.person, self.page = person, person.page

    def press(self, keys: str) -> None:
        for key in keys.split(" "):
            self.page.keyboard.press(key)
        self.seen()

    def seen(self) -> None:
        problem = ""
        for _ in range(20):  # what opens takes a moment
            problem = self.page.evaluate(FOCUS)
            if not problem:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(problem)

    def on(self, target: Any) -> bool:
        return target.count() > 0 and bool(target.first.evaluate("e => e.contains(document.activeElement)"))

    def lands(self, target: Any) -> None:
        """What opened takes the focus by itself."""
        target.wait_for()
        for _ in range(40):
            if self.on(target):
                return self.seen()
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the focus does not go to {target}")

    def until(self, key: str, target: Any, most: int = 80) -> None:
        """Press a key until something has the focus."""
        for _ in range(most):
            if self.on(target):
                return
            self.press(key)
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{key} does not lead to {target}")


def test_the_list_without_a_mouse(sit: Any) -> None:
    """Move, peek, change and take back, assign, open: and every stop of the order page is in sight."""
    person = sit("manager")
    made = [person.order(title=f"键盘 {n}", tags=["keys"], address="深圳市南山区科技园") for n in range(3)]
    keys = _Keys(person)
    page = _at(person, "/app/orders?tag=keys&sort=created")
    page.get_by_role("link", name="键盘 1", exact=True).wait_for()
    keys.until("j", page.get_by_role("link", name="键盘 1", exact=True), 5)
    keys.press("Space")
    page.get_by_role("heading", name="键盘 1").wait_for()
    keys.press("Space")
    page.get_by_role("heading", name="键盘 1").wait_for(state="detached")
    keys.press("p")
    page.keyboard.press("ArrowDown")  # at once: it is the menu's, though the menu is not there yet
    keys.until("ArrowUp", page.get_by_role("menuitem", name="P1 特急"), 8)
    keys.press("Enter")
    path = f"/orders/{made[1]['id']}"
    _until(person, path, lambda o: o["priority"] == 1)
    page.get_by_role("button", name=re.compile("撤销")).first.wait_for()
    keys.press("z")
    _until(person, path, lambda o: o["priority"] == 3)
    page.get_by_role("row").filter(has_text="键盘 1").get_by_text("P3").wait_for()
    keys.press("a")
    keys.lands(page.get_by_role("dialog").get_by_role("combobox", name="选择人员"))
    page.keyboard.type("liqiang")
    page.get_by_title(re.compile("^李强")).wait_for()
    keys.seen()
    keys.press("Enter")
    _until(person, path, lambda o: o["assignee_name"] == "李强")
    keys.until("j", page.get_by_role("link", name="键盘 2", exact=True), 5)
    keys.press("Enter")
    page.get_by_role("heading", name="键盘 2").wait_for()
    page.wait_for_timeout(500)
    for _ in range(45):
        keys.press("Tab")
    for _ in range(20):
        keys.press("Shift+Tab")


def test_a_duplicate_is_merged_without_a_mouse(sit: Any) -> None:
    """Found by a machine's serial, merged by the palette, taken out by Z."""
    person, admin = sit("agent"), sit("admin")
    asset = admin.say("POST", "/assets", {"name": "冷柜", "serial": "LG-55K-1"})["id"]
    stays = person.order(title="冷柜不制冷", contact_phone="13900139222")
    gone = person.order(title="冷柜不制冷，又来电", contact_phone="13900139222", asset_id=asset)
    keys = _Keys(person)
    page = _at(person, "/app/home")
    _look_up(Hands(person), "55k", re.compile("LG-55K-1"))
    page.get_by_role("link", name=gone["title"], exact=True).wait_for()
    page.get_by_role("combobox", name=PALETTE).wait_for(state="hidden")
    keys.until("j", page.get_by_role("link", name=gone["title"], exact=True), 20)
    keys.press("Enter")
    page.get_by_role("heading", name=gone["title"]).wait_for()
    page.wait_for_timeout(500)
    _look_up(Hands(person), "合并到另一工单", re.compile("合并到另一工单"))
    dialog = page.get_by_role("dialog").filter(has_text="合并")
    keys.lands(dialog.get_by_label("选择工单"))
    page.keyboard.type(stays["number"])
    page.get_by_title(re.compile(f"^{stays['number']}.* · ")).wait_for()
    keys.press("Enter")
    dialog.get_by_role("region", name=re.compile(stays["number"])).wait_for()
    keys.until("Tab", dialog.get_by_label("原因"), 8)
    keys.press("Enter")
    page.wait_for_url(f"**/app/orders/{stays['id']}")
    page.wait_for_timeout(300)
    keys.press("z")
    page.wait_for_url(f"**/app/orders/{gone['id']}")
    assert _until(person, f"/orders/{gone['id']}", lambda o: o["merged_into"] is None)["title"] == gone["title"]


def test_board_and_settings_without_a_mouse(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="键盘移动的一张", priority=1)
    keys = _Keys(person)
    page = _at(person, "/app/board?kind=team&blueprint=repair&priority=1")
    card = page.get_by_role("listitem", name=re.compile(made["number"]))
    card.wait_for()
    keys.until("j", card, 20)
    keys.press("Space")
    page.get_by_role("status").filter(has_text="已拿起").wait_for()
    keys.press("ArrowRight")
    page.get_by_role("status").filter(has_text="服务中，可以放下").wait_for()
    keys.press("Enter")
    _until(person, f"/orders/{made['id']}", lambda o: o["state"] == "in_service")
    keys.press("g s")
    page.get_by_role("radio", name="浅色").wait_for()
    page.wait_for_timeout(300)
    keys.until("Tab", page.get_by_role("radiogroup").filter(has_text="深色"), 40)
    keys.until("ArrowRight", page.get_by_role("radio", name="深色"), 6)
    for _ in range(40):
        kept = {p["key"]: p["value"] for p in person.get("/me/preferences")}
        if kept.get("theme") == "dark":
            break
        page.wait_for_timeout(100)
    assert kept["theme"] == "dark"
    for _ in range(30):
        keys.press("Tab")
