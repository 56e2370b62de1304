"""The work list as people live in it, by accessible names: each walk ends with what the public API then says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongdan.wiring.testing import World
from tests.browser.people import Person, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("list")]
SHOTS = os.environ.get("GONGDAN_SHOTS", "")
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"


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


@pytest.fixture(scope="module")
def many(site: tuple[str, World], browser: Any) -> list[dict[str, Any]]:
    """Twelve orders of one tag."""
    base, scene = site
    person = Person(browser, base, 1440, "agent", scene.company.slug)
    body = {"blueprint": "service", "fields": {"category": "consult"}, "tags": ["crowd"], "address": "深圳市南山区科技园"}
    made = [
        person.say("POST", "/orders", {**body, "title": f"保养预约 {n}", "lng": 113.9 + n / 20, "lat": 22.5 + n % 3 / 10})
        for n in range(12)
    ]
    person.context.close()
    return made


def _shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def _until(person: Person, path: str, wanted: Any) -> None:
    for _ in range(100):
        if wanted(person.get(path)):
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(person.get(path))


def test_chips_say_the_filters_and_a_view_keeps_them(sit: Any, many: list[dict[str, Any]]) -> None:
    person = sit("agent")
    page = person.open("/app/orders?tag=crowd")
    page.get_by_role("button", name="#crowd", exact=True).wait_for()
    adder = page.get_by_role("combobox", name="筛选")
    adder.click()
    adder.fill("时限")
    page.get_by_title("时限", exact=True).first.click()
    page.get_by_role("radio", name="本周").click()
    page.get_by_role("button", name="本周到期", exact=True).wait_for()
    page.wait_for_url(re.compile("due_from=week"))
    page.reload()
    page.get_by_role("button", name="本周到期", exact=True).wait_for()
    page.get_by_role("button", name="保存视图").click()
    page.get_by_label("视图名称").fill("本周人群")
    page.keyboard.press("Enter")
    name = page.get_by_role("button", name="视图: 本周人群")
    name.wait_for()
    page.get_by_role("button", name="清除筛选 本周到期").click()
    page.get_by_text("已修改").wait_for()
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("视图「本周人群」已保存").wait_for()
    page.keyboard.press("z")
    page.get_by_text("已修改").wait_for()
    kept = next(v for v in person.get("/views") if v["name"] == "本周人群")
    assert kept["filters"] == {"tag": "crowd", "due_from": "week", "due_before": "week+1w"}
    name.click()
    _shot(page, "views")
    page.get_by_role("link", name="超期").wait_for()
    page.get_by_role("button", name="删除「本周人群」").or_(page.get_by_role("button", name="删除视图「本周人群」")).click()
    page.get_by_role("button", name="视图: 工单列表").wait_for()
    page.keyboard.press("z")
    _until(person, "/views", lambda views: any(v["id"] == kept["id"] for v in views))


def test_the_first_view_of_a_person_and_hidden_ones(sit: Any) -> None:
    person = sit("dispatcher")
    page = person.open("/app/orders")
    page.get_by_role("button", name=re.compile("^视图")).click()
    page.get_by_role("button", name="打开列表时先看「待派单」").click()
    page.get_by_role("button", name="隐藏「等备件」").click()
    page.get_by_role("button", name="显示隐藏的 1 个").wait_for()
    person.open("/app/orders")
    page.get_by_role("button", name="视图: 待派单").wait_for()
    page.get_by_role("button", name="未派单", exact=True).wait_for()


def test_an_unknown_filter_is_said_and_can_be_taken_away(sit: Any) -> None:
    person = sit("agent", expected=("422",))
    page = person.open("/app/orders?colour=red")
    page.get_by_text("不认识的筛选：colour = red").wait_for()
    page.get_by_role("button", name=re.compile("清除筛选 不认识")).click()
    page.get_by_role("region", name="工单列表").wait_for()


def test_keys_change_state_person_and_priority_and_z_takes_back(sit: Any, many: list[dict[str, Any]]) -> None:
    person = sit("manager")
    page = person.open("/app/orders?tag=crowd&sort=created")
    page.get_by_role("link", name="保养预约 0", exact=True).wait_for()
    page.keyboard.press("j")
    page.keyboard.press("p")
    page.get_by_role("menuitem", name="P1 特急").click()
    path = f"/orders/{many[0]['id']}"
    _until(person, path, lambda o: o["priority"] == 1)
    page.get_by_text(f"{many[0]['number']} 改为 P1").wait_for()
    page.keyboard.press("z")
    _until(person, path, lambda o: o["priority"] == 3)
    page.keyboard.press("s")
    page.get_by_role("menuitem", name=re.compile("^受理")).wait_for()
    page.wait_for_timeout(150)
    _shot(page, "state")
    page.get_by_role("menuitem", name=re.compile("^受理")).press("Enter")
    _until(person, path, lambda o: o["accepted_at"] is not None)
    page.keyboard.press("j")
    page.keyboard.press("a")
    box = page.get_by_role("dialog").get_by_role("combobox", name="选择人员")
    box.wait_for()
    box.fill("engineer")
    page.get_by_title(re.compile("engineer")).first.click()
    _until(person, f"/orders/{many[1]['id']}", lambda o: o["assignee_id"] is not None)
    page.keyboard.press("l")
    page.get_by_label("新标签，回车添加").or_(page.get_by_placeholder("新标签，回车添加")).first.fill("vip")
    page.keyboard.press("Enter")
    _until(person, f"/orders/{many[1]['id']}", lambda o: "vip" in o["tags"])


def test_a_stale_row_is_put_back_with_the_reason(sit: Any, many: list[dict[str, Any]]) -> None:
    person = sit("manager", expected=("409",))
    page = person.open("/app/orders?tag=crowd&sort=created")
    row = page.get_by_role("row", name=re.compile("保养预约 2"))
    row.get_by_text("P3").wait_for()
    now = person.get(f"/orders/{many[2]['id']}")
    person.say("PATCH", f"/orders/{many[2]['id']}", {"priority": 2}, now["version"])
    row.get_by_role("button", name=re.compile("^改优先级")).click()
    page.get_by_role("menuitem", name="P1 特急").click()
    row.get_by_text("P2").wait_for()
    assert person.get(f"/orders/{many[2]['id']}")["priority"] == 2


def test_all_that_match_are_assigned_in_four_actions_and_undone(sit: Any, many: list[dict[str, Any]]) -> None:
    person = sit("dispatcher")
    page = person.open("/app/orders?tag=crowd")
    page.get_by_role("link", name="保养预约 3", exact=True).wait_for()
    before = {o["id"]: o["assignee_id"] for o in person.get("/orders?tag=crowd&limit=50")["items"]}
    page.get_by_label("全部", exact=True).check()  # 1
    bar = page.get_by_role("region", name="批量操作")
    bar.get_by_text("已选 12 张").wait_for()
    _shot(page, "batch")
    bar.get_by_role("button", name="派单").click()  # 2
    page.get_by_label("选择人员").fill("engineer")
    page.get_by_title(re.compile("engineer")).first.click()  # 3
    page.get_by_role("dialog").get_by_role("button", name="派单").click()  # 4
    page.get_by_text(re.compile("完成：12 成功")).first.wait_for()
    assert all(o["assignee_id"] for o in person.get("/orders?tag=crowd&limit=50")["items"])
    page.reload()
    page.get_by_role("button", name=re.compile("^批量任务")).click()
    runs = page.get_by_role("dialog", name="批量任务")
    runs.get_by_role("button", name="结果").first.click()
    runs.get_by_role("link", name=many[0]["number"]).wait_for()
    _shot(page, "runs")
    runs.get_by_role("button", name="撤销", exact=True).first.click()
    runs.get_by_text("撤销：派单").wait_for()
    _until(person, "/orders/bulk", lambda bulks: bulks[0]["undo_of"] and bulks[0]["state"] == "done")
    assert {o["id"]: o["assignee_id"] for o in person.get("/orders?tag=crowd&limit=50")["items"]} == before


def test_a_batch_names_what_it_refused(sit: Any) -> None:
    person = sit("dispatcher")
    body = {"blueprint": "service", "fields": {"category": "consult"}, "tags": ["pair"]}
    person.say("POST", "/orders", {**body, "title": "好的"})
    gone = person.say("POST", "/orders", {**body, "title": "坏的"})
    person.say("POST", f"/orders/{gone['id']}/cancel", {"reason": "重复"}, 1)
    page = person.open("/app/orders?tag=pair")
    page.get_by_role("link", name="坏的", exact=True).focus()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    bar = page.get_by_role("region", name="批量操作")
    bar.get_by_text("已选 2 张").wait_for()
    bar.get_by_role("button", name="派单").click()
    page.get_by_label("选择人员").fill("engineer")
    page.get_by_title(re.compile("engineer")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="派单").click()
    page.get_by_text("完成：1 成功，1 未成功").first.wait_for()
    page.get_by_role("button", name=re.compile("^批量任务")).click()
    runs = page.get_by_role("dialog", name="批量任务")
    runs.get_by_role("button", name="结果").first.click()
    runs.get_by_text("「已取消」状态下不能「派单」").first.wait_for()
    runs.get_by_role("button", name="重试未成功的").first.wait_for()


def test_peek_split_and_back_keep_the_place(sit: Any, many: list[dict[str, Any]]) -> None:
    person = sit("agent")
    page = person.open("/app/orders?tag=crowd&sort=created")
    page.get_by_role("link", name="保养预约 4", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("heading", name="保养预约 4").wait_for()
    page.wait_for_url(re.compile(f"peek={many[4]['id']}"))
    _shot(page, "peek")
    page.keyboard.press("]")
    page.get_by_role("heading", name="保养预约 5").wait_for()
    page.get_by_role("complementary", name="预览").get_by_role("button", name="并排").click()
    page.wait_for_url(re.compile("split=1"))
    page.get_by_role("separator", name="列表与工单的分界").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("link", name="保养预约 6", exact=True).click()
    page.get_by_role("heading", name="保养预约 6").wait_for()
    page.get_by_role("complementary", name="预览").get_by_role("button", name="打开").first.click()
    page.wait_for_url(re.compile(f"/app/orders/{many[6]['id']}"))
    page.get_by_role("heading", name="保养预约 6").wait_for()
    page.wait_for_timeout(500)  # the keys come with a part of their own
    page.keyboard.press("]")
    page.wait_for_url(re.compile(f"/app/orders/{many[7]['id']}"))
    page.go_back()
    page.wait_for_url(re.compile("tag=crowd"))
    page.get_by_role("link", name="保养预约 6", exact=True).wait_for()


def test_columns_order_width_density_and_groups(sit: Any, many: list[dict[str, Any]]) -> None:
    person = sit("manager")
    page = person.open("/app/orders?tag=crowd")
    page.get_by_role("link", name="保养预约 1", exact=True).wait_for()
    page.get_by_role("button", name="列", exact=True).click()
    menu = page.get_by_role("dialog", name="列")
    menu.get_by_role("checkbox", name="服务类别").check()
    menu.get_by_role("button", name="「标题」前移").click()
    menu.get_by_label("固定前几列").fill("2")
    menu.get_by_text("紧凑").click()
    _shot(page, "columns")
    page.keyboard.press("Escape")
    page.reload()
    page.get_by_role("columnheader", name=re.compile("服务类别")).wait_for()
    heads = [h.split("\n")[0] for h in page.get_by_role("columnheader").all_inner_texts()]
    assert heads.index("标题") < heads.index("编号")
    edge = page.get_by_role("separator", name="「标题」的宽度")
    wide = int(edge.get_attribute("aria-valuenow"))
    edge.focus()
    page.keyboard.press("ArrowRight")
    assert int(edge.get_attribute("aria-valuenow")) == wide + 16
    page.get_by_role("button", name=re.compile("^服务类别")).first.click()
    page.get_by_title("安装", exact=True).click()
    _until(person, "/orders?tag=crowd&field.category=install", lambda found: len(found["items"]) == 1)
    page.get_by_label("分组", exact=True).click()
    page.get_by_title("分组: 优先级").click()
    page.wait_for_url(re.compile("group=priority"))
    page.get_by_role("button", name=re.compile(r"P3 \d+")).wait_for()
    _shot(page, "groups")
    page.get_by_label("分组", exact=True).click()
    page.get_by_title("不分组").click()


def test_calendar_and_map_show_the_same_orders(sit: Any, many: list[dict[str, Any]]) -> None:
    person = sit("manager")
    page = person.open("/app/orders?tag=crowd&layout=calendar")
    region = page.get_by_role("region", name="日历", exact=True)
    region.get_by_role("button", name=re.compile("共 [1-9]")).first.wait_for()
    _shot(page, "calendar")
    region.get_by_role("button", name=re.compile("共 [1-9]")).first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.day") is not None
    page.get_by_label("布局", exact=True).click()
    page.get_by_title("地图").click()
    listed = page.get_by_role("region", name="地图上的工单")
    listed.get_by_text("共 12 张").wait_for()
    _shot(page, "map")
    page.get_by_role("button", name="只看此范围").click()
    page.wait_for_url(re.compile("bbox="))
    page.get_by_text("地图范围内").wait_for()


def test_an_export_is_downloaded(sit: Any, many: list[dict[str, Any]]) -> None:
    person = sit("manager")
    page = person.open("/app/orders?tag=crowd")
    page.get_by_role("link", name="保养预约 1", exact=True).wait_for()
    page.get_by_role("button", name="导出", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert text.count("\n") == 13
    assert "保养预约 7" in text
    assert waiting.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize(("scheme", "lang", "width"), [("light", "zh", 1440), ("dark", "en", 360)])
def test_an_unknown_filter_among_others_is_for_everybody(
    sit: Any, many: list[dict[str, Any]], scheme: str, lang: str, width: int
) -> None:
    query = "tag=crowd&due_from=today&assignee_id=me&open=true&colour=x"
    person = sit("manager", width, color_scheme=scheme, lang=lang, expected=("422",))
    page = person.open(f"/app/orders?{query}")
    page.get_by_role("heading", level=1).wait_for()
    for _ in range(100):
        if page.evaluate("!document.querySelector('.ant-skeleton')"):
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    name = f"{scheme}-{width}-unknown"
    _shot(page, name)
    assert (name, violations(page)) == (name, [])
    assert (name, page.evaluate(OVERFLOW) <= 1) == (name, True)


SCROLL = """by => new Promise(done => { const box = document.querySelector('[role=region][aria-label="工单列表"]'); let n = 0;
const step = () => { box.scrollTop += by; ++n < 150 ? requestAnimationFrame(step) : done(n) }; requestAnimationFrame(step) })"""


def test_five_thousand_rows_scroll_smoothly(sit: Any, many: list[dict[str, Any]]) -> None:
    """The server's answer is multiplied in the browser: what is measured is the table. Processor time of the page's own thread for
    each frame, so that a busy machine does not blur it."""
    person = sit("agent")
    page = person.page
    row = person.get("/orders?tag=crowd&limit=1")["items"][0]
    items = [{**row, "id": f"{n:08x}{row['id'][8:]}", "number": f"KD-{n}", "title": f"第 {n} 张"} for n in range(5_000)]
    page.route(re.compile(r"/api/v1/orders\?"), lambda route: route.fulfill(json={"items": items, "next": None}))
    person.open("/app/orders?tag=crowd")
    page.get_by_text("已加载 5000 张").wait_for()
    assert page.get_by_role("row").count() < 120, "only what is in sight is in the document"
    session = person.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        return float(next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"))

    before = busy()
    frames = page.evaluate(SCROLL, 120)
    each = (busy() - before) / frames * 1000
    if SHOTS:
        Path(SHOTS, "frames.txt").write_text(f"{each:.1f} ms of processor a frame\n")
    assert each <= 1000 / 55, each
