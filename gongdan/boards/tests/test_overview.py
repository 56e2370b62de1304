"""Customer 360: one page, and only what the reader may see."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from gongdan.accounts.tests import factories
from gongdan.accounts.tests.factories import NOW
from gongdan.assets.rules import verdict
from gongdan.kernel.http.testing import Client
from gongdan.kernel.work import system_work
from gongdan.surveys import actions as surveys
from gongdan.wiring.testing import World, world

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _say(scene: World, order_id: str, verb: str, body: dict[str, Any]) -> None:
    client = scene.client("manager")
    version = client.get(f"/orders/{order_id}").json["version"]
    answer = client.post(f"/orders/{order_id}/{verb}", body, version=version)
    assert answer.status == 200, answer.body.decode()


@pytest.mark.parametrize(
    ("until", "zh", "en"),
    [
        (date(2027, 3, 1), "保修至 2027-03-01", "in warranty until 2027-03-01"),
        (TODAY, "保修至 2026-03-02", "in warranty until 2026-03-02"),
        (date(2026, 3, 1), "已过保 1 天", "out of warranty for 1 day"),
        (date(2025, 11, 2), "已过保 120 天", "out of warranty for 120 days"),
        (None, "无保修信息", "warranty unknown"),
    ],
)
def test_the_warranty_in_words(until: date | None, zh: str, en: str) -> None:
    assert verdict(until, TODAY) == {"zh": zh, "en": en}


def _customer(scene: World, name: str) -> str:
    made = scene.client("agent").post("/customers", {"name": name, "tier": "vip", "phone": "0755-26001000"})
    assert made.status == 201
    return str(made.json["id"])


def test_everything_of_a_customer_on_one_page(scene: World) -> None:
    client = scene.client("agent")
    owner = _customer(scene, "坪山物业")
    client.post(f"/customers/{owner}/contacts", {"name": "王芳", "phone": "13800138000"})
    client.post(f"/customers/{owner}/sites", {"name": "一号楼"})
    for serial, until in (("S-1", "2027-03-01"), ("S-2", "2025-11-02")):
        body = {"name": "空调", "customer_id": owner, "serial": serial, "warranty_until": until}
        assert client.post("/assets", body).status == 201
    one, two, gone = (scene.order(customer_id=owner, title=t)["id"] for t in ("一", "二", "三"))
    scene.order(title="别人的")
    engineer = {"assignee_id": str(scene.company.people["engineer"])}
    _say(scene, one, "assign", engineer)
    _say(scene, one, "start", {})
    _say(scene, one, "complete", {"fields": {"fault_cause": "堵塞", "labour_hours": 1}})
    with system_work(scene.company.id, "test", NOW) as work:
        surveys.answer(work, UUID(one), 4, [], "")
    _say(scene, one, "close", {})
    _say(scene, gone, "cancel", {"reason": "重复"})
    scene.pass_minutes(5)
    client.post(f"/orders/{two}/comments", {"body": "明天到"})
    client.post(f"/orders/{two}/comments", {"body": "内部", "internal": True})
    shown = client.get(f"/customers/{owner}/overview").json
    assert (shown["name"], shown["tier"], shown["contacts"][0]["name"], shown["sites"][0]["name"]) == (
        "坪山物业", "vip", "王芳", "一号楼",
    )  # fmt: skip
    assert sorted((a["serial"], a["in_warranty"], a["verdict"]["zh"]) for a in shown["assets"]) == [
        ("S-1", True, "保修至 2027-03-01"), ("S-2", False, "已过保 120 天"),
    ]  # fmt: skip
    assert [o["id"] for o in shown["open"]] == [two]
    assert {o["id"] for o in shown["closed"]} == {one, gone}
    assert (shown["counts"], shown["orders_12_months"]) == ({"waiting": 1, "working": 0, "resolved": 0, "closed": 2}, 3)
    assert shown["satisfaction"] == {"mean": 4.0, "n": 1}
    last = shown["last_contact"]
    assert (last["order_id"], last["zh"], last["at"][:16]) == (two, "陈静 回复", "2026-03-02T01:05")


def test_only_orders_the_reader_may_see_count(scene: World) -> None:
    owner = _customer(scene, "龙岗医院")
    hidden, mine = scene.order(customer_id=owner)["id"], scene.order(customer_id=owner)["id"]
    desk = {"assignee_id": str(scene.company.people["agent"]), "team_id": str(scene.company.teams["desk"])}
    _say(scene, hidden, "assign", desk)
    shown = scene.client("engineer").get(f"/customers/{owner}/overview").json
    assert [o["id"] for o in shown["open"]] == [mine]
    assert (sum(shown["counts"].values()), shown["orders_12_months"]) == (1, 1)
    assert shown["last_contact"]["order_id"] == mine


def test_a_new_customer_has_nothing_yet_and_strangers_see_nobody(scene: World) -> None:
    owner = _customer(scene, "新客户")
    shown = scene.client("agent").get(f"/customers/{owner}/overview").json
    assert (shown["open"], shown["closed"], shown["assets"], shown["last_contact"], shown["satisfaction"]) == (
        [],
        [],
        [],
        None,
        None,
    )
    assert scene.client("partner").get(f"/customers/{owner}/overview").status == 403
    assert Client(scene.app, factories.company().tokens["agent"]).get(f"/customers/{owner}/overview").status == 404
