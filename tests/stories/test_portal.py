"""The customer's side: report, follow, reply, cancel – without log-in, without script, each press with one effect."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Pages

from gongdan.channels.mail import Mail, use_mailer
from gongdan.files.scanning import EICAR
from gongdan.kernel.work import system_work
from gongdan.notify import sending
from gongdan.orders import anchoring
from gongdan.portal import pages, urls, views
from gongdan.wiring.testing import World, world

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
GIVEN = {"title": "三楼空调漏水", "phone": "138 0013 8000", "f.fault_type": "hvac", "name": "张三", "address": "深南路 1 号"}


@pytest.fixture(scope="module")
def made() -> World:
    return world()


@pytest.fixture
def scene(made: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(views, "CLOCK", made.clock)
    pages.pace.forget()
    yield made
    pages.pace.forget()


def _form(scene: World, blueprint: str = "repair") -> str:
    return f"/p/{scene.company.slug}/report/{blueprint}"


def _operation(page: str) -> str:
    found = re.search(r'name="operation" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _report(scene: World, **changes: Any) -> Any:
    given = {"operation": str(uuid4()), **GIVEN, **changes}
    return Pages().post(_form(scene), {k: v for k, v in given.items() if v is not None})


def _number(answer: Any) -> str:
    found = re.search(r'id="number">([^<]+)<', answer.content.decode())
    assert found is not None, answer.content.decode()
    return found[1]


def _link(answer: Any) -> str:
    found = re.search(r'href="(/t/[^"?]+)', answer.content.decode())
    assert found is not None
    return found[1]


def _order(scene: World, answer: Any) -> dict[str, Any]:
    found: list[dict[str, Any]] = scene.client("agent").get(f"/orders/search?q={_number(answer)}").json["items"]
    shown: dict[str, Any] = scene.client("agent").get(f"/orders/{found[0]['id']}").json
    return shown


def _count(scene: World) -> int:
    total: int = scene.client("agent").get("/orders/count").json["count"]
    return total


def _read_only(on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('default_transaction_read_only', %s, false)", ["on" if on else "off"])


@pytest.fixture
def reading() -> Iterator[None]:
    """PostgreSQL refuses every write of this connection."""
    _read_only(on=True)
    yield
    _read_only(on=False)


def test_every_page_is_safe_for_nobody(scene: World) -> None:
    """Every address the portal has, as nobody with made-up values: a plain 404, no cookie, nothing to run."""
    for pattern in urls.urlpatterns:
        path = "/" + re.sub(r"<\w+:(\w+)>", "made-up", str(pattern.pattern))
        for answer in (Pages().get(path), Pages().head(path), Pages().post(path, {"score": "5", "do": "cancel", "reason": "x"})):
            if path == "/portal.css":
                continue
            assert answer.status_code == 404, path
            assert "script-src" not in answer["Content-Security-Policy"]
            assert answer["Content-Security-Policy"].startswith("default-src 'none'")
            assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
            assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
            assert not answer.cookies
        assert Pages().delete(path).status_code == 405
        assert Pages().put(path).status_code == 405


def test_the_form_needs_no_script_and_little_of_a_phone(scene: World) -> None:
    page = Pages().get(_form(scene))
    text = page.content.decode()
    assert page.status_code == 200
    assert "<script" not in text
    assert "javascript:" not in text
    assert not re.search(r"\son\w+=", text)
    assert '<html lang="zh-CN">' in text
    assert "测试公司" in text
    assert len(re.findall(r"\srequired", text)) == 3, "title, phone and the kind of fault"
    style = Pages().get("/portal.css")
    assert len(style.content) < 15_000
    assert "prefers-color-scheme:dark" in style.content.decode()
    assert len(page.content) + len(style.content) < 80_000
    every_label = set(re.findall(r'<label for="([^"]+)"', text))
    every_control = set(re.findall(r'<(?:input|select|textarea) id="([^"]+)"', text))
    assert every_control <= every_label


def test_the_form_speaks_english(scene: World) -> None:
    for page in (Pages().get(_form(scene) + "?lang=en"), Pages().get(_form(scene), HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.9")):
        text = page.content.decode()
        assert '<html lang="en">' in text
        assert "Equipment repair" in text
        assert "What is wrong" in text
        assert "Lift" in text


def test_a_form_that_is_not_public_is_not_there(scene: World) -> None:
    assert Pages().get(_form(scene, "nothing")).status_code == 404
    assert Pages().get("/p/nobody/report/repair").status_code == 404


def test_a_report_becomes_an_order_and_a_link(scene: World) -> None:
    answer = _report(scene, **{"f.stopped": "on", "description": "滴水到电脑上"})
    order = _order(scene, answer)
    assert (order["title"], order["channel"], order["contact_name"]) == ("三楼空调漏水", "web", "张三")
    assert order["fields"]["stopped"] is True
    assert order["fields"]["fault_type"] == "hvac"
    assert order["timeline"][-1]["actor_name"] == "客户", "no customer's name in the ledger"
    assert Pages().get(_link(answer)).status_code == 200


def test_a_double_press_makes_one_order(scene: World) -> None:
    operation, before = str(uuid4()), _count(scene)
    numbers = {_number(_report(scene, operation=operation)) for _ in range(3)}
    assert (len(numbers), _count(scene) - before) == (1, 1)


def test_presses_at_the_same_moment_make_one_order(scene: World) -> None:
    operation, before, gate = str(uuid4()), _count(scene), threading.Barrier(5)
    numbers: list[str] = []

    def press() -> None:
        gate.wait()
        try:
            numbers.append(_number(_report(scene, operation=operation)))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(numbers), len(set(numbers)), _count(scene) - before) == (5, 1, 1)


def test_going_back_and_reporting_something_else_is_another_order(scene: World) -> None:
    operation = str(uuid4())
    first, second = _report(scene, operation=operation), _report(scene, operation=operation, title="二楼电梯不动")
    assert _number(first) != _number(second)


def test_what_is_missing_is_named_and_nothing_is_lost(scene: World) -> None:
    before = _count(scene)
    answer = _report(scene, title=" ", phone="", description='"><script>alert(1)</script>')
    text = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#title">问题描述：请填写</a>' in text
    assert '<a href="#phone">联系电话：请填写</a>' in text
    assert text.count('aria-invalid="true"') == 2
    assert "&quot;&gt;&lt;script&gt;" in text
    assert "<script" not in text
    assert _operation(text)
    assert _count(scene) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"f.fault_type": "no such"},
        {"f.fault_type": None},
        {"title": "a\x00b"},
        {"name": "a\x00b"},
        {"description": "\x00"},
        {"f.fault_type": "\x00"},
    ],
    ids=str,
)
def test_refused_input_is_told_in_words(scene: World, changes: dict[str, Any]) -> None:
    before = _count(scene)
    answer = _report(scene, **changes)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert _count(scene) == before


@pytest.mark.parametrize("value", ["x" * 10_000, "\ud800".encode("utf-8", "surrogatepass"), "\u202eabc", "🌊" * 200, "\r\n\r\n"])
def test_odd_input_never_breaks_the_page(scene: World, value: Any) -> None:
    for key in ("title", "phone", "name", "address", "email", "operation", "f.fault_type", "f.stopped", "lang"):
        assert _report(scene, **{key: value}).status_code in (200, 422), key
        pages.pace.forget()


def test_a_robot_that_fills_in_everything_makes_nothing(scene: World) -> None:
    before = _count(scene)
    assert _report(scene, website="https://spam.example").status_code == 400
    assert _count(scene) == before


def test_one_source_has_a_pace_and_others_do_not_suffer(scene: World) -> None:
    for _ in range(pages.LIMIT):
        assert Pages(REMOTE_ADDR="203.0.113.9").post(_form(scene), {"website": "x"}).status_code == 400
    for forged in ("", "198.51.100.7"):
        loud = Pages(REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=forged)
        over = loud.post(_form(scene), {**GIVEN, "operation": str(uuid4())})
        assert (over.status_code, over["Retry-After"]) == (429, "600")
    assert Pages(REMOTE_ADDR="203.0.113.9").get(_form(scene)).status_code == 200, "reading is not counted"
    assert Pages(REMOTE_ADDR="203.0.113.10").post(_form(scene), {"website": "x"}).status_code == 400


def test_behind_a_proxy_of_ours_the_last_address_counts(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_PROXIES", "1")
    for number in range(pages.LIMIT + 1):
        answer = Pages(HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.9").post(_form(scene), {"website": "x"})
    assert answer.status_code == 429
    assert Pages(HTTP_X_FORWARDED_FOR="203.0.113.9, 203.0.113.10").post(_form(scene), {"website": "x"}).status_code == 400


def test_a_body_over_the_limit_is_not_even_read(scene: World) -> None:
    over = Pages().post(_form(scene), GIVEN, CONTENT_LENGTH=str(pages.MOST_BODY + 1))
    assert over.status_code == 413
    assert "40 MB" in over.content.decode()


def test_photos_come_along_and_nothing_else(scene: World) -> None:
    photo = SimpleUploadedFile("../\u202e照片.png", PNG)
    order = _order(scene, _report(scene, photos=photo))
    (attached,) = order["attachments"]
    assert attached["name"] == "照片.png"
    assert order["fields"]["photos"] == [attached["file_id"]]
    assert scene.client("agent").get(f"/files/{attached['file_id']}/content").body == PNG


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("photo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("photo.gif", b"GIF89a/*<script>*/=1;alert(1)</script>"),
        ("photo.png", b"PK\x03\x04" + bytes(100)),
        ("photo.exe", b"\x7fELF" + bytes(100)),
        ("eicar.jpg", EICAR),
        (".htaccess", b"AddType application/x-httpd-php .jpg"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_with_the_form(scene: World, name: str, content: bytes) -> None:
    before = _count(scene)
    answer = _report(scene, photos=SimpleUploadedFile(name, content, content_type="image/jpeg"))
    assert answer.status_code == 422
    assert "不是照片、视频或 PDF" in answer.content.decode()
    assert _count(scene) == before


def test_a_picture_with_a_virus_in_it_reaches_nobody(scene: World) -> None:
    order = _order(scene, _report(scene, photos=SimpleUploadedFile("photo.png", PNG + EICAR)))
    got = scene.client("agent").get(f"/files/{order['attachments'][0]['file_id']}/content")
    assert (got.status, got.json["code"]) == (403, "file_quarantined")


def test_more_than_six_files_are_refused(scene: World) -> None:
    photos = [SimpleUploadedFile(f"{n}.png", PNG) for n in range(7)]
    answer = Pages().post(_form(scene), {**GIVEN, "operation": str(uuid4()), "photos": photos})
    assert answer.status_code == 422
    assert "最多上传 6 个文件" in answer.content.decode()


class _Post:
    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> str:
        self.sent.append(mail)
        return "ok"

    def close(self) -> None:
        pass


@pytest.fixture
def post(scene: World) -> Iterator[_Post]:
    kept = _Post()
    use_mailer(lambda: kept)
    while sending.send_batch(scene.clock.now()):
        pass
    kept.sent.clear()
    yield kept
    use_mailer(None)


def test_who_gives_an_address_gets_the_link_by_mail_once(scene: World, post: _Post) -> None:
    operation = str(uuid4())
    for _ in range(2):
        answer = _report(scene, email="zhang@example.com", operation=operation)
    sending.send_batch(scene.clock.now())
    (mail,) = post.sent
    assert (mail.to, mail.subject) == ("zhang@example.com", f"已收到您的服务请求 {_number(answer)}")
    link = re.search(r"/t/\S+", mail.text)
    assert link is not None
    assert Pages().get(link[0]).status_code == 200


def test_no_token_is_left_in_the_database(scene: World, post: _Post) -> None:
    answer = _report(scene, email="zhang@example.com")
    token = _link(answer).removeprefix("/t/")
    sending.send_batch(scene.clock.now())
    mailed = post.sent[0].text.rpartition("/t/")[2]
    assert len(token) >= 43, "256 bits"
    tables = "surveys_link kernel_operation kernel_job notify_message orders_event orders_order".split()
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        for table in tables:
            rows = str(work.read(f"select t::text from {table} t"))
            assert len(rows) > 100
            assert token not in rows, table
            assert mailed not in rows, table


def test_the_link_shows_what_a_customer_may_know_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = world()
    monkeypatch.setattr(views, "CLOCK", scene.clock)
    answer = _report(scene, description="门禁密码 4711")
    order = _order(scene, answer)
    agent = scene.client("agent")
    assert agent.post(f"/orders/{order['id']}/comments", {"body": "老客户，难缠", "internal": True}).status == 201
    assert agent.post(f"/orders/{order['id']}/comments", {"body": "<b>我们</b>明天到"}).status == 201
    scene.run_jobs()
    text = Pages().get(_link(answer)).content.decode()
    assert '<span class="pill waiting" id="state">待处理</span>' in text
    assert "王伟" in text
    assert "&lt;b&gt;我们&lt;/b&gt;明天到" in text
    for secret in ("难缠", "4711", "138 0013", "13800138000", "深南路", "张三", order["id"]):
        assert secret not in text, secret
    assert "Asia/Shanghai" in text
    assert scene.clock.now().astimezone().strftime("%Y") in text
    moved = (scene.clock.now() + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
    assert moved in text, "times are the company's, not the server's"
    assert "In progress" not in text
    assert "Waiting" in Pages().get(_link(answer) + "?lang=en").content.decode()


def test_reading_stores_nothing(scene: World, reading: None) -> None:
    """Under a connection that may not write. (Made before: a report, in another transaction.)"""
    _read_only(on=False)
    link = _link(_report(scene))
    _read_only(on=True)
    for path in (_form(scene), link, link.replace("/t/", "/s/")):
        assert Pages().get(path).status_code == 200
        assert Pages().head(path).status_code == 200
    with pytest.raises(Exception, match="read-only transaction"):  # negative control
        Pages().post(link, {"do": "reply", "body": "x", "operation": str(uuid4())})


@pytest.mark.parametrize("token", ["", "x", "%00", "a" * 43, "../../etc", "a" * 5_000, "é" * 43])
def test_a_guessed_link_says_nothing(scene: World, token: str) -> None:
    for kind in ("t", "s"):
        answer = Pages().get(f"/{kind}/{token}")
        assert answer.status_code == 404


def test_a_link_ends_thirty_days_after_closing(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = world()
    monkeypatch.setattr(views, "CLOCK", mine.clock)
    answer = _report(mine)
    order, agent = _order(mine, answer), mine.client("agent")
    mine.clock.advance(timedelta(days=300))
    assert Pages().get(_link(answer)).status_code == 200, "while it is open the link holds"
    cancelled = agent.post(f"/orders/{order['id']}/cancel", {"reason": "x"}, version=order["version"])
    assert cancelled.status == 200, cancelled.body
    assert "已取消" in Pages().get(_link(answer)).content.decode()
    mine.clock.advance(timedelta(days=30, seconds=-1))
    assert Pages().get(_link(answer)).status_code == 200
    mine.clock.advance(timedelta(seconds=2))
    assert Pages().get(_link(answer)).status_code == 404
    assert Pages().post(_link(answer), {"do": "reply", "body": "x"}).status_code == 404


def test_a_link_can_be_revoked(scene: World) -> None:
    answer = _report(scene)
    order, agent = _order(scene, answer), scene.client("agent")
    mine = agent.post(f"/orders/{order['id']}/tracking-link").json["path"]
    assert Pages().get(mine).status_code == 200
    other = world().client("admin")
    assert other.delete(f"/orders/{order['id']}/tracking-link").status == 404
    assert Pages().get(mine).status_code == 200
    assert agent.delete(f"/orders/{order['id']}/tracking-link").json == {"links": 2}
    for path in (mine, _link(answer)):
        assert Pages().get(path).status_code == 404


def _reply(link: str, operation: str, body: str = "请尽快", **more: Any) -> Any:
    return Pages().post(link, {"do": "reply", "operation": operation, "body": body, **more})


def test_a_reply_arrives_once(scene: World) -> None:
    link = _link(answer := _report(scene))
    operation = _operation(Pages().get(link).content.decode())
    for _ in range(3):
        done = _reply(link, operation)
        assert (done.status_code, done["Location"]) == (303, f"{link}?lang=zh")
    assert _reply(link, operation, "还有一点").status_code == 303
    assert _reply(link, str(uuid4()), "  ").status_code == 303, "nothing said, nothing stored"
    said = _order(scene, answer)["comments"]
    assert sorted(c["body"] for c in said) == ["请尽快", "还有一点"]
    assert {(c["author_kind"], c["author_name"], c["internal"]) for c in said} == {("link", "客户", False)}
    page = Pages().get(link).content.decode()
    assert "<strong>您</strong>" in page


def test_a_reply_brings_photos(scene: World) -> None:
    link = _link(answer := _report(scene))
    assert _reply(link, str(uuid4()), "", photos=SimpleUploadedFile("a.png", PNG)).status_code == 303
    wrong = _reply(link, str(uuid4()), "看这个", photos=SimpleUploadedFile("a.png", b"<html>"))
    assert wrong.status_code == 422
    assert "看这个</textarea>" in wrong.content.decode(), "what was typed is still there"
    order = _order(scene, answer)
    assert [a["name"] for a in order["attachments"]] == ["a.png"]
    assert len(order["comments"]) == 1


def test_a_reply_with_a_nul_is_refused_in_words(scene: World) -> None:
    assert _reply(_link(_report(scene)), str(uuid4()), "a\x00b").status_code == 422


def test_cancelling_works_once_and_tells_why_not(scene: World) -> None:
    link = _link(answer := _report(scene))
    operation = str(uuid4())
    for _ in range(2):
        done = Pages().post(link, {"do": "cancel", "operation": operation, "reason": "修好了"})
        assert done.status_code == 303
    page = Pages().get(link).content.decode()
    assert 'id="state">已取消<' in page
    assert 'name="do" value="cancel"' not in page
    again = Pages().post(link, {"do": "cancel", "operation": str(uuid4()), "reason": "x"})
    assert again.status_code == 422
    types = [e["type"] for e in _order(scene, answer)["timeline"]]
    assert types.count("cancel") == 1


def test_the_ledger_holds_after_all_this(scene: World) -> None:
    _reply(_link(_report(scene)), str(uuid4()))
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []


def _merge(scene: World, gone: dict[str, Any], stays: dict[str, Any]) -> None:
    client = scene.client("agent")
    versions = [client.get(f"/orders/{o['id']}").json["version"] for o in (gone, stays)]
    body = {"into": stays["id"], "into_version": versions[1], "reason": "同一故障"}
    assert client.post(f"/orders/{gone['id']}/merge", body, version=versions[0]).status == 200


def _write(path: str, body: str) -> str:
    page = Pages().get(path).content.decode()
    assert Pages().post(path, {"do": "reply", "body": body, "operation": _operation(page)}).status_code in (302, 303)
    return Pages().get(path).content.decode()


def test_the_link_of_a_merged_order_shows_how_the_other_goes(scene: World) -> None:
    duplicate, main = _report(scene, title="又漏水了"), _report(scene)
    gone, stays, path = _order(scene, duplicate), _order(scene, main), _link(duplicate)
    client = scene.client("agent")
    client.post(f"/orders/{stays['id']}/comments", {"body": "师傅已出发"})
    client.post(f"/orders/{stays['id']}/comments", {"body": "备注勿外传", "internal": True})
    _merge(scene, gone, stays)
    page = _write(path, "麻烦快点")
    assert all(said in page for said in ("又漏水了", _number(duplicate), _number(main), "师傅已出发", "麻烦快点"))
    assert "备注勿外传" not in page
    assert 'class="pill waiting"' in page, "as the order that lives on, not as cancelled"
    shown = client.get(f"/orders/{stays['id']}").json["comments"]
    assert [c["body"] for c in shown] == ["师傅已出发", "备注勿外传", "麻烦快点"]
    assert client.get(f"/orders/{gone['id']}").json["comments"][0]["body"] == "麻烦快点"


def test_the_link_lives_as_long_as_the_order_that_lives_on(scene: World) -> None:
    duplicate, main = _report(scene), _report(scene)
    before = scene.clock.now()
    _merge(scene, _order(scene, duplicate), _order(scene, main))
    scene.clock.set(before + timedelta(days=40))
    assert Pages().get(_link(duplicate)).status_code == 200
    scene.clock.set(before)


def test_a_neighbour_reads_their_own_words_only(scene: World) -> None:
    duplicate, main = _report(scene, phone="13900000777", title="整栋停电"), _report(scene)
    stays = _order(scene, main)
    scene.client("agent").post(f"/orders/{stays['id']}/comments", {"body": "张三家里没人"})
    _merge(scene, _order(scene, duplicate), stays)
    page = _write(_link(duplicate), "还没好吗")
    assert "还没好吗" in page
    assert "张三家里没人" not in page
