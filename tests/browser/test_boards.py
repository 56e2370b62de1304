"""Boards in a browser: moving cards three ways, refusals, limits, figures that open their orders, the wall, a full board."""

from __future__ import annotations

import logging
import re
import statistics
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from gongdan.wiring.testing import World
from tests.browser.people import Person, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("boards")]
log = logging.getLogger(__name__)
FILL = """async ([n, word]) => {
  const states = ['pending', 'dispatched', 'in_service', 'resolved', 'follow_up']
  const one = (i) => fetch('/api/v1/orders', {method: 'POST',
    headers: {'Content-Type': 'application/json', 'Operation-Id': crypto.randomUUID()},
    body: JSON.stringify({blueprint: 'service', title: word + ' ' + i, fields: {category: 'consult'}, priority: 1 + i % 4,
      state: states[i % 5]})
  }).then(r => { if (r.status !== 201) throw new Error(r.status) })
  for (let i = 0; i < n; i += 8) await Promise.all([...Array(8).keys()].map(k => one(i + k)))
}"""
DROPPED = """() => {
  const of = l => document.querySelector(`section[aria-label='${l}']`).querySelectorAll('li').length
  delete window.dropped; const was = of('服务中')
  addEventListener('pointerup', () => {
    const t0 = performance.now()
    const look = () => { if (of('服务中') > was) window.dropped = performance.now() - t0; else requestAnimationFrame(look) }
    look()
  }, {once: true, capture: true})
}"""
FRAMES = """() => { const seen = []; let on = true; const step = t => { seen.push(t); if (on) requestAnimationFrame(step) };
  requestAnimationFrame(step); window.endFrames = () => { on = false; return seen.slice(1).map((t, i) => t - seen[i]) } }"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && [...e.childNodes].some(
  n => n.nodeType === 3 && n.textContent.trim())).map(e => parseFloat(getComputedStyle(e).fontSize)))"""
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def sit(site: tuple[str, World], browser: Any) -> Iterator[Callable[..., Person]]:
    """Sit somebody down; at the end nothing may have gone wrong beyond what was expected."""
    base, scene = site
    people: list[Person] = []

    def make(login: str, width: int = 1440, *, expected: tuple[str, ...] = (), **options: Any) -> Person:
        person = Person(browser, base, width, login, scene.company.slug, **options)
        person.expected = expected
        people.append(person)
        return person

    yield make
    for person in people:
        assert [p for p in person.problems if not any(e in p for e in person.expected)] == []
        person.context.close()


def _card(page: Any, order: dict[str, Any]) -> Any:
    return page.get_by_role("listitem", name=re.compile(order["number"]))


def _column(page: Any, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True)


def _moved(person: Person, order: dict[str, Any]) -> None:
    """The board says so; if not, what it says instead is worth knowing."""
    status = person.page.get_by_role("status")
    try:
        status.filter(has_text=f"{order['number']} 已移到 服务中").wait_for()
    except PlaywrightTimeout:
        now = person.get(f"/orders/{order['id']}")
        told = [text for text in status.all_inner_texts() if text]
        raise AssertionError(f"{order['number']} v{now['version']} {now['state']}, said: {told}, {person.problems}") from None


def _drag(page: Any, card: Any, column: Any, *, drop: bool = True) -> None:
    """Carry a card straight across to a column, at the height it lies: further down a long board too."""
    card.hover(position={"x": 60, "y": 12})  # once it lies still
    height = card.bounding_box()["y"] + 30
    page.mouse.down()
    page.mouse.move(column.bounding_box()["x"] + 100, height, steps=12)
    if drop:
        page.mouse.up()


def test_a_card_is_dragged_and_shown_before_the_server_answers(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="拖动的一张")
    page = person.open("/app/board?kind=team&blueprint=repair")
    card = _card(page, made)
    card.wait_for()
    page.wait_for_timeout(300)
    held: list[Any] = []
    page.route("**/start", lambda route: held.append(route))
    _drag(page, card, _column(page, "服务中"))
    _column(page, "服务中").get_by_role("listitem", name=re.compile(made["number"])).wait_for()
    assert person.get(f"/orders/{made['id']}")["state"] == "dispatched", "the server has not heard of it yet"
    held[0].continue_()
    _moved(person, made)
    assert person.get(f"/orders/{made['id']}")["state"] == "in_service"


