"""R28: pairs of rules that trigger each other. The chain stops at depth 10, the reason is in the order's audit and the
rule's page, other rules go on. `GONGDAN_R28` sets the number of orders (1 000 in the bracket, 100 in the ordinary suite).
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from gongdan.automation import rules
from gongdan.automation.tests.scenes import edit, order, ran, rule, service
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world

ORDERS = int(os.environ.get("GONGDAN_R28", "100"))
EDITED = {"kind": "event", "fact": "order.edited"}
RUNS = (
    "select order_id, count(*) filter (where outcome = 'done'), count(*) filter (where outcome = 'stopped_depth'), max(depth) "
    "from automation_run where rule_id = any(%s) group by order_id"
)
AUDIT = "select count(*), count(distinct order_id) from orders_event where type = 'rule_stopped' and data ->> 'why' = %s"


def _pair(scene: World, **limits: Any) -> list[str]:
    """Two rules that undo each other's work for ever."""
    up = {"verb": "set", "args": {"priority": 2}}
    down = {"verb": "set", "args": {"priority": 3}}
    made = [
        rule(scene, name="升", name_en="Up", trigger=EDITED, condition="[priority]=3", deeds=[up], **limits),
        rule(scene, name="降", name_en="Down", trigger=EDITED, condition="[priority]=2", deeds=[down], **limits),
    ]
    return [m["id"] for m in made]


def _storm(scene: World, pair: list[str], orders: int) -> list[Any]:
    for _ in range(orders):
        edit(scene, service(scene, priority=1), priority=3)
    scene.run_jobs()
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        return work.read(RUNS, [pair])


def test_rules_that_trigger_each_other_stop_at_depth_ten() -> None:
    scene = world()
    pair = _pair(scene)
    rule(scene, name="新单标记", rank=200)
    rule(scene, name="改过", rank=200, trigger=EDITED, deeds=[{"verb": "tag", "args": {"tag": "改过"}}])
    found = _storm(scene, pair, ORDERS)
    assert len(found) == ORDERS
    assert {(done, stopped, depth) for _, done, stopped, depth in found} == {(rules.MAX_DEPTH, 1, rules.MAX_DEPTH)}
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        assert work.read(AUDIT, ["depth"])[0][1] == ORDERS
        assert work.read("select count(*) from kernel_job where kind = 'automation.fire'") == [(0,)]
    order_id = str(found[0][0])
    after = order(scene, order_id)
    assert sorted(after["tags"]) == ["改过", "新"]  # the other rules
    entry = next(e for e in after["timeline"] if e["type"] == "rule_stopped" and e["cause"]["zh"] in ("规则「升」", "规则「降」"))
    assert "10" in entry["text"]["zh"]
    assert "10 times in a row" in entry["text"]["en"]
    stopped = next(r for r in ran(scene, order_id)["runs"] if r["outcome"] == "stopped_depth" and r["rule_id"] in pair)
    assert "10" in stopped["words"]["zh"]
    page = scene.client("admin").get(f"/automation/rules/{stopped['rule_id']}").json
    assert page["last_trouble"]["outcome"] == "stopped_depth"
    assert page["warnings"][0]["code"] == "rule_loop"
    other = service(scene)
    scene.run_jobs()
    assert order(scene, other)["tags"] == ["新"]


def test_without_the_depth_cap_the_storm_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control, bounded by the rate: what the test above looks at runs away."""
    monkeypatch.setattr(rules, "MAX_DEPTH", 10_000)
    scene = world()
    found = _storm(scene, _pair(scene, per_hour=20), 1)
    ((_, done, stopped, depth),) = found
    assert (done, stopped) == (40, 0)
    assert depth > 10


def test_a_rule_is_held_to_its_rate_and_goes_on_an_hour_later() -> None:
    scene = world()
    made = rule(scene, trigger=EDITED, per_hour=3, deeds=[{"verb": "comment", "args": {"body": "已改", "internal": True}}])
    order_id = service(scene)
    for n in range(6):
        edit(scene, order_id, title=f"标题{n}")
        scene.run_jobs()
    outcomes = [r["outcome"] for r in ran(scene, order_id)["runs"]]
    assert outcomes == ["stopped_rate"] + ["done"] * 3
    stops = [e for e in order(scene, order_id)["timeline"] if e["type"] == "rule_stopped"]
    assert len(stops) == 1  # said once, not at every stop
    assert scene.client("admin").get(f"/automation/rules/{made['id']}").json["counts"]["stopped"] == 1
    scene.pass_minutes(61)
    edit(scene, order_id, title="一小时后")
    scene.run_jobs()
    assert ran(scene, order_id)["runs"][0]["outcome"] == "done"
