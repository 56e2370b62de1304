"""The order page as people work with it, by accessible names only; each walk ends with what the public API then says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from gongdan.wiring.testing import World
from tests.browser.people import Person, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("order")]
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
READY = "!!document.querySelector('h1') && !document.querySelector('.ant-skeleton, .ant-spin')"


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


def _ready(page: Any) -> None:
    for _ in range(200):  # the page's own policy forbids wait_for_function
        if page.evaluate(READY):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the page did not come to rest")


def _more(page: Any) -> None:
    """Open the menu of what else can be done with the order; the strip of open orders has a menu of its own."""
    page.get_by_role("button", name="更多", exact=True).or_(page.get_by_role("button", name="操作", exact=True)).first.click()


def _started(person: Person, **values: Any) -> dict[str, Any]:
    made = person.order(**values)
    for verb in ("accept", "start"):
        version = person.get(f"/orders/{made['id']}")["version"]
        person.say("POST", f"/orders/{made['id']}/{verb}", {}, version)
    found: dict[str, Any] = person.get(f"/orders/{made['id']}")
    return found


def _until(person: Person, path: str, true: Any) -> Any:
    for _ in range(150):
        found = person.get(path)
        if true(found):
            return found
        person.page.wait_for_timeout(100)
    raise AssertionError(found)


def test_what_is_missing_is_asked_before_it_is_sent(sit: Any) -> None:
    person = sit("manager")
    made = _started(person, title="缺少原因")
    page = person.open(f"/app/orders/{made['id']}")
    page.get_by_label("公开回复", exact=True).last.fill("换了滤网")
    page.keyboard.press("Control+Shift+Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("故障原因").fill("滤网堵塞")
    page.keyboard.press("Control+Enter")
    dialog.wait_for(state="hidden")
    found = _until(person, f"/orders/{made['id']}", lambda o: o["family"] == "resolved")
    assert (found["fields"]["fault_cause"], [c["body"] for c in found["comments"]]) == ("滤网堵塞", ["换了滤网"])


def test_a_message_is_taken_back_and_its_words_return(sit: Any) -> None:
    person = sit("agent")
    made = person.order(title="撤回的一张")
    page = person.open(f"/app/orders/{made['id']}")
    box = page.get_by_label("公开回复", exact=True).last
    box.fill("发错人了")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="撤回").click()
    page.get_by_role("group", name="等待发送").wait_for(state="detached")
    assert box.input_value() == "发错人了"
    assert person.get(f"/orders/{made['id']}")["comments"] == []
    page.get_by_text("内部备注", exact=True).first.click()
    box = page.get_by_label("内部备注", exact=True).last
    assert box.input_value() == "发错人了", "switching keeps the words"
    page.get_by_role("button", name="发 送", exact=False).last.or_(
        page.get_by_role("button", name="发送", exact=True)
    ).first.click()
    page.get_by_role("button", name="立即发送").click()
    found = _until(person, f"/orders/{made['id']}", lambda o: o["comments"])
    assert [(c["body"], c["internal"]) for c in found["comments"]] == [("发错人了", True)]


def test_a_draft_outlives_the_browser_and_two_windows_lose_nothing(sit: Any) -> None:
    first = sit("agent")
    made = first.order(title="草稿的一张")
    page = first.open(f"/app/orders/{made['id']}")
    page.get_by_label("公开回复", exact=True).last.fill("写到一半")
    page.get_by_text("草稿已保存", exact=True).wait_for()
    first.context.close()  # nothing of this browser is left
    second = sit("agent")
    page = second.open(f"/app/orders/{made['id']}")
    box = page.get_by_label("公开回复", exact=True).last
    box.wait_for()
    for _ in range(100):
        if box.input_value() == "写到一半":
            break
        page.wait_for_timeout(50)
    assert box.input_value() == "写到一半"
    third = sit("agent")
    other = third.open(f"/app/orders/{made['id']}")
    theirs = other.get_by_label("公开回复", exact=True).last
    theirs.wait_for()
    for _ in range(100):
        if theirs.input_value() == "写到一半":
            break
        other.wait_for_timeout(50)
    box.fill("写到一半，甲接着写")
    page.get_by_text("草稿已保存", exact=True).wait_for()
    page.wait_for_timeout(800)
    theirs.fill("写到一半，乙接着写")
    other.get_by_text("您在另一个窗口写过这些").wait_for()
    other.get_by_role("button", name="合在一起").click()
    assert theirs.input_value() == "写到一半，乙接着写\n写到一半，甲接着写"


def test_what_is_under_the_pointer_stays_there(sit: Any) -> None:
    person, other = sit("agent"), sit("manager")
    made = person.order(title="指着的一张")
    page = person.open(f"/app/orders/{made['id']}")
    entry = page.get_by_role("article").first
    entry.wait_for()
    _ready(page)
    page.wait_for_timeout(300)
    entry.hover()
    before, words = entry.bounding_box(), entry.inner_text()
    other.say("POST", f"/orders/{made['id']}/comments", {"body": "刚刚打来电话", "internal": True})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    fresh = page.get_by_role("button", name=re.compile("条新内容 · 显示"))
    fresh.wait_for()
    assert page.get_by_text("刚刚打来电话").count() == 0
    assert page.get_by_role("article").first.inner_text() == words
    assert page.get_by_role("article").first.bounding_box()["y"] == before["y"]
    fresh.click()
    page.get_by_text("刚刚打来电话").wait_for()


def test_a_second_matter_is_split_off(sit: Any) -> None:
    person = sit("agent")
    made = person.order(title="两件事")
    person.say("POST", f"/orders/{made['id']}/comments", {"body": "另外电梯也有响声", "internal": True})
    page = person.open(f"/app/orders/{made['id']}")
    _ready(page)
    _more(page)
    page.get_by_role("menuitem", name="拆分").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("标题").fill("电梯异响")
    dialog.get_by_label(re.compile("另外电梯也有响声")).check()
    dialog.get_by_role("button", name="拆分", exact=True).click()
    page.get_by_text("拆分自").wait_for()
    found = person.get("/orders/" + page.url.rsplit("/", 1)[1])
    assert (found["title"], [c["body"] for c in found["comments"]]) == ("电梯异响", ["另外电梯也有响声"])
    page.get_by_role("button", name=re.compile("^撤销（")).click()
    page.get_by_text("已取消").first.wait_for()


def test_two_people_edit_the_same_value(sit: Any) -> None:
    person, other = sit("agent", expected=("409",)), sit("manager")
    made = person.order(title="地址会变", address="深圳市宝安区一号")
    page = person.open(f"/app/orders/{made['id']}")
    page.get_by_role("button", name="编辑 地址").click()
    box = page.get_by_role("textbox", name="地址")
    box.fill("深圳市宝安区二号")
    other.say("PATCH", f"/orders/{made['id']}", {"address": "深圳市宝安区三号"}, made["version"])
    page.keyboard.press("Control+Enter")
    page.get_by_text("有人刚改过这张工单").first.wait_for()
    assert box.input_value() == "深圳市宝安区二号", "not one character is lost"
    page.get_by_role("button", name="合并编辑").click()
    assert box.input_value() == "深圳市宝安区三号\n深圳市宝安区二号"
    page.keyboard.press("Control+Enter")
    box.wait_for(state="detached")
    assert person.get(f"/orders/{made['id']}")["address"] == "深圳市宝安区三号\n深圳市宝安区二号"


def test_files_are_pasted_shown_and_looked_at(sit: Any) -> None:
    person = sit("agent")
    made = person.order(title="有附件的一张")
    page = person.open(f"/app/orders/{made['id']}")
    page.get_by_role("tab", name="附件").click()
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    with page.expect_file_chooser() as chooser:
        page.get_by_role("region", name="详情").get_by_role("button", name="上传附件").click()
    big = b"%PDF-1.4\n" + b"0" * 5_000_000
    chooser.value.set_files(
        [
            {"name": "现场.png", "mimeType": "image/png", "buffer": png},
            {"name": "手册.pdf", "mimeType": "application/pdf", "buffer": big},
            {"name": "记录.txt", "mimeType": "text/plain", "buffer": "第一行".encode()},
        ]
    )
    found = _until(person, f"/orders/{made['id']}", lambda o: len(o["attachments"]) == 3)
    assert {a["name"]: a["size"] for a in found["attachments"]}["手册.pdf"] == len(big), "came in parts and is whole"
    page.get_by_role("button", name="记录.txt", exact=True).click()
    page.get_by_role("dialog").get_by_text("第一行").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_role("dialog").get_by_role("img").or_(page.get_by_role("dialog").get_by_title("手册.pdf")).first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")


def test_replies_are_looked_after(sit: Any) -> None:
    person = sit("manager")
    page = person.open("/app/replies")
    page.get_by_role("button", name="新建快捷回复").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名称").fill("上门前")
    dialog.get_by_label("快捷码").fill("sm")
    dialog.get_by_label("内容").fill("您好，")
    dialog.get_by_role("button", name="工程师", exact=True).click()
    dialog.get_by_role("button", name="保存").click()
    dialog.wait_for(state="hidden")
    page.get_by_text("您好，{{engineer}}").wait_for()
    page.get_by_role("button", name="编辑 上门前").click()
    dialog.get_by_label("内容").fill("您好，{{enginer}}")
    person.expected = ("422",)
    dialog.get_by_role("button", name="保存").click()
    dialog.get_by_text("没有变量「enginer」").wait_for()
    page.keyboard.press("Escape")


@pytest.mark.parametrize(("scheme", "lang", "width"), [("light", "zh", 1440), ("dark", "en", 360)])
def test_looks(sit: Any, scheme: str, lang: str, width: int) -> None:
    person = sit("manager", width, color_scheme=scheme, lang=lang)
    values = {"contact_name": "李女士", "contact_phone": "13800138000", "address": "深圳市宝安区人民路 513 号"}
    made = _started(person, title="空压机漏油，三楼机房地面已有油渍需尽快处理", **values)
    person.say("POST", f"/orders/{made['id']}/comments", {"body": "客户明天在现场", "internal": True})
    person.say("POST", f"/orders/{made['id']}/comments", {"body": "工程师已在路上，预计半小时到达。"})
    person.say("POST", f"/orders/{made['id']}/tags", {"tag": "vip"})
    page = person.open(f"/app/orders/{made['id']}")
    page.get_by_role("article").get_by_text("客户明天在现场").wait_for()
    for tab in page.get_by_role("tab").all():
        tab.click()
        _ready(page)
        assert violations(page) == []
        assert page.evaluate(OVERFLOW) <= 1
    if width > 1000:
        box = page.get_by_role("heading", level=1).locator("xpath=ancestor::div[@class='head']").bounding_box()
        assert box["height"] <= 96
    else:  # the facts of the job without scrolling
        for words in ("李女士", "13800138000"):
            seen = page.get_by_text(words).first.bounding_box()
            assert seen is not None
            assert seen["y"] < 800
    person.go("/app/replies")
    _ready(page)
    assert violations(page) == []
    assert page.evaluate(OVERFLOW) <= 1