def test_a_card_far_down_is_dropped_beside_where_it_lies(sit: Any) -> None:
    person = sit("manager")
    for n in range(9):
        made = person.order(title=f"很长的一列 {n}", priority=4)
    page = person.open("/app/board?kind=team&blueprint=repair&priority=4")
    card = _card(page, made)
    card.scroll_into_view_if_needed()
    assert card.bounding_box()["y"] > 400, "lies below the only card of the column beside it"
    _drag(page, card, _column(page, "服务中"))
    _moved(person, made)


def test_a_card_dropped_before_the_board_knows_where_it_may_go(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="很快拖动的一张")
    late: list[Any] = []
    person.page.route("**/boards/moves", lambda route: late.append(route))  # held back: the board learns only after the drop
    page = person.open("/app/board?kind=team&blueprint=repair")
    card = _card(page, made)
    card.wait_for()
    page.wait_for_timeout(300)
    _drag(page, card, _column(page, "服务中"))
    for _ in range(100):  # the board may ask late
        if late:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)
    for route in late:
        route.continue_()
    _moved(person, made)


def test_columns_that_may_not_be_entered_grey_out_and_say_why(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="不能关闭的一张")
    page = person.open("/app/board?kind=team&blueprint=repair")
    card = _card(page, made)
    card.wait_for()
    page.wait_for_timeout(300)
    shut = _column(page, "已解决")
    _drag(page, card, shut, drop=False)
    shut.get_by_text("不能移动到这里").wait_for()
    page.mouse.up()
    page.get_by_role("status").filter(has_text=f"{made['number']} 没有移动：不能移动到这里").wait_for()
    assert person.get(f"/orders/{made['id']}")["version"] == made["version"]


def test_a_refused_move_goes_back_with_the_reason(sit: Any) -> None:
    person = sit("manager", expected=("409",))
    made = person.order(title="别人先改了")
    page = person.open("/app/board?kind=team&blueprint=repair")
    card = _card(page, made)
    card.wait_for()
    page.wait_for_timeout(300)
    held: list[Any] = []
    page.route("**/start", lambda route: held.append(route))
    _drag(page, card, _column(page, "服务中"))
    _column(page, "服务中").get_by_role("listitem", name=re.compile(made["number"])).wait_for()
    person.say("PATCH", f"/orders/{made['id']}", {"title": "别人改的"}, made["version"])
    held[0].continue_()
    page.get_by_role("status").filter(has_text=f"{made['number']} 没有移动：").wait_for()
    _column(page, "已派单").get_by_role("listitem", name=re.compile(made["number"])).wait_for()
    page.get_by_text("别人改的").wait_for()
    assert person.get(f"/orders/{made['id']}")["state"] == "dispatched"


def test_a_card_is_moved_by_arrows_and_every_step_is_said(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="方向键的一张", priority=1)
    page = person.open("/app/board?kind=team&blueprint=repair&priority=1")
    _card(page, made).wait_for()
    for _ in range(40):
        page.keyboard.press("j")
        if _card(page, made).evaluate("e => e === document.activeElement"):
            break
    status = page.get_by_role("status")
    page.keyboard.press("Space")
    status.filter(has_text="已拿起").wait_for()
    page.keyboard.press("ArrowRight")
    status.filter(has_text="服务中，可以放下").wait_for()
    page.keyboard.press("ArrowRight")
    status.filter(has_text="已解决：").wait_for()
    page.keyboard.press("Escape")
    status.filter(has_text="放回原处").wait_for()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    status.filter(has_text="已移到 服务中").wait_for()
    moved = _column(page, "服务中").get_by_role("listitem", name=re.compile(made["number"]))
    moved.wait_for()
    for _ in range(20):
        if moved.evaluate("e => e === document.activeElement"):
            break
        page.wait_for_timeout(50)
    assert moved.evaluate("e => e === document.activeElement"), "the focus goes with the card"
    page.keyboard.press("s")
    page.get_by_role("menuitem", name=re.compile("已取消")).wait_for()
    page.keyboard.press("Escape")
    assert person.get(f"/orders/{made['id']}")["state"] == "in_service"


