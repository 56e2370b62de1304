"""The customer's side: follow, reply, cancel by the link – what it shows, to whom, how long, each press with one effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Pages

from gongdan.channels.mail import Mail, use_mailer
from gongdan.kernel.work import system_work
from gongdan.notify import sending
from gongdan.orders import anchoring
from gongdan.portal import pages, views
from gongdan.wiring.testing import World, world
from tests.stories.portal_scenes import form_of, link_in, number_in, operation_in, order_of, report

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)


@pytest.fixture(scope="module")
def made() -> World:
    return world()


@pytest.fixture
def scene(made: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(views, "CLOCK", made.clock)
    pages.pace.forget()
    yield made
    pages.pace.forget()


def _read_only(on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('default_transaction_read_only', %s, false)", ["on" if on else "off"])


@pytest.fixture
def reading() -> Iterator[None]:
    """PostgreSQL refuses every write of this connection."""
    _read_only(on=True)
    yield
    _read_only(on=False)


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
        answer = report(scene, email="zhang@example.com", operation=operation)
    sending.send_batch(scene.clock.now())
    (mail,) = post.sent
    assert (mail.to, mail.subject) == ("zhang@example.com", f"已收到您的服务请求 {number_in(answer)}")
    link = re.search(r"/t/\S+", mail.text)
    assert link is not None
    assert Pages().get(link[0]).status_code == 200


def test_no_token_is_left_in_the_database(scene: World, post: _Post) -> None:
    answer = report(scene, email="zhang@example.com")
    token = link_in(answer).removeprefix("/t/")
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
    answer = report(scene, description="门禁密码 4711")
    order = order_of(scene, answer)
    agent = scene.client("agent")
    assert agent.post(f"/orders/{order['id']}/comments", {"body": "老客户，难缠", "internal": True}).status == 201
    assert agent.post(f"/orders/{order['id']}/comments", {"body": "<b>我们</b>明天到"}).status == 201
    scene.run_jobs()
    text = Pages().get(link_in(answer)).content.decode()
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
    assert "Waiting" in Pages().get(link_in(answer) + "?lang=en").content.decode()


def test_reading_stores_nothing(scene: World, reading: None) -> None:
    """Under a connection that may not write. (Made before: a report, in another transaction.)"""
    _read_only(on=False)
    link = link_in(report(scene))
    _read_only(on=True)
    for path in (form_of(scene), link, link.replace("/t/", "/s/")):
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
    answer = report(mine)
    order, agent = order_of(mine, answer), mine.client("agent")
    mine.clock.advance(timedelta(days=300))
    assert Pages().get(link_in(answer)).status_code == 200, "while it is open the link holds"
    cancelled = agent.post(f"/orders/{order['id']}/cancel", {"reason": "x"}, version=order["version"])
    assert cancelled.status == 200, cancelled.body
    assert "已取消" in Pages().get(link_in(answer)).content.decode()
    mine.clock.advance(timedelta(days=30, seconds=-1))
    assert Pages().get(link_in(answer)).status_code == 200
    mine.clock.advance(timedelta(seconds=2))
    assert Pages().get(link_in(answer)).status_code == 404
    assert Pages().post(link_in(answer), {"do": "reply", "body": "x"}).status_code == 404


def test_a_link_can_be_revoked(scene: World) -> None:
    answer = report(scene)
    order, agent = order_of(scene, answer), scene.client("agent")
    mine = agent.post(f"/orders/{order['id']}/tracking-link").json["path"]
    assert Pages().get(mine).status_code == 200
    other = world().client("admin")
    assert other.delete(f"/orders/{order['id']}/tracking-link").status == 404
    assert Pages().get(mine).status_code == 200
    assert agent.delete(f"/orders/{order['id']}/tracking-link").json == {"links": 2}
    for path in (mine, link_in(answer)):
        assert Pages().get(path).status_code == 404


def _reply(link: str, operation: str, body: str = "请尽快", **more: Any) -> Any:
    return Pages().post(link, {"do": "reply", "operation": operation, "body": body, **more})


def test_a_reply_arrives_once(scene: World) -> None:
    link = link_in(answer := report(scene))
    operation = operation_in(Pages().get(link).content.decode())
    for _ in range(3):
        done = _reply(link, operation)
        assert (done.status_code, done["Location"]) == (303, f"{link}?lang=zh")
    assert _reply(link, operation, "还有一点").status_code == 303
    assert _reply(link, str(uuid4()), "  ").status_code == 303, "nothing said, nothing stored"
    said = order_of(scene, answer)["comments"]
    assert sorted(c["body"] for c in said) == ["请尽快", "还有一点"]
    assert {(c["author_kind"], c["author_name"], c["internal"]) for c in said} == {("link", "客户", False)}
    page = Pages().get(link).content.decode()
    assert "<strong>您</strong>" in page


def test_a_reply_brings_photos(scene: World) -> None:
    link = link_in(answer := report(scene))
    assert _reply(link, str(uuid4()), "", photos=SimpleUploadedFile("a.png", PNG)).status_code == 303
    wrong = _reply(link, str(uuid4()), "看这个", photos=SimpleUploadedFile("a.png", b"<html>"))
    assert wrong.status_code == 422
    assert "看这个</textarea>" in wrong.content.decode(), "what was typed is still there"
    order = order_of(scene, answer)
    assert [a["name"] for a in order["attachments"]] == ["a.png"]
    assert len(order["comments"]) == 1


def test_a_reply_with_a_nul_is_refused_in_words(scene: World) -> None:
    assert _reply(link_in(report(scene)), str(uuid4()), "a\x00b").status_code == 422


def test_cancelling_works_once_and_tells_why_not(scene: World) -> None:
    link = link_in(answer := report(scene))
    operation = str(uuid4())
    for _ in range(2):
        done = Pages().post(link, {"do": "cancel", "operation": operation, "reason": "修好了"})
        assert done.status_code == 303
    page = Pages().get(link).content.decode()
    assert 'id="state">已取消<' in page
    assert 'name="do" value="cancel"' not in page
    again = Pages().post(link, {"do": "cancel", "operation": str(uuid4()), "reason": "x"})
    assert again.status_code == 422
    types = [e["type"] for e in order_of(scene, answer)["timeline"]]
    assert types.count("cancel") == 1


def test_the_ledger_holds_after_all_this(scene: World) -> None:
    _reply(link_in(report(scene)), str(uuid4()))
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []


def _merge(scene: World, gone: dict[str, Any], stays: dict[str, Any]) -> None:
    client = scene.client("agent")
    versions = [client.get(f"/orders/{o['id']}").json["version"] for o in (gone, stays)]
    body = {"into": stays["id"], "into_version": versions[1], "reason": "同一故障"}
    assert client.post(f"/orders/{gone['id']}/merge", body, version=versions[0]).status == 200


def _write(path: str, body: str) -> str:
    page = Pages().get(path).content.decode()
    assert Pages().post(path, {"do": "reply", "body": body, "operation": operation_in(page)}).status_code in (302, 303)
    return Pages().get(path).content.decode()


def test_the_link_of_a_merged_order_shows_how_the_other_goes(scene: World) -> None:
    duplicate, main = report(scene, title="又漏水了"), report(scene)
    gone, stays, path = order_of(scene, duplicate), order_of(scene, main), link_in(duplicate)
    client = scene.client("agent")
    client.post(f"/orders/{stays['id']}/comments", {"body": "师傅已出发"})
    client.post(f"/orders/{stays['id']}/comments", {"body": "备注勿外传", "internal": True})
    _merge(scene, gone, stays)
    page = _write(path, "麻烦快点")
    assert all(said in page for said in ("又漏水了", number_in(duplicate), number_in(main), "师傅已出发", "麻烦快点"))
    assert "备注勿外传" not in page
    assert 'class="pill waiting"' in page, "as the order that lives on, not as cancelled"
    shown = client.get(f"/orders/{stays['id']}").json["comments"]
    assert [c["body"] for c in shown] == ["师傅已出发", "备注勿外传", "麻烦快点"]
    assert client.get(f"/orders/{gone['id']}").json["comments"][0]["body"] == "麻烦快点"


def test_the_link_lives_as_long_as_the_order_that_lives_on(scene: World) -> None:
    duplicate, main = report(scene), report(scene)
    before = scene.clock.now()
    _merge(scene, order_of(scene, duplicate), order_of(scene, main))
    scene.clock.set(before + timedelta(days=40))
    assert Pages().get(link_in(duplicate)).status_code == 200
    scene.clock.set(before)


def test_a_neighbour_reads_their_own_words_only(scene: World) -> None:
    duplicate, main = report(scene, phone="13900000777", title="整栋停电"), report(scene)
    stays = order_of(scene, main)
    scene.client("agent").post(f"/orders/{stays['id']}/comments", {"body": "张三家里没人"})
    _merge(scene, order_of(scene, duplicate), stays)
    page = _write(link_in(duplicate), "还没好吗")
    assert "还没好吗" in page
    assert "张三家里没人" not in page
