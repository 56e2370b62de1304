"""Rules at work: by event, by time held, by schedule; each deed for itself; why they ran, and why not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from gongdan.automation import duties, queries
from gongdan.automation.models import Armed, Run
from gongdan.automation.tests.scenes import edit, later, order, ran, rule, say, service
from gongdan.kernel.jobs import kinds
from gongdan.kernel.models import Job
from gongdan.kernel.work import Work, system_work
from gongdan.wiring.testing import World, world


@pytest.fixture
def scene() -> World:
    return world()


def _to_team(scene: World) -> dict[str, Any]:
    return {"verb": "assign", "args": {"team_id": str(scene.company.teams["field"])}}


def test_category_goes_to_the_second_line_with_its_context(scene: World) -> None:
    """C11."""
    note = {"verb": "comment", "args": {"body": "转二线", "internal": True}}
    made = rule(scene, name="二线", name_en="Second line", condition='[fields.category]="complaint"', deeds=[_to_team(scene), note])
    plain, complaint = service(scene), service(scene, fields={"category": "complaint"}, description="连续三次没修好")
    scene.run_jobs()
    assert order(scene, plain)["team_id"] == str(scene.company.teams["desk"])
    found = order(scene, complaint)
    assert found["team_id"] == str(scene.company.teams["field"])
    assert found["description"] == "连续三次没修好"
    (run,) = ran(scene, complaint)["runs"]
    assert (run["rule_id"], run["outcome"], run["fact"], run["depth"]) == (made["id"], "done", "order.created", 0)
    assert run["values"] == {"fields.category": "complaint"}
    assert [d["ok"] for d in run["deeds"]] == [True, True]
    assert run["fact_label"] == {"zh": "新建工单", "en": "An order was created"}
    entry = next(e for e in found["timeline"] if e["type"] == "assign")
    assert entry["actor_name"] == "automation:二线"
    assert (entry["cause"]["kind"], entry["cause"]["zh"]) == ("rule", "规则「二线」")
    assert entry["cause"]["link"] == f"automation/rules/{made['id']}"
    page = scene.client("admin").get(f"/automation/rules/{made['id']}/runs").json
    assert [r["id"] for r in page["items"]] == [run["id"]]
    assert scene.client("admin").get(f"/automation/rules/{made['id']}").json["counts"]["done"] == 1


def test_why_a_rule_did_not_run_is_said_part_by_part(scene: World) -> None:
    rule(scene, condition='AND([priority]=1,[fields.category]="consult")')
    made = service(scene, priority=3)
    scene.run_jobs()
    found = ran(scene, made)
    assert found["runs"] == []
    (other,) = found["others"]
    assert other["holds"] is False
    assert {p["text"]: p["holds"] for p in other["parts"]} == {"[priority]=1": False, '[fields.category]="consult"': True}
    assert other["values"] == {"priority": 3, "fields.category": "consult"}


def test_a_vip_is_put_first(scene: World) -> None:
    """C12."""
    rule(scene, condition='[customer.tier]="vip"', deeds=[{"verb": "set", "args": {"priority": 1}}])
    customer = scene.client("agent").post("/customers", {"name": "贵宾", "tier": "vip"}).json["id"]
    vip, plain = service(scene, customer_id=customer), service(scene)
    scene.run_jobs()
    assert (order(scene, vip)["priority"], order(scene, plain)["priority"]) == (1, 3)


def test_a_deed_that_is_refused_is_said_and_the_others_stand(scene: World) -> None:
    made = rule(scene, deeds=[{"verb": "resume"}, {"verb": "tag", "args": {"tag": "新"}}])
    order_id = service(scene)
    scene.run_jobs()
    (run,) = ran(scene, order_id)["runs"]
    assert run["outcome"] == "partly"
    assert [(d["ok"], d.get("code")) for d in run["deeds"]] == [(False, "not_held"), (True, None)]
    assert run["deeds"][0]["zh"]
    assert run["deeds"][0]["en"]
    assert order(scene, order_id)["tags"] == ["新"]
    trouble = scene.client("admin").get(f"/automation/rules/{made['id']}").json["last_trouble"]
    assert trouble["id"] == run["id"]


def test_rules_run_by_rank_and_see_what_earlier_ones_did(scene: World) -> None:
    rule(scene, name="后", rank=20, condition="[priority]=1", deeds=[{"verb": "tag", "args": {"tag": "急"}}])
    rule(scene, name="先", rank=10, deeds=[{"verb": "set", "args": {"priority": 1}}])
    order_id = service(scene)
    scene.run_jobs()
    assert order(scene, order_id)["tags"] == ["急"]
    assert [r["rule_name"]["zh"] for r in ran(scene, order_id)["runs"]] == ["后", "先"]


def test_the_same_cause_twice_has_one_effect(scene: World) -> None:
    rule(
        scene,
        deeds=[
            {"verb": "comment", "args": {"body": "您好"}},
            {"verb": "notify", "args": {"to": "role", "role": "manager", "text": "看"}},
        ],
    )
    order_id = service(scene)
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        (args,) = [r[0] for r in work.read("select args from kernel_job where kind = 'automation.fire'")]
    for _ in range(2):
        with system_work(scene.company.id, "automation.fire", scene.clock.now()) as work:
            duties.fire(work, msgspec.json.decode(args))
    scene.run_jobs()
    found = order(scene, order_id)
    assert [c["body"] for c in found["comments"]] == ["您好"]
    assert len(ran(scene, order_id)["runs"]) == 1
    told = scene.client("manager").get("/notifications").json["items"]
    assert [n["code"] for n in told if n["code"] == "n_rule"] == ["n_rule"]


def test_no_job_when_no_rule_listens(scene: World) -> None:
    def waiting() -> int:
        with system_work(scene.company.id, "test", scene.clock.now()):
            return Job.objects.filter(kind="automation.fire", tenant_id=scene.company.id).count()

    service(scene)
    assert waiting() == 0
    rule(scene, name="一")
    rule(scene, name="二")
    rule(scene, name="评论", trigger={"kind": "event", "fact": "order.commented"})
    service(scene)
    assert waiting() == 1
    assert "automation.fire" in kinds()


def test_knowing_that_nobody_listens_costs_no_statement(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    service(scene)
    asked: list[str] = []
    read = Work.read

    def listening(self: Work, sql: str, params: Any = ()) -> Any:
        asked.append(sql)
        return read(self, sql, params)

    monkeypatch.setattr(Work, "read", listening)
    service(scene)
    assert queries.HEARD not in asked
    queries.forget(scene.company.id)
    service(scene)
    assert asked.count(queries.HEARD) == 1


HELD = {"kind": "held", "minutes": 30}
SUPERIOR = {"verb": "notify", "args": {"to": "superior", "text": "30 分钟未受理"}}


def _told(scene: World) -> int:
    return sum(n["code"] == "n_rule" for n in scene.client("manager").get("/notifications").json["items"])


def test_no_answer_in_30_minutes_tells_the_superior_once(scene: World) -> None:
    """C08."""
    rule(scene, trigger=HELD, condition="NOT([accepted])", deeds=[SUPERIOR])
    late, answered = service(scene), service(scene)
    scene.run_jobs()
    later(scene, 29)
    say(scene, answered, "accept", {})
    scene.run_jobs()
    assert _told(scene) == 0
    later(scene, 0.99)
    assert _told(scene) == 0  # never early
    later(scene, 0.02)
    assert _told(scene) == 1
    later(scene, 300)
    assert _told(scene) == 1  # never twice
    assert ran(scene, answered)["runs"] == []
    (run,) = ran(scene, late)["runs"]
    assert (run["fact"], run["values"]) == ("held", {"accepted": False})


def test_a_condition_that_stops_and_begins_again_waits_anew(scene: World) -> None:
    rule(scene, trigger=HELD, condition="[priority]=1", deeds=[SUPERIOR])
    order_id = service(scene, priority=1)
    scene.run_jobs()
    later(scene, 20)
    edit(scene, order_id, priority=2)
    scene.run_jobs()
    edit(scene, order_id, priority=1)
    scene.run_jobs()
    later(scene, 29)
    assert _told(scene) == 0
    later(scene, 1.1)
    assert _told(scene) == 1


def test_a_rule_that_waits_begins_with_the_open_orders_and_ends_with_the_rule(scene: World) -> None:
    order_id = service(scene, priority=1)
    made = rule(scene, trigger=HELD, condition="[priority]=1", deeds=[SUPERIOR])
    scene.run_jobs()
    with system_work(scene.company.id, "test", scene.clock.now()):
        assert list(Armed.objects.values_list("order_id", flat=True)) == [UUID(order_id)]
    (other,) = ran(scene, order_id)["others"]
    assert other["due_at"] is not None
    scene.client("admin").patch(f"/automation/rules/{made['id']}", {"enabled": False}, version=1)
    later(scene, 60)
    assert _told(scene) == 0


def test_a_schedule_looks_at_open_orders(scene: World) -> None:
    made = rule(
        scene,
        trigger={"kind": "schedule", "every_minutes": 60},
        condition="[age_minutes]>=90",
        deeds=[{"verb": "tag", "args": {"tag": "旧"}}],
    )
    old = service(scene)
    scene.pass_minutes(45)
    young = service(scene)
    later(scene, 60)
    assert (order(scene, old)["tags"], order(scene, young)["tags"]) == (["旧"], [])
    later(scene, 1)
    assert len(ran(scene, old)["runs"]) == 1  # the same tick is not done twice
    assert scene.client("admin").get(f"/automation/rules/{made['id']}").json["next_at"] is not None
    later(scene, 60)
    assert len(ran(scene, old)["runs"]) == 2


def test_daily_is_by_the_companys_clock(scene: World) -> None:
    rule(scene, trigger={"kind": "schedule", "daily_at": "10:00"}, deeds=[{"verb": "tag", "args": {"tag": "早会"}}])
    order_id = service(scene)  # at 09:00 in Shanghai
    later(scene, 59)
    assert order(scene, order_id)["tags"] == []
    later(scene, 1)
    assert order(scene, order_id)["tags"] == ["早会"]


def test_a_cron_line_is_by_the_companys_clock_on_working_days_only(scene: World) -> None:
    trigger = {"kind": "schedule", "cron": "0 10 * * tue-fri"}
    made = rule(scene, trigger=trigger, deeds=[{"verb": "tag", "args": {"tag": "早会"}}])
    assert made["next_at"] == "2026-03-03T02:00:00Z", "Monday is left out; ten in Shanghai"
    order_id = service(scene)
    later(scene, 24 * 60 + 59)
    assert order(scene, order_id)["tags"] == []
    later(scene, 1)
    assert order(scene, order_id)["tags"] == ["早会"]


def test_a_child_order_is_started_and_linked(scene: World) -> None:
    child = {"verb": "child", "args": {"blueprint": "service", "title": "回访", "fields": {"category": "consult"}, "team": "desk"}}
    rule(scene, condition='[title]<>"回访"', deeds=[child])
    order_id = service(scene)
    scene.run_jobs()
    assert [d["ok"] for d in ran(scene, order_id)["runs"][0]["deeds"]] == [True]
    links = order(scene, order_id)["links"]
    assert [link["kind"] for link in links] == ["child"]


def test_a_fact_brings_its_own_values(scene: World) -> None:
    rule(
        scene,
        trigger={"kind": "event", "fact": "order.moved"},
        condition='[fact.verb]="hold"',
        deeds=[{"verb": "tag", "args": {"tag": "等"}}],
    )
    order_id = service(scene)
    say(scene, order_id, "accept", {})
    scene.run_jobs()
    assert order(scene, order_id)["tags"] == []
    say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等客户"})
    scene.run_jobs()
    assert order(scene, order_id)["tags"] == ["等"]
    assert ran(scene, order_id)["runs"][0]["values"] == {"fact.verb": "hold"}


def test_other_companies_see_nothing(scene: World) -> None:
    made = rule(scene)
    order_id = service(scene)
    scene.run_jobs()
    other = world()
    assert other.client("admin").get(f"/automation/rules/{made['id']}").status == 404
    assert other.client("admin").get(f"/automation/rules/{made['id']}/runs").status == 404
    assert other.client("admin").get(f"/orders/{order_id}/automation").status == 404
    with system_work(other.company.id, "test", scene.clock.now()):
        assert not Run.objects.exists()