def test_a_move_that_needs_words_asks_for_them(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="要取消的一张")
    page = person.open("/app/board?kind=team&blueprint=repair")
    page.get_by_role("button", name=f"移动到 {made['number']}").click()
    page.get_by_role("menuitem", name="已取消").click()
    page.get_by_role("dialog").get_by_label("原因").fill("客户撤回")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    _column(page, "已取消").get_by_role("listitem", name=re.compile(made["number"])).wait_for()


def test_people_as_columns_and_lanes(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="换人的一张")
    person.order(title="另一条泳道的一张", priority=1)  # a single lane has no heading
    engineer = person.get(f"/orders/{made['id']}")["assignee_name"]
    page = person.open("/app/board?kind=team&by=person&lanes=priority")
    _column(page, engineer).get_by_role("listitem", name=re.compile(made["number"])).wait_for()
    page.get_by_role("button", name=f"移动到 {made['number']}").click()
    page.get_by_role("menuitem", name=re.compile("未派单 — 已有处理人")).wait_for()
    page.keyboard.press("Escape")
    page.get_by_label("分列方式").click()
    page.get_by_title("按状态").click()
    page.wait_for_url(re.compile("lanes=priority"))
    _column(page, "已派单").get_by_role("heading", name=re.compile("P3 一般")).wait_for()


def test_limits_warn_and_never_block(sit: Any) -> None:
    person = sit("manager")
    team = person.order(title="上限甲")["team_id"]
    person.order(title="上限乙")
    page = person.open(f"/app/board?kind=team&team_id={team}")
    page.get_by_role("button", name="在制上限").click()
    page.get_by_role("dialog").get_by_label("已派单").fill("1")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    _column(page, "已派单").get_by_text("超出上限 1").wait_for()
    made = person.order(title="上限丙")
    assert made["state"] == "dispatched"
    other = sit("dispatcher")
    _column(other.open(f"/app/board?kind=team&team_id={team}"), "已派单").get_by_text("超出上限 1").wait_for()
    assert violations(page) == []


def test_every_number_opens_its_orders(sit: Any) -> None:
    person = sit("manager")
    made = person.order(title="解决了的一张")
    engineer = sit("engineer")
    for verb, body in (("start", {}), ("complete", {"fields": {"fault_cause": "x"}})):
        engineer.say("POST", f"/orders/{made['id']}/{verb}", body, engineer.get(f"/orders/{made['id']}")["version"])
    page = person.open("/app/board?kind=global")
    link = page.get_by_role("link", name=re.compile(r"^已派单 维修组 \d+$"))
    shown = int(re.findall(r"\d+$", link.get_attribute("aria-label"))[0])
    link.click()
    page.get_by_text(re.compile(rf"共 {shown} 张")).first.wait_for()
    page = person.open("/app/home?tier=decision")
    figure = page.get_by_role("region", name="平均解决时长", exact=True)
    behind = figure.get_by_role("link", name=re.compile(r"^\d+ 张工单$"))
    shown = int(re.findall(r"\d+", behind.inner_text())[0])
    assert shown >= 1
    figure.get_by_text("从开单到解决的平均时长").wait_for()
    behind.click()
    page.get_by_text(re.compile(rf"共 {shown} 张")).first.wait_for()


def test_a_chart_has_a_table_and_is_read_by_keys(sit: Any) -> None:
    person = sit("manager")
    person.order(title="图上的一张")
    page = person.open("/app/home?tier=management")
    chart = page.get_by_role("img", name=re.compile("^开单量"))
    chart.focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("status").filter(has_text=re.compile(r"^\d{4}-\d\d-\d\d: \d+")).wait_for()
    panel = page.get_by_role("button", name="复制数据 开单量").locator("xpath=ancestor::section[1]")
    panel.get_by_role("button", name="数据表").click()
    rows = panel.get_by_role("row")
    assert rows.count() == 31
    total = int(rows.last.get_by_role("cell").first.inner_text())
    assert total == int(re.findall(r"\d+$", rows.last.get_by_role("link").get_attribute("aria-label"))[0]) >= 1
    page.get_by_role("radio", name="折线").last.locator("xpath=ancestor::label[1]").click()
    assert violations(page) == []


