"""Figures on homes and boards equal the lists behind them, for every role."""

from __future__ import annotations

import pytest

from gongdan.boards.queries import CARDS, HOMES
from gongdan.boards.tests.scenes import LATER, ROLES, company, listed, say
from gongdan.wiring.testing import World


@pytest.fixture(scope="module")
def made() -> World:
    return company()


@pytest.fixture
def scene(made: World) -> World:
    made.clock.set(LATER)
    return made


@pytest.mark.parametrize("role", ROLES)
def test_every_figure_of_a_home_is_the_length_of_its_list(scene: World, role: str) -> None:
    cards = scene.client(role).get("/home").json
    assert [c["key"] for c in cards] == HOMES[role]
    for card in cards:
        assert card["count"] == len(listed(scene, role, card["filter"])), card
        assert card["label"]["zh"]
        assert card["label"]["en"].isascii()
    assert any(c["count"] for c in cards), "control: not everything is 0"


def test_every_card_of_every_home_exists() -> None:
    assert {k for keys in HOMES.values() for k in keys} <= set(CARDS)


def test_overdue_counts_what_is_open_only(scene: World) -> None:

    before = {c["key"]: c["count"] for c in scene.client("manager").get("/home").json}["breached"]
    order_id = scene.order()["id"]
    scene.pass_minutes(60 * 24 * 9)
    scene.sweep()
    during = {c["key"]: c for c in scene.client("manager").get("/home").json}["breached"]
    assert during["count"] > before
    assert order_id in listed(scene, "manager", during["filter"])
    say(scene, order_id, "cancel", {"reason": "x"})
    after = {c["key"]: c for c in scene.client("manager").get("/home").json}["breached"]
    assert after["count"] == during["count"] - 1
