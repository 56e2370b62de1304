"""The customer's pages at 360 px in a real browser without JavaScript: readable, reachable, light and dark.

The pages are rendered first and served to the browser from memory, so that no server and no clock play a part.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Pages

from gongdan.portal import pages, views
from gongdan.wiring.testing import World, world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal_pages")]
CHROMIUM = shutil.which("chromium")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HERE = "http://portal.test"
NAMES = ("report", "report-en", "report-refused", "received", "track", "rate", "rated", "gone", "too-many")


@pytest.fixture(scope="module")
def rendered() -> dict[str, bytes]:
    """Every page of the portal, by name, and its stylesheet."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    scene, patch = world(), pytest.MonkeyPatch()
    patch.setattr(views, "CLOCK", scene.clock)
    pages.pace.forget()
    try:
        return _render(scene)
    finally:
        patch.undo()
        pages.pace.forget()


def _render(scene: World) -> dict[str, bytes]:
    browser, form = Pages(), f"/p/{scene.company.slug}/report/repair"
    given = {"operation": str(uuid4()), "title": "三楼空调漏水" * 10, "phone": "13800138000", "f.fault_type": "hvac"}
    received = browser.post(form, given).content
    track = re.search(r'href="(/t/[^"?]+)', received.decode())
    assert track is not None
    browser.post(track[1], {"do": "reply", "operation": str(uuid4()), "body": "x" * 300})
    order_id = scene.client("agent").get("/orders?channel=web").json["items"][0]["id"]
    scene.run_jobs()
    shown = {"track": browser.get(track[1]).content}
    for verb, body in (("accept", {}), ("start", {}), ("complete", {"fields": {"fault_cause": "堵塞"}})):
        version = scene.client("engineer").get(f"/orders/{order_id}").json["version"]
        assert scene.client("engineer").post(f"/orders/{order_id}/{verb}", body, version=version).status == 200
    rate = track[1].replace("/t/", "/s/")
    shown |= {
        "report": browser.get(form).content,
        "report-en": browser.get(form + "?lang=en").content,
        "report-refused": browser.post(form, {"operation": "x"}).content,
        "received": received,
        "rate": browser.get(rate).content,
        "gone": browser.get("/t/nothing").content,
        "portal.css": browser.get("/portal.css").content,
    }
    browser.post(rate, {"score": "2", "reasons": ["没修好"], "comment": "还在漏"})
    shown["rated"] = browser.get(rate).content
    for _ in range(pages.LIMIT + 1):
        shown["too-many"] = browser.post(form, {"website": "x"}).content
    return shown


@pytest.fixture(scope="module")
def chromium(rendered: dict[str, bytes]) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


def _open(chromium: Any, rendered: dict[str, bytes], name: str, scheme: str, *, script: bool) -> tuple[Any, list[str]]:
    """A phone that shows page `name`, and what it asked for besides."""
    asked: list[str] = []

    def answer(route: Any) -> None:
        wanted = route.request.url.removeprefix(HERE + "/")
        asked.append(wanted)
        kind = "text/css" if wanted.endswith(".css") else "text/html; charset=utf-8"
        known = rendered.get(wanted)
        route.fulfill(status=200 if known else 404, body=known or b"", headers={"Content-Type": kind})

    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme, java_script_enabled=script)
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(f"{HERE}/{name}")
    return page, asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_a_phone_shows_the_page_and_everybody_can_use_it(chromium: Any, rendered: dict[str, bytes], name: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, asked = _open(chromium, rendered, name, scheme, script=True)  # axe itself is a script
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "no sideways scroll"
    small = page.evaluate(
        "[...document.querySelectorAll('button, select, textarea, summary, input:not([type=hidden])')]"
        ".filter(e => !e.closest('.away') && e.offsetParent && e.type !== 'radio' && e.type !== 'checkbox')"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == [], "a thumb needs 44 px"
    assert asked == [name, "portal.css"], "nothing is loaded from anywhere else"
    page.context.close()


def test_without_script_the_form_is_whole(chromium: Any, rendered: dict[str, bytes]) -> None:
    page, _ = _open(chromium, rendered, "report", "light", script=False)
    page.get_by_label("问题描述").fill("漏水")
    page.get_by_label("故障类型").select_option("hvac")
    page.get_by_label("联系电话").fill("13800138000")
    assert not page.get_by_label("Website").is_visible() or page.get_by_label("Website").bounding_box()["x"] < 0
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.method))
    page.get_by_role("button", name="提交").click()
    assert "POST" in sent
    page.context.close()
