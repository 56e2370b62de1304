"""Customers over HTTP: contacts and sites, found by what callers say: name, pinyin, code, phone, phone tail."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from gongdan.customers import queries
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _add(scene: World, **values: Any) -> str:
    answer = scene.client("agent").post("/customers", values)
    assert answer.status == 201, answer.body.decode()
    return str(answer.json["id"])


@pytest.fixture(scope="module")
def people(scene: World) -> dict[str, str]:
    """Three customers by short name; 平安 has a contact with a phone."""
    made = {
        "pingan": _add(scene, name="平安科技（深圳）有限公司", code="C-001", tier="vip", phone="0755-8888 1234"),
        "tengfei": _add(scene, name="腾飞机电", code="C-002", phone="13800138000"),
        "acme": _add(scene, name="Acme 100%_Co", code="C_003"),
    }
    agent = scene.client("agent")
    contact = {"name": "欧阳娜娜", "title": "行政", "phone": "+86 139 2745 8866"}
    assert agent.post(f"/customers/{made['pingan']}/contacts", contact).status == 201
    other = {"name": "张三", "phone": "139 0000 0000 转 12"}
    assert agent.post(f"/customers/{made['tengfei']}/contacts", other).status == 201
    return made


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("平安", "pingan"),
        ("科技", "pingan"),
        ("司", "pingan"),
        ("腾飞 机电", "tengfei"),
        ("pingan", "pingan"),
        ("PINGAN", "pingan"),
        ("tfjd", "tengfei"),
        ("C-001", "pingan"),
        ("13800138000", "tengfei"),
        ("138 0013 8000", "tengfei"),
        ("＋８６ 138-0013-8000", "tengfei"),
        ("8000", "tengfei"),
        ("075588881234", "pingan"),
        ("1234", "pingan"),
        ("１２３４", "pingan"),
        ("8866", "pingan"),
        ("13927458866", "pingan"),
        ("13900000000", "tengfei"),
        ("acme", "acme"),
        ("100%", "acme"),
        ("%", ""),
        ("_", ""),
        ("1380013800", ""),
        ("不存在", ""),
    ],
)
def test_a_customer_is_found_by_what_people_say(scene: World, people: dict[str, str], typed: str, found: str) -> None:
    answer = scene.client("agent").get(f"/customers?q={quote(typed)}")
    assert answer.status == 200, answer.body.decode()
    mine = [c["id"] for c in answer.json["items"] if c["id"] in people.values()]
    assert mine == [people[n] for n in found.split()]


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("8866", [("contact", "欧阳娜娜"), ("customer", "平安科技（深圳）有限公司")]),
        ("欧阳", [("contact", "欧阳娜娜")]),
        ("ouyang", [("contact", "欧阳娜娜")]),
        ("张三", [("contact", "张三")]),
        ("腾飞", [("contact", "张三"), ("customer", "腾飞机电")]),
        ("SN-7", [("asset", "冷水机组")]),
        ("没有", []),
        (" ", []),
    ],
)
def test_the_one_field_of_a_new_order_finds_anybody(
    scene: World, people: dict[str, str], typed: str, kinds: list[tuple[str, str]]
) -> None:
    scene.client("agent").post("/assets", {"name": "冷水机组", "serial": "SN-77", "customer_id": people["pingan"]})
    found = scene.client("agent").get(f"/lookup?q={quote(typed)}")
    assert found.status == 200, found.body.decode()
    assert sorted((h["kind"], h["title"]) for h in found.json) == kinds
    assert all(h["customer_id"] for h in found.json)


def test_the_phone_is_never_stored_where_a_search_could_read_it(scene: World, people: dict[str, str]) -> None:
    """Found through blind indexes only: no plain digits in the search words."""
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        words = work.read(
            "select words::text, encode(phone_index, 'hex') from customers_customer where id = %s", [people["tengfei"]]
        )
        own = work.read("select phone_index from customers_customer where id = %s", [people["tengfei"]])[0][0]
    stranger = world()
    other = _add(stranger, name="同号", phone="13800138000")
    with system_work(stranger.company.id, "test", scene.clock.now()) as work:
        theirs = work.read("select phone_index from customers_customer where id = %s", [other])[0][0]
    assert "138" not in words[0][0]
    assert bytes(own) != bytes(theirs), "two companies cannot compare their customers"


def test_intake_knows_the_caller_and_the_contact_before_the_company(scene: World, people: dict[str, str]) -> None:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        contact, company, nobody, nonsense = (
            queries.by_phone(work, p) for p in ("13927458866", "0755 88881234", "13700000000", "abc")
        )
    assert contact is not None
    assert (str(contact[0]), contact[1] is not None) == (people["pingan"], True)
    assert company is not None
    assert (str(company[0]), company[1]) == (people["pingan"], None)
    assert nobody is None is nonsense


def test_contacts_and_sites_come_with_the_customer(scene: World, people: dict[str, str]) -> None:
    site = {"name": "一号楼", "city": "深圳市", "district": "福田区", "detail": "深南路 1 号", "lng": 114.05, "lat": 22.54}
    made = scene.client("agent").post(f"/customers/{people['pingan']}/sites", site)
    assert made.status == 201
    shown = scene.client("agent").get(f"/customers/{people['pingan']}").json
    assert [(c["name"], c["title"], c["phone"]) for c in shown["contacts"]] == [("欧阳娜娜", "行政", "+86 139 2745 8866")]
    assert [(s["name"], s["datum"], s["lng"]) for s in shown["sites"]] == [("一号楼", "gcj02", 114.05)]
    assert shown["phone"] == "0755-8888 1234", "as it was typed"


def test_a_new_name_and_phone_are_found_and_the_old_ones_are_not(scene: World) -> None:
    customer = _add(scene, name="旧名机械", phone="13611110001")
    agent = scene.client("agent")
    changed = agent.patch(f"/customers/{customer}", {"name": "新名仪表", "phone": "13611110002"}, version=1)
    assert (changed.status, changed.json["version"]) == (200, 2)
    for typed, there in (
        ("旧名", False),
        ("13611110001", False),
        ("jmjx", False),
        ("新名", True),
        ("13611110002", True),
        ("xmyb", True),
    ):
        items = agent.get(f"/customers?q={quote(typed)}").json["items"]
        assert (customer in [c["id"] for c in items]) is there, typed


def test_a_change_leaves_alone_what_it_does_not_name(scene: World) -> None:
    customer = _add(scene, name="只改备注", code="KEEP-1", tier="key", phone="13622220001")
    agent = scene.client("agent")
    changed = agent.patch(f"/customers/{customer}", {"notes": "周末不上门"}, version=1)
    assert changed.status == 200, changed.body.decode()
    shown = {k: changed.json[k] for k in ("name", "code", "tier", "phone", "notes")}
    assert shown == {"name": "只改备注", "code": "KEEP-1", "tier": "key", "phone": "13622220001", "notes": "周末不上门"}
    assert [c["id"] for c in agent.get("/customers?q=13622220001").json["items"]] == [customer]
    cleared = agent.patch(f"/customers/{customer}", {"phone": "", "code": None}, version=2)
    assert (cleared.json["phone"], cleared.json["code"]) == ("", None)
    assert agent.get("/customers?q=13622220001").json["items"] == []


def test_a_stale_change_shows_both_sides(scene: World) -> None:
    customer = _add(scene, name="两人同改")
    agent = scene.client("agent")
    assert agent.patch(f"/customers/{customer}", {"name": "甲改"}, version=1).status == 200
    stale = agent.patch(f"/customers/{customer}", {"name": "乙改"}, version=1)
    assert (stale.status, stale.json["mine"]["name"], stale.json["theirs"]["name"]) == (409, "乙改", "甲改")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "编号重复", "code": "C-001"}, 409, "code"),
        ({"name": ""}, 422, "name"),
        ({"name": "x", "tier": "gold"}, 422, "tier"),
        ({"name": "x", "color": "red"}, 422, "color"),
    ],
)
def test_what_is_refused_names_the_field(
    scene: World, people: dict[str, str], body: dict[str, Any], status: int, field: str
) -> None:
    del people
    refused = scene.client("agent").post("/customers", body)
    assert (refused.status, refused.json.get("field")) == (status, field)


def test_paging_by_pinyin_is_complete_and_without_repeats(scene: World) -> None:
    made = {_add(scene, name=f"翻页公司{n % 3}") for n in range(7)}
    agent = scene.client("agent")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = agent.get(f"/customers?q={quote('翻页')}&limit=2&cursor={cursor}").json
        seen += [c["id"] for c in page["items"]]
        cursor = page["next"]
    assert (len(seen), set(seen)) == (7, made)


def test_who_may_only_look_and_who_not_even_that(scene: World, people: dict[str, str]) -> None:
    engineer, partner = scene.client("engineer"), scene.client("partner")
    assert engineer.get(f"/customers/{people['pingan']}").json["tier"] == "vip"
    assert engineer.post("/customers", {"name": "x"}).status == 403
    assert engineer.post(f"/customers/{people['pingan']}/contacts", {"name": "x"}).status == 403
    assert partner.get("/customers").status == 403
    assert world().client("agent").get(f"/customers/{people['pingan']}").status == 404
