"""Suggestions over HTTP: learned from this company's finished orders only, by people who may create orders."""

from __future__ import annotations

import time
from typing import Any

import pytest

from gongdan.blueprints import queries as blueprint_queries
from gongdan.insight import actions, jobs, queries
from gongdan.insight.models import Lesson
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world

KINDS = {
    "hvac": ("空调不制冷", "冷媒泄漏", "中央空调异响"),
    "pump": ("水泵漏水", "管路堵塞", "水压不足"),
    "elevator": ("电梯困人", "电梯门打不开", "轿厢抖动"),
}


@pytest.fixture(scope="module")
def scene() -> World:
    return world()


def _finished(scene: World, n: int, **values: Any) -> None:
    """Closed orders, the kinds in turn; urgent when somebody is trapped."""
    admin = scene.client("admin")
    for i in range(n):
        kind = list(KINDS)[i % 3]
        title = f"{KINDS[kind][i // 3 % 3]}，{i % 9}楼"
        body: dict[str, Any] = {"blueprint": "repair", "title": title, "fields": {"fault_type": kind}}
        body |= {"state": "closed", "channel": "import"}
        body |= {"priority": 1 if kind == "elevator" else 3, "team": "desk" if kind == "pump" else "field", **values}
        answer = admin.post("/orders", body)
        assert answer.status == 201, answer.body


def _learn(scene: World) -> int:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        return actions.learn_all(work)


def _ask(scene: World, text: str, role: str = "agent", **more: Any) -> dict[str, Any]:
    answer = scene.client(role).post("/orders/suggest", {"blueprint": "repair", "text": text, **more})
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def test_nothing_is_said_until_there_is_enough_to_learn_from() -> None:
    scene = world()
    assert _ask(scene, "空调不制冷")["fields"] == []
    _finished(scene, 30)
    assert _learn(scene) == 1
    found = _ask(scene, "空调不制冷")
    assert (found["orders"], found["fields"], found["priority"], found["team"]) == (30, [], None, None)
    assert _learn(scene) == 0, "nothing new was finished"
    scene.pass_minutes(1)
    _finished(scene, 60)
    assert _learn(scene) == 1
    assert _ask(scene, "空调不制冷")["fields"][0]["value"] == "hvac"


def test_kind_priority_and_team_are_suggested_with_reasons(scene: World) -> None:
    _finished(scene, 120)
    _learn(scene)
    found = _ask(scene, "5楼电梯困人了，快来")
    (kind,) = found["fields"]
    assert (kind["field"], kind["value"], kind["label"]) == ("fields.fault_type", "elevator", {"zh": "电梯", "en": "Lift"})
    assert found["priority"]["value"] == 1
    assert found["team"]["value"] == "field"
    assert 0.6 <= kind["confidence"] <= 0.99
    assert any("电梯" in t or "困人" in t for t in kind["because"])
    assert "电梯" in kind["words"]["zh"]
    assert _ask(scene, "水泵漏水")["team"]["value"] == "desk"
    assert _ask(scene, "")["fields"] == []
    assert _ask(scene, "zzz qqq")["fields"] == [], "words nobody knows suggest nothing"


def test_the_engineer_who_could_come_is_named_when_the_work_is_known(scene: World) -> None:
    found = _ask(scene, "空调不制冷", fields={"fault_type": "hvac"})
    assert found["engineer"]["name"] == "王伟"
    assert found["engineer"]["earliest_start"] is not None
    assert _ask(scene, "电梯困人", fields={"fault_type": "elevator"})["engineer"] is None, "he cannot repair lifts"
    assert _ask(scene, "zzz")["engineer"] is None, "nobody knows yet what it is"


def test_a_suggestion_is_quick(scene: World) -> None:
    _ask(scene, "空调")
    began = time.perf_counter()
    for _ in range(20):
        _ask(scene, "5楼电梯困人了，快来", fields={"fault_type": "hvac"})
    assert (time.perf_counter() - began) / 20 < 0.05


def test_what_is_not_offered_any_more_is_not_suggested() -> None:
    scene = world()
    _finished(scene, 60)
    assert _learn(scene) == 1
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        learned = queries.lesson(work, "repair")
        assert learned is not None
        _, blueprint = blueprint_queries.current(work, "repair")
        assert queries._said(work, blueprint, "fields.fault_type", "steam") is None
        assert queries._said(work, blueprint, "fields.gone", "x") is None
        assert queries._said(work, blueprint, "team", str(scene.company.id)) is None


def test_one_company_learns_nothing_from_another(scene: World) -> None:
    other = world()
    _learn(other)
    assert _ask(other, "5楼电梯困人了，快来")["fields"] == []


def test_learning_is_asked_for_every_company_and_safe_to_repeat(scene: World) -> None:
    fresh = world()
    _finished(fresh, 60)
    for _ in range(2):
        jobs.ask_all(fresh.clock.now())
        fresh.run_jobs()
    with system_work(fresh.company.id, "test", fresh.clock.now()):
        assert Lesson.objects.filter(blueprint_key="repair").count() == 1
    assert _ask(fresh, "水泵漏水")["fields"][0]["value"] == "pump"


def test_a_chat_proposes_and_words_of_colleagues_do_not(scene: World) -> None:
    text = "陈静 10:20\n我的电话 13700000000\n张三 10:21\n水泵漏水，电话13800138000"
    answer = scene.client("agent").post("/orders/propose", {"text": text})
    assert answer.status == 200, answer.body
    found = {p["field"]: p["value"] for p in answer.json["proposals"]}
    assert found == {"title": "水泵漏水", "contact_phone": "13800138000", "contact_name": "张三"}
    assert answer.json["staff"] == ["陈静"]


def test_an_address_is_split(scene: World) -> None:
    found = scene.client("agent").get("/addresses/split?q=深圳市南山区科技园南路18号").json
    assert found == {"province": "", "city": "深圳市", "district": "南山区", "detail": "科技园南路18号"}


@pytest.mark.parametrize(
    ("path", "body"), [("/orders/suggest", {"blueprint": "repair", "text": "空调"}), ("/orders/propose", {"text": "空调"})]
)
def test_only_who_may_create_orders_is_answered(scene: World, path: str, body: dict[str, Any]) -> None:
    assert scene.client("nobody").post(path, body).status == 401
    assert scene.client("engineer").post(path, body).status == 403


def test_an_unknown_blueprint_is_not_there(scene: World) -> None:
    assert scene.client("agent").post("/orders/suggest", {"blueprint": "x", "text": "a"}).status == 404