def test_my_board_shows_today_by_hour(sit: Any) -> None:
    agent = sit("agent")
    made = agent.order(title="今天到期的一张", priority=1)
    person = sit("engineer")
    page = person.open("/app/board")
    page.get_by_role("heading", name=re.compile("^今天")).wait_for()
    page.get_by_role("link", name=re.compile("今天到期的一张")).wait_for()
    assert page.get_by_role("radio", name="个人").is_checked()
    page.get_by_role("link", name=re.compile("今天到期的一张")).click()
    page.get_by_role("heading", name=re.compile("今天到期的一张")).wait_for()
    assert page.url.endswith(made["id"])


def test_the_wall_shows_numbers_only_and_outlives_the_network(sit: Any) -> None:
    person = sit("manager", 1920, expected=("ERR_INTERNET_DISCONNECTED",))
    person.page.set_viewport_size({"width": 1920, "height": 1080})
    made = person.order(
        title="漏水漏到楼下", contact_name="欧阳明日", contact_phone="13912345678", address="科苑路 15 号", priority=1
    )
    page = person.open("/app/board?wall=1&every=5")
    seen: set[str] = set()
    for _ in range(60):
        seen.add(page.get_by_role("heading", level=1).inner_text())
        content = page.content()
        assert not [w for w in ("欧阳明日", "13912345678", "5678", "漏水漏到楼下", "科苑路") if w in content]
        assert page.evaluate(SMALLEST) >= 28, "readable from four metres"
        assert page.evaluate(OVERFLOW) <= 1
        if made["number"] in content:
            assert violations(page) == []
        if len(seen) == 5:
            break
        page.wait_for_timeout(500)
    assert seen == {"总览", "状态 × 班组", "最急的工单", "环节等待", "近 30 天指标"}
    assert page.get_by_role("navigation").count() == 0, "nothing around it"
    person.context.set_offline(True)
    page.get_by_role("status").filter(has_text="网络中断，数据截至").wait_for(timeout=25_000)
    assert page.get_by_role("heading", level=1).inner_text() in seen, "it goes on showing what it knows"
    person.context.set_offline(False)
    page.get_by_role("status").filter(has_text=re.compile("^数据截至")).wait_for(timeout=25_000)


def test_a_board_of_500_cards_is_fast_and_drags_smoothly(sit: Any) -> None:
    """Bars: drag ≥ 55 frames a second, drop seen ≤ 100 ms. Machines in company are noisy: against the page's own frames at rest."""
    admin = sit("admin").open("/app/home")
    admin.get_by_role("heading", level=1).wait_for()
    admin.evaluate(FILL, [520, "满板"])
    person = sit("manager")
    page = person.open("/app/board?kind=team&blueprint=service")
    page.get_by_role("listitem", name=re.compile("满板")).first.wait_for()
    cards = page.get_by_role("listitem", name=re.compile("满板"))
    shown = cards.count()
    assert shown >= 480, shown
    page.wait_for_timeout(1000)
    page.evaluate(FRAMES)
    page.wait_for_timeout(1000)
    idle = statistics.median(page.evaluate("window.endFrames()"))
    column = _column(page, "已派单")
    card = column.get_by_role("listitem").first
    start = card.bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 90, start["y"] + 30)
    page.evaluate(FRAMES)
    for turn in range(3):
        page.mouse.move(300 + 80 * turn, 300, steps=25)
        page.mouse.move(1200 - 60 * turn, 500, steps=25)
    frames = page.evaluate("window.endFrames()")
    page.mouse.move(start["x"] + 60, start["y"] + 40)
    page.mouse.up()
    dragging = statistics.median(frames)
    log.warning("%d cards: at rest %.1f ms, dragging %.1f ms, worst %.0f ms", shown, idle, dragging, max(frames))
    assert dragging <= max(1000 / 55, 1.15 * idle), (shown, idle, dragging, max(frames))
    held: list[Any] = []
    page.route("**/start", lambda route: held.append(route))
    dropped = []
    for _ in range(5):
        page.evaluate(DROPPED)
        _drag(page, column.get_by_role("listitem").first, _column(page, "服务中"))
        page.wait_for_timeout(700)
        dropped.append(page.evaluate("window.dropped"))
    log.warning("drop seen after %s ms", [round(d) for d in dropped])
    assert min(dropped) <= 100, dropped
    assert len(held) == 5, "all were seen before the server answered"
    for route in held:
        route.continue_()
    page.get_by_role("status").filter(has_text="已移到 服务中").wait_for()
