"""Assets over HTTP: added, found by serial or name, in warranty as of today where the reader is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _add(scene: World, **values: Any) -> dict[str, Any]:
    answer = scene.client("agent").post("/assets", values)
    assert answer.status == 201, answer.body.decode()
    found: dict[str, Any] = answer.json
    return found


def test_an_asset_belongs_to_a_customer_and_a_site(scene: World) -> None:
    agent = scene.client("agent")
    customer = agent.post("/customers", {"name": "鹏程科技"}).json
    site = agent.post(f"/customers/{customer['id']}/sites", {"name": "一号楼"}).json["sites"][0]
    made = _add(scene, name="冷水机组", model="YK-900", serial="SN-1", customer_id=customer["id"], site_id=site["id"])
    assert (made["customer_name"], made["site_id"]) == ("鹏程科技", site["id"])
    _add(scene, name="别家的")
    mine = agent.get(f"/assets?customer_id={customer['id']}").json["items"]
    assert [a["id"] for a in mine] == [made["id"]]


@pytest.mark.parametrize(
    ("typed", "found"), [("SN-A", ["SN-A1", "SN-A2"]), ("sn-a1", ["SN-A1"]), ("水", ["SN-A1"]), ("100%", []), ("_", [])]
)
def test_an_asset_is_found_by_the_beginning_of_serial_or_name(scene: World, typed: str, found: list[str]) -> None:
    agent = scene.client("agent")
    for serial, name in (("SN-A1", "水泵"), ("SN-A2", "风机")):
        agent.post("/assets", {"name": name, "serial": serial})
    items = agent.get(f"/assets?q={quote(typed)}").json["items"]
    assert sorted(a["serial"] for a in items) == found


@pytest.mark.parametrize(
    ("until", "at", "expected"),
    [
        (None, "2026-03-02T01:00:00", None),
        ("2026-03-02", "2026-03-02T15:59:00", True),
        ("2026-03-02", "2026-03-02T16:01:00", False),
        ("2026-03-03", "2026-03-02T16:01:00", True),
    ],
)
def test_the_last_day_of_warranty_ends_at_midnight_where_the_reader_is(
    scene: World,
    until: str | None,
    at: str,
    expected: bool | None,
) -> None:
    made = _add(scene, name="空压机", warranty_until=until)
    scene.clock.set(datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert scene.client("agent").get(f"/assets/{made['id']}").json["in_warranty"] is expected


def test_what_is_refused_names_the_field(scene: World) -> None:
    _add(scene, name="甲", serial="SN-DUP")
    agent = scene.client("agent")
    for body, status, field in (
        ({"name": "乙", "serial": "SN-DUP"}, 409, "serial"),
        ({"name": ""}, 422, "name"),
        ({"name": "x", "site_id": str(uuid4())}, 422, "site_id"),
        ({"name": "x", "customer_id": str(uuid4())}, 422, "customer_id"),
        ({"name": "x", "installed_on": "2026-02-30"}, 422, "installed_on"),
    ):
        refused = agent.post("/assets", body)
        assert (refused.status, refused.json["field"]) == (status, field), refused.body.decode()


def test_an_asset_cannot_stand_at_a_site_of_another_customer(scene: World) -> None:
    agent = scene.client("agent")
    one, two = (agent.post("/customers", {"name": n}).json["id"] for n in ("甲公司", "乙公司"))
    site = agent.post(f"/customers/{one}/sites", {"name": "甲的楼"}).json["sites"][0]["id"]
    refused = agent.post("/assets", {"name": "x", "customer_id": two, "site_id": site})
    assert (refused.status, refused.json["field"]) == (422, "site_id")


def test_who_may_look_and_who_not(scene: World) -> None:
    made = _add(scene, name="风机盘管")
    assert scene.client("engineer").get(f"/assets/{made['id']}").status == 200
    assert scene.client("engineer").post("/assets", {"name": "x"}).status == 403
    assert scene.client("partner").get("/assets").status == 403
    assert scene.client("partner").get("/lookup?q=x").status == 403
    assert world().client("agent").get(f"/assets/{made['id']}").status == 404
