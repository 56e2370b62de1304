"""Intervention advice (D10): signs and actions from constructed histories; the numbers are the histories'."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from gongdan.automation import advice
from gongdan.automation.advice import Effect, Past, Sign
from gongdan.automation.tests.scenes import say, service
from gongdan.wiring.testing import World, world

A, B, C = (UUID(int=n) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ([A, B, A, B], (A, B, 2)),
        ([C, A, B, A, B, A], (B, A, 3)),
        ([A, A, B, B, A, B], (A, B, 2)),
        ([A, B, A], None),
        ([A, B, C, A], None),
        ([], None),
    ],
)
def test_to_and_fro(path: list[UUID], found: Any) -> None:
    assert advice.ping_pong(path) == found


def test_the_percentile_is_nearest_rank_and_not_of_few() -> None:
    assert advice.percentile(list(range(1, 101))) == 90
    assert advice.percentile(list(range(1, 21))) == 18
    assert advice.percentile(list(range(1, 20))) is None


def test_signs_by_their_bars() -> None:
    stays = [float(n) for n in range(1, 101)]
    assert advice.signs(2, [], [], 90.0, stays) == []
    assert advice.signs(3, [], [], 91.0, stays) == [
        Sign("transfers", {"times": 3}),
        Sign("stuck", {"minutes": 91, "usual": 90, "orders": 100}),
    ]
    assert advice.signs(3, [A, B, A, B], [], 0.0, [])[1] == Sign("ping_pong", {"one": str(A), "other": str(B), "times": 2})


def test_the_expert_is_who_was_faster_and_few_orders_do_not_make_one() -> None:
    past = [Past(A, None, 0, 60.0)] * 20 + [Past(B, None, 0, 100.0)] * 20 + [Past(C, None, 0, 50.0)]
    people = frozenset({A, B, C})
    assert advice.expert(past, B, people) == (A, Effect(60, 20, 100, 21, few=False))  # C's single order makes no expert
    assert advice.expert([Past(C, None, 0, 50.0), Past(B, None, 0, 100.0)] * 2, A, people) == (C, Effect(50, 2, 100, 2, few=True))
    assert advice.expert(past, A, people) is None
    assert advice.expert(past, A, frozenset({A, B})) is None  # B is slower than the rest
    assert advice.expert([], A, people) is None


def test_the_route_is_where_things_end_when_straight_is_faster() -> None:
    past = [Past(None, A, 0, 40.0)] * 10 + [Past(None, A, 2, 200.0)] * 12 + [Past(None, B, 0, 80.0)] * 5
    assert advice.route(past, B) == (A, Effect(40, 10, 200, 12, few=False))
    assert advice.route(past, A) is None
    assert advice.route([p for p in past if p.handovers == 0], B) is None


def _resolve(scene: World, who: str, team: str, minutes: int, *, around: bool = False) -> None:
    order_id = service(scene)
    teams = scene.company.teams
    if around:
        for _ in range(2):
            for key in ("field", "desk"):
                say(scene, order_id, "assign", {"team_id": str(teams[key])})
    say(scene, order_id, "assign", {"assignee_id": str(scene.company.people[who]), "team_id": str(teams[team])})
    say(scene, order_id, "start", {})
    scene.pass_minutes(minutes)
    say(scene, order_id, "complete", {})


def test_an_order_handed_around_gets_two_actions_with_their_effect() -> None:
    scene = world()
    for _ in range(2):
        _resolve(scene, "engineer", "field", 30)
        _resolve(scene, "manager", "field", 300, around=True)
    order_id = service(scene)
    for key in ("field", "desk", "field", "desk"):
        say(scene, order_id, "assign", {"team_id": str(scene.company.teams[key])})
    client = scene.client("dispatcher")
    found = client.get(f"/orders/{order_id}/advice").json
    assert [s["code"] for s in found["signs"]] == ["transfers", "ping_pong"]
    assert found["orders"] == 4
    assert "维修组" in found["signs"][1]["zh"]
    assert "客服组" in found["signs"][1]["zh"]
    escalate, change = found["actions"]
    assert (escalate["code"], escalate["verb"]) == ("escalate", "transfer")
    assert escalate["args"]["assignee_id"] == str(scene.company.people["engineer"])
    assert escalate["effect"] == {"so_minutes": 30, "so_orders": 2, "else_minutes": 300, "else_orders": 2, "few": True}
    assert "样本少" in escalate["effect_zh"]
    assert "few orders" in escalate["effect_en"]
    assert change["code"] == "change_rule"
    say(scene, order_id, "transfer", escalate["args"], role="admin")
    saved = scene.client("admin").post("/automation/rules", change["rule"])  # the proposal is a rule that can be saved
    assert saved.status == 201, saved.body
    listed = client.get("/automation/troubled").json["items"]
    assert listed[0]["order_id"] == order_id
    assert len(listed) == 1  # those resolved after a journey are no trouble any more


def test_an_order_without_trouble_gets_no_advice() -> None:
    scene = world()
    order_id = service(scene)
    found = scene.client("manager").get(f"/orders/{order_id}/advice").json
    assert (found["signs"], found["actions"]) == ([], [])
    assert world().client("manager").get(f"/orders/{order_id}/advice").status == 404
