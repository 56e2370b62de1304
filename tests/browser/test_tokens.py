"""B06 and the tokens: states, deadlines and urgencies as drawn in both themes, measured from pixels; told apart without colour.

The marks are drawn by the console itself, on the board of an order in every state; nothing is measured from the style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from gongdan.wiring.testing import World
from tests.browser.people import Person
from tests.browser.pixels import DEFICIENCIES, Picture, contrast, overlap, seen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("boards")]
STATES = {
    "pending": "待受理", "dispatched": "已派单", "in_service": "服务中", "resolved": "已解决",
    "follow_up": "待回访", "closed": "已关闭", "cancelled": "已取消",
}  # fmt: skip
FAMILIES = {"waiting": "待受理", "working": "服务中", "resolved": "已解决", "closed": "已关闭", "cancelled": "已取消"}
TEXT, MARK = 4.5, 3.0
TONES = {"waiting": "grey", "working": "yellow", "resolved": "green", "closed": "blue"}


@pytest.fixture(scope="module", params=["light", "dark"])
def board(request: pytest.FixtureRequest, site: tuple[str, World], browser: Any) -> Iterator[Any]:
    """A board in one theme with an order in every state, of every urgency, on hold, near its deadline and beyond it."""
    base, scene = site
    admin = Person(browser, base, 1440, "admin", scene.company.slug)
    for number, state in enumerate(STATES):
        body = {"blueprint": "service", "title": f"色 {state}", "fields": {"category": "consult"}, "priority": 1 + number % 4}
        admin.say("POST", "/orders", {**body, "state": state} if state != "pending" else body)
        if state == "in_service":
            held = admin.say("POST", "/orders", {**body, "state": state, "priority": 1})
            admin.say("POST", f"/orders/{held['id']}/hold", {"waiting_on": "customer", "reason": "x"}, held["version"])
    late = {"blueprint": "service", "title": "色 late", "fields": {"category": "consult"}, "priority": 1}
    admin.say("POST", "/orders", {**late, "occurred_at": "2026-01-05T01:00:00Z"})
    admin.context.close()
    person = Person(browser, base, 2400, "manager", scene.company.slug, color_scheme=request.param, device_scale_factor=4)
    page = person.open("/app/board?kind=team&blueprint=service")
    page.get_by_role("listitem", name=re.compile("色 closed")).first.wait_for()
    yield page
    assert person.problems == []
    person.context.close()


def _heading(page: Any, state: str) -> Any:
    return page.get_by_role("region", name=state, exact=True).get_by_role("heading", level=2)


def _word(page: Any, state: str) -> Picture:
    return Picture(_heading(page, state).get_by_text(state, exact=True).screenshot())


def _icon(page: Any, state: str) -> Picture:
    return Picture(_heading(page, state).locator("svg").first.screenshot())


@pytest.mark.parametrize("state", STATES.values())
def test_every_state_is_readable(board: Any, state: str) -> None:
    assert _word(board, state).contrast() >= TEXT
    assert _icon(board, state).contrast() >= MARK


def test_deadlines_and_urgencies_are_readable(board: Any) -> None:
    found = {"urgency": board.get_by_text(re.compile(r"^P[1-4]$")), "deadline": board.get_by_text(re.compile(r"^(剩|超) \d"))}
    for name, marks in found.items():
        assert marks.count() >= 1, name
        for number in range(min(marks.count(), 8)):
            mark = marks.nth(number)
            mark.scroll_into_view_if_needed()
            assert Picture(mark.screenshot()).contrast() >= TEXT, (name, mark.inner_text())
    hold = board.get_by_text(re.compile("^挂起")).first
    hold.scroll_into_view_if_needed()
    assert Picture(hold.screenshot()).contrast() >= TEXT


def test_urgency_has_a_colour_a_shape_and_a_word(board: Any) -> None:
    """P1 red, P2 orange, the others grey; as many bars as it is urgent, so that it is read without colour too."""
    inks, lit = {}, {}
    for priority in ("P1", "P2", "P3", "P4"):
        mark = board.get_by_text(priority, exact=True).first
        mark.scroll_into_view_if_needed()
        picture = Picture(mark.locator("span").first.screenshot())
        ground = picture.ground()
        shape = picture.shape()
        inks[priority] = max({p for row in picture.rows for p in row}, key=lambda p: contrast(p, ground))
        lit[priority] = sum(any(row[x] for row in shape) for x in range(picture.width))
        assert contrast(inks[priority], ground) >= MARK, priority
    red, orange, grey = inks["P1"], inks["P2"], inks["P4"]
    assert red[0] > red[1] + 60
    assert orange[0] > orange[2] + 60
    assert max(grey) - min(grey) < 40
    assert inks["P3"] == grey
    assert lit["P1"] > lit["P2"] > lit["P3"] > lit["P4"], "one bar fewer each"


@pytest.mark.parametrize("deficiency", ["", *DEFICIENCIES])
def test_families_are_told_apart_by_icon_alone(board: Any, deficiency: str) -> None:
    """As somebody who lacks a kind of cone sees the icons: still visible, and no two of the same shape."""
    pictures = {family: _icon(board, state) for family, state in FAMILIES.items()}
    size = min(p.width for p in pictures.values()), min(p.height for p in pictures.values())
    shapes = {}
    for family, picture in pictures.items():
        shown = picture.seen_by(deficiency) if deficiency else picture
        assert shown.contrast() >= MARK, (family, deficiency)
        shapes[family] = [row[: size[0]] for row in shown.shape()[: size[1]]]
    for one, two in combinations(shapes, 2):
        assert overlap(shapes[one], shapes[two]) <= 0.7, (one, two, deficiency)


def test_the_check_can_fail(board: Any) -> None:
    """Controls: an icon has the shape of itself; grey on grey is no contrast; red and green are near for who lacks a cone."""
    shape = _icon(board, "待受理").shape()
    assert overlap(shape, shape) == 1
    assert contrast((152, 162, 179), (255, 255, 255)) < MARK
    red, green = (200, 30, 30), (90, 110, 30)
    apart = sum(abs(a - b) for a, b in zip(red, green, strict=True))
    assert sum(abs(a - b) for a, b in zip(seen(red, "deuteranopia"), seen(green, "deuteranopia"), strict=True)) < apart / 2
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def test_families_have_their_colours(board: Any) -> None:
    """待处理 grey, 处理中 yellow, 已解决 green, 已关闭 blue, by the ink of their icons."""
    for family, tone in TONES.items():
        picture = _icon(board, FAMILIES[family])
        ground = picture.ground()
        r, g, b = max({p for row in picture.rows for p in row}, key=lambda p: contrast(p, ground))
        fits = {
            "grey": max(r, g, b) - min(r, g, b) < 40,
            "yellow": r > g > b and r - b > 60,
            "green": g > r and g > b,
            "blue": b > g > r,
        }
        assert fits[tone], (family, (r, g, b))
