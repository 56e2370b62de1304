"""Who is told what: the right people, once, in both languages, never of what they did themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from gongdan.automation import jobs
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world

EVERYBODY = ("agent", "dispatcher", "engineer", "manager", "partner", "admin")


@pytest.fixture
def scene() -> World:
    return world()


def _say(scene: World, order_id: str, verb: str, body: dict[str, Any], role: str = "admin") -> None:
    client = scene.client(role)
    version = client.get(f"/orders/{order_id}").json["version"]
    answer = client.post(f"/orders/{order_id}/{verb}", body, version=version)
    assert answer.status in (200, 201), answer.body.decode()


def _told(scene: World) -> dict[str, list[str]]:
    """What each role has in its inbox, the oldest first."""
    scene.run_jobs()
    found = {}
    for role in EVERYBODY:
        items = scene.client(role).get("/notifications").json["items"]
        if items:
            found[role] = [n["code"] for n in items][::-1]
    return found


def _order(scene: World) -> str:
    """A service order: nothing is dispatched by itself."""
    return str(scene.order(blueprint="service", title="咨询", fields={"category": "consult"})["id"])


def _to(scene: World, role: str) -> dict[str, Any]:
    return {"assignee_id": str(scene.company.people[role]), "reason": "换人"}


def test_the_new_owner_is_told_with_number_and_title(scene: World) -> None:
    order_id = _order(scene)
    _say(scene, order_id, "assign", _to(scene, "engineer"))
    assert _told(scene) == {"engineer": ["n_assigned"]}
    (item,) = scene.client("engineer").get("/notifications").json["items"]
    number = scene.client("admin").get(f"/orders/{order_id}").json["number"]
    assert item["text"] == {"zh": f"您有新工单 {number}：咨询", "en": f"Order {number} is yours: 咨询"}
    assert (item["order_id"], item["read_at"]) == (order_id, None)


def test_whoever_gets_an_order_back_is_told_again(scene: World) -> None:
    order_id = _order(scene)
    for role in ("engineer", "manager", "engineer"):
        _say(scene, order_id, "assign", _to(scene, role))
    assert _told(scene) == {
        "engineer": ["n_assigned", "n_transferred", "n_assigned"],
        "manager": ["n_assigned", "n_transferred"],
    }


def test_nobody_is_told_of_what_they_did_themselves(scene: World) -> None:
    claimed, taken, teamed = (_order(scene) for _ in range(3))
    assert scene.client("manager").post(f"/orders/{claimed}/claim", {}).status == 200
    _say(scene, taken, "assign", _to(scene, "manager"), role="manager")
    _say(scene, teamed, "assign", {"team_id": str(scene.company.teams["desk"])}, role="agent")
    assert _told(scene) == {}


def test_a_team_is_told_of_what_comes_into_its_queue(scene: World) -> None:
    order_id = _order(scene)
    _say(scene, order_id, "assign", {"team_id": str(scene.company.teams["field"])})
    assert _told(scene) == {"engineer": ["n_team_assigned"]}


def test_a_comment_is_told_to_owner_and_watchers_but_not_its_author(scene: World) -> None:
    order_id = _order(scene)
    _say(scene, order_id, "assign", _to(scene, "engineer"))
    for role in ("agent", "manager"):
        assert scene.client(role).post(f"/orders/{order_id}/watchers").status == 204
    scene.client("agent").post(f"/orders/{order_id}/comments", {"body": "已联系客户"})
    assert _told(scene) == {"engineer": ["n_assigned", "n_commented"], "manager": ["n_commented"]}
    scene.client("engineer").post(f"/orders/{order_id}/comments", {"body": "收到", "internal": True})
    assert _told(scene) == {
        "engineer": ["n_assigned", "n_commented"], "manager": ["n_commented"] * 2, "agent": ["n_commented"],
    }  # fmt: skip


def test_an_owner_who_watches_is_told_once(scene: World) -> None:
    order_id = _order(scene)
    _say(scene, order_id, "assign", _to(scene, "manager"))
    scene.client("manager").post(f"/orders/{order_id}/watchers")
    scene.client("agent").post(f"/orders/{order_id}/comments", {"body": "你好"})
    assert _told(scene)["manager"] == ["n_assigned", "n_commented"]


def test_a_job_that_runs_twice_tells_once(scene: World) -> None:
    order_id = _order(scene)
    _say(scene, order_id, "assign", _to(scene, "engineer"))
    args = {
        "order_id": order_id, "assignee_id": str(scene.company.people["engineer"]), "team_id": None, "seq": 2,
        "actor_id": str(scene.company.people["admin"]),
    }  # fmt: skip
    scene.run_jobs()
    for _ in range(2):
        with system_work(scene.company.id, "automation", scene.clock.now()) as work:
            jobs.tell_assigned(work, args)
    assert _told(scene) == {"engineer": ["n_assigned"]}


def test_an_order_that_is_gone_is_no_error(scene: World) -> None:
    args = {"order_id": str(UUID(int=7)), "assignee_id": None, "team_id": None, "comment_id": str(UUID(int=8)), "node": "x"}
    with system_work(scene.company.id, "automation", scene.clock.now()) as work:
        for handler in (jobs.tell_assigned, jobs.tell_commented, jobs.tell_task):
            handler(work, args)
    assert _told(scene) == {}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"role": "manager"}, {"manager"}),
        ({"user": "agent"}, {"agent"}),
        ({"team": "desk"}, {"agent"}),
        ({"order": "assignee"}, {"engineer"}),
    ],
    ids=str,
)
def test_an_approval_is_told_to_whoever_may_decide_it(scene: World, rule: dict[str, str], told: set[str]) -> None:
    kind, value = next(iter(rule.items()))
    named = {kind: str(scene.company.people[value])} if kind == "user" else rule
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        version_id, compiled = blueprint_queries.current(work, "repair")
        del version_id
        from gongdan.blueprints.compiled import read_yaml, write_yaml

        text = write_yaml(compiled.document).replace("key: repair", "key: asked").replace("prefix: WX", "prefix: AS")
        document = read_yaml(text)
        assert document.flow is not None
        branch = next(b for b in document.flow["blocks"] if b["kind"] == "branch")
        branch["cases"][0]["blocks"][0]["approvers"] = [named]
        blueprints.install_pack(work, write_yaml(document))
    order_id = str(scene.order(blueprint="asked", fields={"fault_type": "electric", "labour_hours": 100})["id"])
    _say(scene, order_id, "assign", _to(scene, "engineer"))
    _say(scene, order_id, "start", {})
    heard = _told(scene)
    assert {role for role, codes in heard.items() if "n_token" in codes} == told
    assert all(codes.count("n_token") <= 1 for codes in heard.values())
    _decided_from_the_inbox(scene, next(iter(told)))


def _decided_from_the_inbox(scene: World, role: str) -> None:
    """The entry says which approval it is; once it is decided nobody is asked any more."""
    client = scene.client(role)
    (entry,) = client.get("/notifications?unread=true&kind=approval").json["items"]
    answer = client.post(f"/orders/{entry['order_id']}/approvals/{entry['token_id']}", {"decision": "approve"})
    assert answer.status == 200, answer.body
    assert client.get("/notifications?unread=true&kind=approval").json["items"] == []
    assert client.get("/notifications/count").json["kinds"].get("approval", 0) == 0


def test_people_who_left_are_not_told(scene: World) -> None:
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.write("update accounts_user set active = false where id = %s", [scene.company.people["dispatcher"]])
    scene.order(fields={"fault_type": "elevator"})
    scene.run_jobs()
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        rows = work.read("select 1 from notify_notification where user_id = %s", [scene.company.people["dispatcher"]])
    assert rows == []


def test_a_new_order_in_a_queue_is_told_to_its_team(scene: World) -> None:
    scene.order(blueprint="service", title="咨询", fields={"category": "consult"}, team="field")
    assert _told(scene) == {"engineer": ["n_team_assigned"]}
    assert scene.client("engineer").get("/notifications/count").json["kinds"] == {"queue": 1}


def test_who_is_mentioned_is_told_once_and_only_who_may_see_the_order(scene: World) -> None:
    order_id = _order(scene)
    people = scene.company.people
    body = {"body": "@经理 请看", "internal": True, "mentions": [str(people["manager"])]}
    assert scene.client("agent").post(f"/orders/{order_id}/comments", body).status == 201
    scene.run_jobs()
    (item,) = scene.client("manager").get("/notifications").json["items"]
    assert (item["kind"], item["order_id"]) == ("mention", order_id)
    assert item["text"]["zh"].endswith("提到了您：咨询")
    refused = scene.client("agent").post(
        f"/orders/{order_id}/comments", {"body": "@伙伴", "internal": True, "mentions": [str(people["partner"])]}
    )
    assert (refused.status, refused.json["code"]) == (422, "mention_unseen")
    assert _told(scene) == {"manager": ["n_mentioned"]}


def test_an_overdue_order_is_told_to_its_owner_once(scene: World) -> None:
    order_id = _order(scene)
    _say(scene, order_id, "assign", _to(scene, "engineer"))
    scene.pass_minutes(60 * 24 * 30)
    scene.sweep()
    scene.sweep()
    assert _told(scene) == {"engineer": ["n_assigned", "n_breached"]}
