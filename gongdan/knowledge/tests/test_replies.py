"""Quick replies: whose they are, in whose words, and which comes first."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.knowledge import rules
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _add(scene: World, role: str, **body: Any) -> Any:
    answer = scene.client(role).post("/replies", {"name": "问候", "body": "您好", **body})
    assert answer.status == 201, answer.body
    return answer.json


@pytest.mark.parametrize(
    ("body", "values", "locale", "text", "missing"),
    [
        ("您好{{customer}}", {"customer": "坪山物业"}, "zh", "您好坪山物业", []),
        ("{{customer}}，{{engineer}}已出发", {}, "zh", "您，工程师已出发", ["customer", "engineer"]),
        ("{{engineer}} is on the way", {}, "en", "our engineer is on the way", ["engineer"]),
        ("{{engineer|王师傅}}已出发，{{ engineer }}", {}, "zh", "王师傅已出发，工程师", ["engineer"]),
        ("{{engineer|}}出发", {}, "zh", "出发", ["engineer"]),
        ("查看 {{ link }}", {"link": "x"}, "zh", "查看 {{link}}", []),
        ("{{nothing}} {{", {}, "zh", "{{nothing}} {{", []),
    ],
)
def test_rendering(body: str, values: dict[str, str], locale: str, text: str, missing: list[str]) -> None:
    assert rules.render(body, values, locale) == rules.Rendered(text, missing)


def test_in_the_words_of_an_order(scene: World) -> None:
    reply = _add(scene, "agent", name="上门", shortcut="sm", body="{{contact}}，工单 {{number}} 由{{engineer}}处理。")
    order = scene.order(contact_name="李女士")
    (ready,) = scene.client("agent").get(f"/orders/{order['id']}/replies?q=sm").json
    assert ready["text"] == f"李女士，工单 {order['number']} 由工程师处理。"
    assert (ready["id"], ready["missing"]) == (reply["id"], ["engineer"])
    tried = scene.client("agent").post("/replies/preview", {"body": "{{due}}前", "order_id": order["id"]}).json
    assert "月" in tried["text"]
    assert scene.client("agent").request("DELETE", f"/replies/{reply['id']}").status == 204


def test_a_personal_reply_is_nobody_elses(scene: World) -> None:
    mine = _add(scene, "agent", name="自用")
    assert scene.client("manager").get(f"/replies/{mine['id']}").status == 404
    assert scene.client("manager").request("DELETE", f"/replies/{mine['id']}").status == 404
    assert scene.client("manager").post(f"/replies/{mine['id']}/used").status == 404
    names = [r["name"] for r in scene.client("manager").get("/replies").json["items"]]
    assert "自用" not in names


def test_sharing_needs_a_permission(scene: World) -> None:
    assert scene.client("agent").post("/replies", {"name": "n", "body": "b", "scope": "global"}).status == 403
    shared = _add(scene, "manager", name="公司问候", scope="global")
    assert scene.client("agent").get(f"/replies/{shared['id']}").json["name"] == "公司问候"
    edit = scene.client("agent").request("PATCH", f"/replies/{shared['id']}", {"body": "x"}, version=1)
    assert edit.status == 403


def test_a_stale_change_shows_both_sides(scene: World) -> None:
    made = _add(scene, "agent", name="版本")
    agent = scene.client("agent")
    assert agent.request("PATCH", f"/replies/{made['id']}", {"body": "一"}, version=1).json["version"] == 2
    stale = agent.request("PATCH", f"/replies/{made['id']}", {"body": "二"}, version=1)
    assert (stale.status, stale.json["mine"], stale.json["theirs"]) == (409, {"body": "二"}, {"body": "一"})
    assert agent.request("PATCH", f"/replies/{made['id']}", {"body": "二"}).status == 428


def test_a_variable_that_does_not_exist_is_named(scene: World) -> None:
    answer = scene.client("agent").post("/replies", {"name": "n", "body": "{{custmer}}"})
    assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "reply_variable_unknown", "body")
    assert "custmer" in answer.json["detail"]


def test_what_people_use_comes_first_and_pages_hold(scene: World) -> None:
    agent = scene.client("agent")
    for n in range(4):
        _add(scene, "agent", name=f"顺序{n}", shortcut=f"sx{n}")
    order = scene.order()["id"]
    third = agent.get("/replies?q=sx2").json["items"][0]
    assert agent.post(f"/replies/{third['id']}/used").status == 204
    assert next(r["shortcut"] for r in agent.get(f"/orders/{order}/replies?q=sx").json) == "sx2"
    page = agent.get("/replies?q=sx&limit=3").json
    rest = agent.get(f"/replies?q=sx&limit=3&cursor={page['next']}").json
    assert [r["name"] for r in page["items"] + rest["items"]] == ["顺序0", "顺序1", "顺序2", "顺序3"]
    assert rest["next"] is None
