"""Who gets an order, and why; who does not, and why not; what happens when nobody fits or somebody is faster."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from gongdan.accounts import actions as accounts
from gongdan.accounts.schemas import UserIn
from gongdan.accounts.tests.factories import NOW, PASSWORD, password_hash
from gongdan.customers import actions as customers
from gongdan.customers.schemas import CustomerIn, SiteIn
from gongdan.dispatch import queries
from gongdan.dispatch.models import Decision
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world
from gongdan.workforce import actions as workforce
from gongdan.workforce.schemas import AbsenceIn, EngineerIn, Interval, SkillOf

HERE = (114.05, 22.54)
FAR = (114.35, 22.70)


@pytest.fixture
def scene() -> World:
    return world()


def _hire(scene: World, name: str, *, level: int = 3, shifts: int = 1, **profile: Any) -> str:
    """An engineer of the field team, on shift from 09:00 for ten hours, `shifts` days long."""
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        new = UserIn(
            login=name, name=name, password=PASSWORD, roles=["engineer"], team_ids=[scene.company.teams["field"]],
            org_unit_id=scene.company.unit_id,
        )  # fmt: skip
        user = accounts.add_user(work, new, password_hash=password_hash())
        skills = profile.pop("skills", [SkillOf(skill="hvac", level=level)])
        place = profile.pop("home", HERE)
        workforce.put_engineer(work, EngineerIn(user_id=user.id, home_lng=place[0], home_lat=place[1], skills=skills, **profile))
        workforce.add_shifts(
            work,
            [
                Interval(engineer_id=user.id, starts_at=NOW + timedelta(days=d), ends_at=NOW + timedelta(days=d, hours=10))
                for d in range(shifts)
            ],
        )
    return str(user.id)


def _away(scene: World, engineer_id: str, start_hours: float, hours: float) -> None:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        start = NOW + timedelta(hours=start_hours)
        new = AbsenceIn(engineer_id=UUID(engineer_id), starts_at=start, ends_at=start + timedelta(hours=hours))
        workforce.add_absence(work, new)


def _order(scene: World, **values: Any) -> str:
    place = {"lng": HERE[0], "lat": HERE[1]}
    return str(scene.order(**{**place, **values})["id"])


def _candidates(scene: World, order_id: str) -> dict[str, dict[str, Any]]:
    answer = scene.client("dispatcher").get(f"/orders/{order_id}/candidates")
    assert answer.status == 200, answer.body.decode()
    return {c["name"]: c for c in answer.json}


def _assignee(scene: World, order_id: str) -> str | None:
    scene.run_jobs()
    found: str | None = scene.client("admin").get(f"/orders/{order_id}").json["assignee_id"]
    return found


def test_every_reason_why_not_is_said_in_both_languages(scene: World) -> None:
    _hire(scene, "无技能", skills=[])
    _hire(scene, "低级别", level=1)
    _hire(scene, "证书过期", skills=[SkillOf(skill="hvac", level=3, expires_on=(NOW - timedelta(days=1)).date())])
    _hire(scene, "无班次", shifts=0)
    away = _hire(scene, "请假中")
    _away(scene, away, -1, 24)
    _hire(scene, "别的区", regions=["北区"])
    order_id = _order(scene, site_id=_site(scene, "南区"))
    said = {n: (c["fits"], c["sentences"]["zh"], c["sentences"]["en"]) for n, c in _candidates(scene, order_id).items()}
    assert {n: zh for n, (_, zh, _) in said.items() if n != "王伟"} == {
        "无技能": ["缺 hvac 技能"],
        "低级别": ["hvac 仅 1 级，需 2 级"],
        "证书过期": [f"hvac 证书已于 {(NOW - timedelta(days=1)).date()} 到期"],
        "无班次": ["近期没有可用班次"],
        "请假中": ["请假至 2026-03-03 08:00", "近期没有可用班次"],
        "别的区": ["不负责 南区"],
    }
    assert said["王伟"][0]
    assert [n for n, (fits, _, _) in said.items() if fits] == ["王伟"]
    assert said["别的区"][2] == ["does not serve 南区"]
    assert said["无班次"][2] == ["has no free shift in the coming days"]


def _site(scene: World, region: str) -> str:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        customer = customers.add_customer(work, CustomerIn(name="鹏程科技"))
        site = customers.add_site(work, customer.id, SiteIn(name="一号楼", region=region, lng=HERE[0], lat=HERE[1]))
    return str(site.id)


def test_the_score_is_the_sum_of_its_parts_and_the_best_comes_first(scene: World) -> None:
    _hire(scene, "近的")
    _hire(scene, "远的", home=FAR)
    _hire(scene, "大材小用", level=5)
    order_id = _order(scene)
    listed = scene.client("dispatcher").get(f"/orders/{order_id}/candidates").json
    assert [c["score"] for c in listed] == sorted((c["score"] for c in listed), reverse=True)
    for candidate in listed:
        assert round(sum(p["points"] for p in candidate["parts"]), 3) == candidate["score"]
        assert all(p["text"]["zh"] and p["text"]["en"].isascii() for p in candidate["parts"])
    by_name = {c["name"]: c["score"] for c in listed}
    assert by_name["近的"] > by_name["大材小用"] > by_name["远的"]


def test_the_choice_is_kept_with_its_reasons(scene: World) -> None:
    order_id = _order(scene)
    chosen = _assignee(scene, order_id)
    assert chosen == str(scene.company.people["engineer"])
    entry = scene.client("admin").get(f"/orders/{order_id}/events").json["items"][0]
    assert (entry["type"], entry["actor_kind"]) == ("assign", "system")
    assert sum(float(p[2]) for p in entry["data"]["why"]["parts"]) == pytest.approx(float(entry["data"]["why"]["score"]))
    with system_work(scene.company.id, "test", NOW):
        kept = Decision.objects.get(order_id=order_id)
    assert (str(kept.chosen_id), kept.candidates[0]["engineer_id"]) == (chosen, chosen)


def test_work_spreads_over_equals(scene: World) -> None:
    _hire(scene, "第二人")
    chosen = [_assignee(scene, _order(scene)) for _ in range(4)]
    assert sorted(chosen.count(c) for c in set(chosen)) == [2, 2]


def test_a_full_engineer_gets_no_more(scene: World) -> None:
    engineer = scene.company.people["engineer"]
    with system_work(scene.company.id, "test", NOW) as work:
        workforce.put_engineer(work, EngineerIn(user_id=engineer, orders_a_day=2, skills=[SkillOf(skill="hvac", level=3)]))
    chosen = [_assignee(scene, _order(scene)) for _ in range(3)]
    assert chosen == [str(engineer), str(engineer), None]


def test_when_nobody_fits_the_order_stays_in_the_queue_and_the_dispatcher_hears_why(scene: World) -> None:
    order_id = _order(scene, fields={"fault_type": "elevator"})
    assert _assignee(scene, order_id) is None
    order = scene.client("admin").get(f"/orders/{order_id}").json
    assert (order["state"], order["team_id"]) == ("pending", str(scene.company.teams["field"]))
    assert [e["type"] for e in order["timeline"]] == ["created"]
    told = scene.client("dispatcher").get("/notifications").json["items"]
    assert [(n["code"], n["order_id"]) for n in told] == [("n_nobody_found", order_id)]
    assert scene.client("agent").get("/notifications").json["items"] == []
    with system_work(scene.company.id, "test", NOW):
        kept = Decision.objects.get(order_id=order_id)
    assert kept.chosen_id is None
    assert kept.candidates[0]["sentences"]["zh"] == ["缺 elevator 技能"]


@pytest.mark.parametrize(
    ("locale", "said"),
    [("zh", "没有合适的工程师：缺 elevator 技能"), ("en", "No engineer fits: lacks the skill elevator")],
)
def test_asked_by_a_person_it_says_why_not_and_changes_nothing(scene: World, locale: str, said: str) -> None:
    order_id = _order(scene, fields={"fault_type": "elevator"})
    refused = scene.client("dispatcher", locale).post(f"/orders/{order_id}/dispatch", version=1)
    assert (refused.status, refused.json["code"], refused.json["detail"]) == (409, "nobody_fits", said)
    assert scene.client("admin").get(f"/orders/{order_id}").json["version"] == 1


def test_only_those_who_may_dispatch(scene: World) -> None:
    order_id = _order(scene)
    for role in ("agent", "engineer", "partner"):
        assert scene.client(role).post(f"/orders/{order_id}/dispatch", version=1).status in (403, 404)
    stale = scene.client("dispatcher").post(f"/orders/{order_id}/dispatch", version=9)
    assert (stale.status, stale.json["code"]) == (409, "stale_version")
    assert scene.client("dispatcher").post(f"/orders/{order_id}/dispatch", version=1).status == 200


@pytest.mark.parametrize(
    ("name", "start", "hours", "gets"),
    [
        ("all day", -1, 24, False),
        ("the morning, though there is a shift in the afternoon", -1, 4, False),
        ("today, though there is a shift tomorrow", 0, 12, False),
        ("over until now", -4, 4, True),
        ("later than the work", 6, 4, True),
    ],
)
def test_nobody_on_leave_gets_an_order(scene: World, name: str, start: float, hours: float, gets: bool) -> None:
    engineer = str(scene.company.people["engineer"])
    _away(scene, engineer, start, hours)
    assert (_assignee(scene, _order(scene)) == engineer) is gets, name


def test_taking_the_leave_back_makes_the_engineer_free_again(scene: World) -> None:
    engineer = str(scene.company.people["engineer"])
    made = scene.client("dispatcher").post(
        "/absences",
        {"engineer_id": engineer, "starts_at": NOW.isoformat(), "ends_at": (NOW + timedelta(days=9)).isoformat()},
    )
    assert _assignee(scene, _order(scene)) is None
    assert scene.client("dispatcher").delete(f"/absences/{made.json['ids'][0]}").status == 204
    assert _assignee(scene, _order(scene)) == engineer


def test_who_knows_the_customer_is_preferred(scene: World) -> None:
    known = _hire(scene, "老熟人", level=4)
    with system_work(scene.company.id, "test", NOW) as work:
        customer = customers.add_customer(work, CustomerIn(name="鹏程科技"))
    first = scene.order(customer_id=str(customer.id), lng=HERE[0], lat=HERE[1])["id"]
    admin = scene.client("admin")
    for verb, body in (
        ("assign", {"assignee_id": known}),
        ("start", {}),
        ("complete", {"fields": {"fault_cause": "堵塞"}}),
    ):
        version = admin.get(f"/orders/{first}").json["version"]
        assert admin.post(f"/orders/{first}/{verb}", body, version=version).status == 200
    again = _order(scene, customer_id=str(customer.id))
    assert "上次也由他服务" in _candidates(scene, again)["老熟人"]["sentences"]["zh"]
    assert _assignee(scene, again) == known


def test_somebody_who_was_faster_keeps_the_order(scene: World) -> None:
    order_id = _order(scene)
    assert scene.client("manager").post(f"/orders/{order_id}/claim", {}).status == 200
    assert _assignee(scene, order_id) == str(scene.company.people["manager"])


def test_a_claim_while_dispatch_is_thinking_is_not_overwritten(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = _order(scene)
    answers: list[int] = []

    def claim() -> None:
        answers.append(scene.client("manager").post(f"/orders/{order_id}/claim", {}).status)
        connection.close()

    real, threads = queries.ranked, []

    def slow(work: Any, order: Any) -> Any:
        found = real(work, order)
        if str(order.row.id) != order_id:  # of another company that left its job in this database
            return found
        thread = threading.Thread(target=claim)
        threads.append(thread)
        thread.start()
        thread.join(0.5)
        return found

    monkeypatch.setattr(queries, "ranked", slow)
    scene.run_jobs()
    threads[0].join(10)
    owner = scene.client("admin").get(f"/orders/{order_id}").json["assignee_id"]
    winner = "manager" if answers == [200] else "engineer"
    assert owner == str(scene.company.people[winner]), "whoever was told that it is theirs has it"


def test_people_who_left_and_other_teams_are_no_candidates(scene: World) -> None:
    gone = _hire(scene, "已离职")
    with system_work(scene.company.id, "test", NOW) as work:
        work.write("update accounts_user set active = false where id = %s", [gone])
        desk = UserIn(login="desk", name="客服兼修", password=PASSWORD, roles=["engineer"], team_ids=[scene.company.teams["desk"]])
        other = accounts.add_user(work, desk, password_hash=password_hash())
        workforce.put_engineer(work, EngineerIn(user_id=other.id, skills=[SkillOf(skill="hvac", level=3)]))
    assert list(_candidates(scene, _order(scene))) == ["王伟"]


def test_a_blueprint_that_is_claimed_from_the_queue_is_not_dispatched(scene: World) -> None:
    order_id = str(scene.order(blueprint="service", title="咨询", fields={"category": "consult"})["id"])
    assert _assignee(scene, order_id) is None
    assert scene.client("dispatcher").get("/notifications").json["items"] == []
