"""The customer's side: report without log-in, without script, each press with one order."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Pages

from gongdan.files.scanning import EICAR
from gongdan.portal import pages, urls, views
from gongdan.wiring.testing import World, world
from tests.stories.portal_scenes import GIVEN, count_of, form_of, link_in, number_in, operation_in, order_of, report

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
    page = Pages().get(form_of(scene))
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
    for page in (Pages().get(form_of(scene) + "?lang=en"), Pages().get(form_of(scene), HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.9")):
        text = page.content.decode()
        assert '<html lang="en">' in text
        assert "Equipment repair" in text
        assert "What is wrong" in text
        assert "Lift" in text


def test_a_form_that_is_not_public_is_not_there(scene: World) -> None:
    assert Pages().get(form_of(scene, "nothing")).status_code == 404
    assert Pages().get("/p/nobody/report/repair").status_code == 404


def test_a_report_becomes_an_order_and_a_link(scene: World) -> None:
    answer = report(scene, **{"f.stopped": "on", "description": "滴水到电脑上"})
    order = order_of(scene, answer)
    assert (order["title"], order["channel"], order["contact_name"]) == ("三楼空调漏水", "web", "张三")
    assert order["fields"]["stopped"] is True
    assert order["fields"]["fault_type"] == "hvac"
    assert order["timeline"][-1]["actor_name"] == "客户", "no customer's name in the ledger"
    assert Pages().get(link_in(answer)).status_code == 200


def test_a_double_press_makes_one_order(scene: World) -> None:
    operation, before = str(uuid4()), count_of(scene)
    numbers = {number_in(report(scene, operation=operation)) for _ in range(3)}
    assert (len(numbers), count_of(scene) - before) == (1, 1)


def test_presses_at_the_same_moment_make_one_order(scene: World) -> None:
    operation, before, gate = str(uuid4()), count_of(scene), threading.Barrier(5)
    numbers: list[str] = []

    def press() -> None:
        gate.wait()
        try:
            numbers.append(number_in(report(scene, operation=operation)))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(numbers), len(set(numbers)), count_of(scene) - before) == (5, 1, 1)


def test_going_back_and_reporting_something_else_is_another_order(scene: World) -> None:
    operation = str(uuid4())
    first, second = report(scene, operation=operation), report(scene, operation=operation, title="二楼电梯不动")
    assert number_in(first) != number_in(second)


def test_what_is_missing_is_named_and_nothing_is_lost(scene: World) -> None:
    before = count_of(scene)
    answer = report(scene, title=" ", phone="", description='"><script>alert(1)</script>')
    text = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#title">问题描述：请填写</a>' in text
    assert '<a href="#phone">联系电话：请填写</a>' in text
    assert text.count('aria-invalid="true"') == 2
    assert "&quot;&gt;&lt;script&gt;" in text
    assert "<script" not in text
    assert operation_in(text)
    assert count_of(scene) == before


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
    before = count_of(scene)
    answer = report(scene, **changes)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert count_of(scene) == before


@pytest.mark.parametrize("value", ["x" * 10_000, "\ud800".encode("utf-8", "surrogatepass"), "\u202eabc", "🌊" * 200, "\r\n\r\n"])
def test_odd_input_never_breaks_the_page(scene: World, value: Any) -> None:
    for key in ("title", "phone", "name", "address", "email", "operation", "f.fault_type", "f.stopped", "lang"):
        assert report(scene, **{key: value}).status_code in (200, 422), key
        pages.pace.forget()


def test_a_robot_that_fills_in_everything_makes_nothing(scene: World) -> None:
    before = count_of(scene)
    assert report(scene, website="https://spam.example").status_code == 400
    assert count_of(scene) == before


def test_one_source_has_a_pace_and_others_do_not_suffer(scene: World) -> None:
    for _ in range(pages.LIMIT):
        assert Pages(REMOTE_ADDR="203.0.113.9").post(form_of(scene), {"website": "x"}).status_code == 400
    for forged in ("", "198.51.100.7"):
        loud = Pages(REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=forged)
        over = loud.post(form_of(scene), {**GIVEN, "operation": str(uuid4())})
        assert (over.status_code, over["Retry-After"]) == (429, "600")
    assert Pages(REMOTE_ADDR="203.0.113.9").get(form_of(scene)).status_code == 200, "reading is not counted"
    assert Pages(REMOTE_ADDR="203.0.113.10").post(form_of(scene), {"website": "x"}).status_code == 400


def test_behind_a_proxy_of_ours_the_last_address_counts(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_PROXIES", "1")
    for number in range(pages.LIMIT + 1):
        answer = Pages(HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.9").post(form_of(scene), {"website": "x"})
    assert answer.status_code == 429
    assert Pages(HTTP_X_FORWARDED_FOR="203.0.113.9, 203.0.113.10").post(form_of(scene), {"website": "x"}).status_code == 400


def test_a_body_over_the_limit_is_not_even_read(scene: World) -> None:
    over = Pages().post(form_of(scene), GIVEN, CONTENT_LENGTH=str(pages.MOST_BODY + 1))
    assert over.status_code == 413
    assert "40 MB" in over.content.decode()


def test_photos_come_along_and_nothing_else(scene: World) -> None:
    photo = SimpleUploadedFile("../\u202e照片.png", PNG)
    order = order_of(scene, report(scene, photos=photo))
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
    before = count_of(scene)
    answer = report(scene, photos=SimpleUploadedFile(name, content, content_type="image/jpeg"))
    assert answer.status_code == 422
    assert "不是照片、视频或 PDF" in answer.content.decode()
    assert count_of(scene) == before


def test_a_picture_with_a_virus_in_it_reaches_nobody(scene: World) -> None:
    order = order_of(scene, report(scene, photos=SimpleUploadedFile("photo.png", PNG + EICAR)))
    got = scene.client("agent").get(f"/files/{order['attachments'][0]['file_id']}/content")
    assert (got.status, got.json["code"]) == (403, "file_quarantined")


def test_more_than_six_files_are_refused(scene: World) -> None:
    photos = [SimpleUploadedFile(f"{n}.png", PNG) for n in range(7)]
    answer = Pages().post(form_of(scene), {**GIVEN, "operation": str(uuid4()), "photos": photos})
    assert answer.status_code == 422
    assert "最多上传 6 个文件" in answer.content.decode()
