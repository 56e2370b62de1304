"""What a person prefers follows them to another device; the palette finds what people type, and only what they may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


@pytest.fixture(scope="module")
def things(scene: World) -> dict[str, str]:
    """Things to find, by short name."""
    agent, admin = scene.client("agent"), scene.client("admin")

    def add(path: str, client: Any = agent, **values: Any) -> str:
        answer = client.post(path, values)
        assert answer.status == 201, answer.body.decode()
        return str(answer.json["id"])

    made = {
        "plaza": add("/customers", name="深圳中海世贸大厦", code="ZH-9", phone="13800138000"),
        "acme": add("/customers", name="Acme 100%_Co", phone="0755-8888 1234"),
    }
    contact = agent.post(f"/customers/{made['acme']}/contacts", {"name": "王小芳", "phone": "139 2745 8866"})
    made["wang"] = contact.json["contacts"][0]["id"]
    made["pump"] = add("/assets", admin, name="冷水泵", serial="SN-2026-ABX77", customer_id=made["acme"])
    order = scene.order(title="机房空调漏水", contact_phone="13927458866")
    made |= {"order": order["id"], "number": order["number"]}
    return made


def _palette(scene: World, typed: str, role: str = "agent") -> dict[str, Any]:
    answer = scene.client(role).get(f"/palette?q={quote(typed)}")
    assert answer.status == 200, answer.body.decode()
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zhsm", "plaza"),
        ("ZHSM", "plaza"),
        ("ｚｈｓｍ", "plaza"),
        ("zhonghai", "plaza"),
        ("shen zhen", "plaza"),
        ("sz", "plaza"),
        ("中海世贸", "plaza"),
        ("ZH-9", "plaza"),
        ("8000", "plaza"),
        ("138000", "plaza"),
        ("13800138000", "plaza"),
        ("１３８０００", "plaza"),
        ("100%", "acme"),
        ("1234", "acme"),
        ("8866", "acme"),
        ("745 8866", "acme"),
        ("王小", "wang"),
        ("wxf", "wang"),
        ("xiaofang", "wang"),
        ("abx77", "pump"),
        ("sn-2026", "pump"),
        ("ＡＢＸ７７", "pump"),
        ("漏水", "order"),
        ("8866", "order"),
        ("458866", "order"),
        ("1392745 8866", "order"),
    ],
)
def test_it_is_found_by_what_people_type(scene: World, things: dict[str, str], typed: str, name: str) -> None:
    found = _palette(scene, typed)
    ids = [o["id"] for o in found["orders"]] + [o["id"] for o in found["others"]]
    assert things[name] in ids, found


def test_a_number_is_found_as_people_say_it(scene: World, things: dict[str, str]) -> None:
    prefix, _, digits = things["number"].partition("-")
    short = digits.lstrip("0")
    for typed in (things["number"], things["number"].lower(), short, f"#{short}", f"{prefix}{short}", f"{prefix} {digits}", digits):
        assert _palette(scene, typed)["orders"][0]["id"] == things["order"], typed
    for typed in (f"{prefix}-{int(short) + 9000}", f"Q{short}"):
        assert things["order"] not in [o["id"] for o in _palette(scene, typed)["orders"]], typed


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "xqzj", "不存在的", "99999999", "' or 1=1", "\\", "🙂"])
def test_nothing_is_found_where_nothing_is(scene: World, things: dict[str, str], typed: str) -> None:
    found = _palette(scene, typed)
    assert (found["orders"], found["others"]) == ([], [])


def test_only_what_one_may_see_is_found(scene: World, things: dict[str, str]) -> None:
    for typed in (things["number"], "漏水", "zhsm", "abx77", "8866", "agent"):
        found = _palette(scene, typed, "partner")
        assert (found["orders"], found["others"]) == ([], []), typed
    other = world()
    assert _palette(other, "abx77", "admin") == {"orders": [], "others": []}
    assert _palette(other, "zhsm", "admin") == {"orders": [], "others": []}
    assert scene.client("agent").get(f"/palette?q={'x' * 201}").status == 422


def test_people_are_found_by_name(scene: World) -> None:
    assert "person" in [o["kind"] for o in _palette(scene, "engineer")["others"]]


def test_a_preference_is_kept_and_followed(scene: World) -> None:
    agent = scene.client("agent")
    made = agent.request("PUT", "/me/preferences/theme", {"value": {"name": "dark"}}, version=0)
    assert (made.status, made.json["version"]) == (200, 1)
    changed = agent.request("PUT", "/me/preferences/theme", {"value": None}, version=1)
    assert (changed.status, changed.json["version"]) == (200, 2)
    assert [(p["key"], p["value"], p["version"]) for p in agent.get("/me/preferences").json] == [("theme", None, 2)]
    assert scene.client("dispatcher").get("/me/preferences").json == [], "of each person their own"


def test_a_preference_of_another_device_is_not_overwritten_unseen(scene: World) -> None:
    manager = scene.client("manager")
    assert manager.request("PUT", "/me/preferences/keys.map", {"value": {"a": "b"}}, version=0).status == 200
    for stale in (0, 7):
        late = manager.request("PUT", "/me/preferences/keys.map", {"value": {}}, version=stale)
        assert (late.status, late.json["code"], late.json["version"]) == (409, "stale_version", 1)
        assert late.json["theirs"]["value"] == {"a": "b"}
    assert manager.request("PUT", "/me/preferences/unknown", {"value": 1}, version=3).json["version"] == 0
    assert manager.request("PUT", "/me/preferences/keys.map", {"value": {}}).status == 428


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("1st", 1, "preference_key"),
        ("k" * 81, 1, "preference_key"),
        ("a%20b", 1, "preference_key"),
        ("long", "x" * 8_191, "preference_too_long"),
        ("long", "字" * 2_731, "preference_too_long"),
    ],
)
def test_a_wrong_preference_is_refused_by_name(scene: World, key: str, value: Any, code: str) -> None:
    answer = scene.client("agent").request("PUT", f"/me/preferences/{key}", {"value": value}, version=0)
    assert (answer.status, answer.json["code"]) == (422, code)
    assert answer.json["field"] in ("key", "value")


def test_the_longest_preference_is_kept_and_there_are_not_too_many(scene: World) -> None:
    admin = scene.client("admin")
    assert admin.request("PUT", "/me/preferences/p0", {"value": "x" * 8_190}, version=0).status == 200
    for n in range(1, 200):
        assert admin.request("PUT", f"/me/preferences/p{n}", {"value": n}, version=0).status == 200
    assert admin.request("PUT", "/me/preferences/p200", {"value": 0}, version=0).json["code"] == "preference_too_many"
    assert admin.request("PUT", "/me/preferences/p7", {"value": 0}, version=1).status == 200


def test_nobody_is_no_error(scene: World) -> None:
    nobody = scene.client("nobody").get("/session")
    assert (nobody.status, nobody.json) == (200, {"me": None})
    agent = scene.client("agent")
    assert agent.get("/session").json["me"] == agent.get("/me").json
