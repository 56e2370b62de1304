"""What surrounds an order: splits, links, similar orders, who holds it, and what an entry of the timeline belongs to."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from gongdan.accounts.models import User
from gongdan.accounts.tests import factories
from gongdan.accounts.tests.factories import NOW
from gongdan.kernel.http.testing import Answer, Client
from gongdan.kernel.work import system_work
from gongdan.orders import anchoring
from gongdan.orders.tests.scenes import engineer, ledger, read, say, word
from gongdan.orders.tests.test_merging import DAYS, comment, merge, upload
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def split(scene: World, order_id: str, *, role: str = "agent", version: int | None = None, **body: Any) -> Answer:
    given = {"title": "另一处漏水", **body}
    return scene.client(role).post(f"/orders/{order_id}/split", given, version=version or read(scene, order_id)["version"])


def unsplit(scene: World, order_id: str, *, role: str = "agent") -> Answer:
    version = read(scene, order_id)["version"]
    return scene.client(role).post(f"/orders/{order_id}/unsplit", {"reason": "不用分"}, version=version)


def link(scene: World, one: str, other: str, kind: str) -> Answer:
    return scene.client("agent").post(f"/orders/{one}/links", {"other_id": other, "kind": kind})


def customer(scene: World) -> str:
    return str(scene.client("agent").post("/customers", {"name": f"客户{word()}"}).json["id"])


def asset(scene: World, owner: str) -> str:
    made = scene.client("admin").post("/assets", {"name": "空调", "customer_id": owner})
    assert made.status == 201, made.body.decode()
    return str(made.json["id"])


# splitting


def test_a_split_makes_an_order_that_shows_what_was_chosen(scene: World) -> None:
    owner = customer(scene)
    source = scene.order(customer_id=owner, asset_id=asset(scene, owner), contact_phone="13800138000", priority=2)["id"]
    said, other = comment(scene, source, "卫生间也漏"), comment(scene, source, "厨房漏水")
    file, _ = upload(scene, source, "b.txt"), upload(scene, source, "c.txt")
    answer = split(scene, source, comment_ids=[said], file_ids=[file])
    assert answer.status == 201, answer.body.decode()
    new, old = read(scene, answer.json["order"]["id"]), read(scene, source)
    origin = {"id": source, "number": old["number"]}
    assert [(c["id"], c["origin"]) for c in new["comments"]] == [(said, origin)]
    assert [(f["file_id"], f["origin"]) for f in new["attachments"]] == [(file, origin)]
    same = ("customer_id", "asset_id", "contact_phone", "priority", "team_id", "fields", "blueprint")
    assert {k: new[k] for k in same} == {k: old[k] for k in same}
    assert [c["id"] for c in old["comments"]] == [said, other]
    assert [(x["kind"], x["id"]) for x in old["links"]] == [("child", new["id"])]
    assert [(x["kind"], x["id"]) for x in new["links"]] == [("parent", source)]
    made = new["links"][0]["reshape"]
    assert (made["kind"], made["leaves"], made["may_undo"]) == ("split", True, True)
    assert [e["type"] for e in ledger(scene, source)][-1] == "split"
    assert ledger(scene, new["id"])[-1]["data"]["comments"] == [said]
    assert clocks_run(scene, new["id"])
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []


def clocks_run(scene: World, order_id: str) -> bool:
    states = [c["state"] for c in scene.client("admin").get(f"/orders/{order_id}/clocks").json]
    return bool(states) and set(states) == {"running"}


def test_what_stays_behind_when_the_customer_is_another(scene: World) -> None:
    source = scene.order(customer_id=customer(scene), contact_phone="13800138001", address="科苑路 1 号")["id"]
    made = split(scene, source, keep_customer=False, keep_asset=False, link="related", fields={"fault_type": "electric"})
    new = read(scene, made.json["order"]["id"])
    assert (new["customer_id"], new["contact_phone"], new["address"]) == (None, "", "")
    assert (new["fields"]["fault_type"], new["links"][0]["kind"]) == ("electric", "related")


def test_only_what_is_there_and_readable_can_be_taken_along(scene: World) -> None:
    source, stranger = scene.order()["id"], scene.order()["id"]
    elsewhere = comment(scene, stranger, "x")
    assert split(scene, source, comment_ids=[elsewhere]).json["field"] == "comment_ids"
    assert split(scene, source, file_ids=[str(uuid4())]).json["field"] == "file_ids"
    assert split(scene, source, fields={"fault_type": "no such"}).json["field"] == "fields.fault_type"
    assert split(scene, source, blueprint="none").json["field"] == "blueprint"
    assert split(scene, source, version=99).json["code"] == "stale_version"
    assert split(scene, source, role="engineer").status == 403
    other = Client(scene.app, factories.company().tokens["agent"])
    assert other.post(f"/orders/{source}/split", {"title": "x"}, version=1).status == 404
    assert read(scene, source)["links"] == []


def test_a_merged_comment_can_be_split_off_again(scene: World) -> None:
    gone, stays = scene.order()["id"], scene.order()["id"]
    said = comment(scene, gone, "两处")
    merge(scene, gone, stays)
    new = read(scene, split(scene, stays, comment_ids=[said]).json["order"]["id"])
    assert [(c["id"], c["origin"]["id"]) for c in new["comments"]] == [(said, gone)]


def test_a_split_is_undone_while_nobody_worked_on_it(scene: World) -> None:
    source = scene.order()["id"]
    new = split(scene, source).json["order"]["id"]
    assert unsplit(scene, source).json["code"] == "not_split"
    assert unsplit(scene, new).status == 200
    assert (read(scene, new)["cancelled"], read(scene, source)["links"]) == (True, [])
    assert unsplit(scene, new).json["code"] == "not_split"
    used = split(scene, source).json["order"]["id"]
    comment(scene, used, "已联系")
    answer = unsplit(scene, used)
    assert (answer.status, answer.json["code"]) == (409, "split_in_use")
    assert answer.json["detail"] == "新工单上已有后续操作，不能撤销拆分：发表了评论"
    late = split(scene, source).json["order"]["id"]
    scene.pass_minutes(30 * DAYS + 1)
    assert unsplit(scene, late).json["code"] == "undo_too_late"
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []


def test_the_preview_of_a_split_shows_what_is_copied(scene: World) -> None:
    source = scene.order(contact_phone="13800138002", priority=1)["id"]
    shown = scene.client("agent").get(f"/orders/{source}/split-preview").json
    assert (shown["order"]["id"], shown["new"]["contact_phone"], shown["new"]["priority"]) == (source, "13800138002", 1)
    assert (shown["new"]["title"], shown["new"]["fields"]["fault_type"]) == ("", "hvac")
    assert scene.client("agent").get(f"/orders/{source}/split-preview?blueprint=none").status == 422


# linking


def test_parents_never_go_in_a_circle(scene: World) -> None:
    one, two, three = (scene.order()["id"] for _ in range(3))
    assert link(scene, one, two, "parent").status == 200  # two is above one
    assert link(scene, two, three, "parent").status == 200
    for child, kind, parent in ((three, "parent", one), (one, "child", three), (two, "parent", one)):
        answer = link(scene, child, parent, kind)
        assert (answer.status, answer.json["code"]) == (409, "link_loop"), (child, kind, parent)
    assert link(scene, three, one, "related").status == 200
    gone = scene.client("agent").request("DELETE", f"/orders/{two}/links", {"other_id": one, "kind": "child"})
    assert gone.status == 200
    assert link(scene, three, one, "parent").status == 200, "the circle is open now"


def test_the_link_of_a_merge_goes_with_the_merge_only(scene: World) -> None:
    gone, stays = scene.order()["id"], scene.order()["id"]
    merge(scene, gone, stays)
    answer = scene.client("agent").request("DELETE", f"/orders/{stays}/links", {"other_id": gone, "kind": "duplicate"})
    assert (answer.status, answer.json["code"]) == (409, "link_of_merge")
    shown = read(scene, stays)["links"][0]
    assert (shown["merged"], shown["family"], shown["state_label"]["zh"]) == (True, "closed", "已取消")
    assert shown["reshape"]["leaves"] is False


# similar orders


def test_open_orders_of_the_same_asset_come_first_and_say_why(scene: World) -> None:
    owner = customer(scene)
    machine, title = asset(scene, owner), f"锅炉{word()}喷水"
    twin = scene.order(title="不相干", customer_id=owner, asset_id=machine)["id"]
    alike = scene.order(title=title)["id"]
    scene.pass_minutes(3 * DAYS)
    mine = scene.order(title=title, customer_id=owner, asset_id=machine)["id"]
    items = scene.client("agent").get(f"/orders/{mine}/similar").json["items"]
    assert [i["id"] for i in items[:2]] == [twin, alike]
    assert items[0]["why"] == {"zh": "同一设备、同一客户、3 天前、未关闭", "en": "same asset, same customer, 3 days ago, open"}
    assert (items[0]["same"], items[0]["open"], items[1]["same"]) == (["asset", "customer"], True, ["text"])
    assert mine not in [i["id"] for i in items]
    assert 0 < items[1]["score"] <= 100


def test_while_an_order_is_typed(scene: World) -> None:
    client, title = scene.client("agent"), f"风机{word()}"
    there = scene.order(title=title, contact_phone="13900139777")["id"]
    by_text = client.get(f"/orders/similar?text={title}&blueprint=repair").json["items"]
    by_phone = client.get("/orders/similar?contact_phone=139 0013 9777".replace(" ", "%20")).json["items"]
    assert [i["id"] for i in by_text][:1] == [i["id"] for i in by_phone] == [there]
    assert by_phone[0]["same"] == ["phone"]
    assert client.get("/orders/similar").json["items"] == []
    assert client.get("/orders/similar?text=%20,.").json["items"] == []


def test_a_solved_order_says_how(scene: World) -> None:
    title = f"水泵{word()}"
    old = scene.order(title=title, fields={"fault_type": "pump"})["id"]
    say(scene, old, "assign")
    say(scene, old, "start")
    say(scene, old, "complete", {"note": "换了密封圈", "fields": {"fault_cause": "密封老化", "labour_hours": 1}})
    (found,) = scene.client("agent").get(f"/orders/similar?text={title}").json["items"]
    assert found["resolution"]["note"] == "换了密封圈"
    assert [(f["key"], f["value"]) for f in found["resolution"]["fields"]] == [("fault_cause", "密封老化")]
    assert found["why"]["zh"].endswith("今天、已解决")
    with system_work(scene.company.id, "test", NOW) as work:
        work.write("update accounts_role set fields = %s::jsonb where key = 'agent'", ['{"order.fields.fault_cause": "hide"}'])
        work.write("update accounts_user set grants_version = grants_version + 1 where id = %s", [scene.company.people["agent"]])
    (hidden,) = scene.client("agent").get(f"/orders/similar?text={title}").json["items"]
    assert hidden["resolution"]["fields"] == []
    with system_work(scene.company.id, "test", NOW) as work:
        work.write("update accounts_role set fields = '{}'::jsonb where key = 'agent'", [])
        work.write("update accounts_user set grants_version = grants_version + 1 where id = %s", [scene.company.people["agent"]])


def test_similar_orders_are_those_one_may_see(scene: World) -> None:
    title = f"电梯{word()}"
    theirs = scene.order(title=title)["id"]
    desk = {"assignee_id": str(scene.company.people["agent"]), "team_id": str(scene.company.teams["desk"])}
    say(scene, theirs, "assign", desk)
    assert scene.client("engineer").get(f"/orders/similar?text={title}").json["items"] == []
    assert len(scene.client("agent").get(f"/orders/similar?text={title}").json["items"]) == 1
    stranger = Client(scene.app, factories.company().tokens["agent"])
    assert stranger.get(f"/orders/similar?text={title}").json["items"] == []
    assert stranger.get(f"/orders/{theirs}/similar").status == 404


# who holds it


def test_whoever_sees_the_order_sees_who_holds_it(scene: World) -> None:
    order_id = scene.order()["id"]
    with system_work(scene.company.id, "test", NOW):
        User.objects.filter(id=scene.company.people["engineer"]).update(phone="13700000001", email="e@example.com")
    client = scene.client("agent")
    waiting = client.get(f"/orders/{order_id}/holders").json
    assert [(h["kind"], h["id"]) for h in waiting["order"]["holders"]] == [("team", str(scene.company.teams["field"]))]
    assert engineer(scene) in [m["id"] for m in waiting["order"]["holders"][0]["members"]]
    scene.pass_minutes(30)
    say(scene, order_id, "assign")
    held = client.get(f"/orders/{order_id}/holders").json
    (holder,) = held["order"]["holders"]
    assert (holder["kind"], holder["id"], holder["phone"], holder["email"]) == (
        "person", engineer(scene), "13700000001", "e@example.com",
    )  # fmt: skip
    assert held["order"]["since"].startswith("2026-03-02T01:30:00")
    assert held["order"]["limit_at"] == read(scene, order_id)["next_due_at"].replace("+00:00", "Z")
    assert [s["token_id"] for s in held["steps"]] == [t["id"] for t in read(scene, order_id)["tokens"]]
    assert all(s["holders"] and s["label"]["zh"] for s in held["steps"])
    assert Client(scene.app, factories.company().tokens["agent"]).get(f"/orders/{order_id}/holders").status == 404


def test_a_role_that_decides_is_shown_with_its_people(scene: World) -> None:
    order_id = scene.order(fields={"fault_type": "hvac", "labour_hours": 100})["id"]
    say(scene, order_id, "assign")
    say(scene, order_id, "start")
    steps = scene.client("agent").get(f"/orders/{order_id}/holders").json["steps"]
    approval = next(s for s in steps if s["kind"] == "approval")
    assert [(h["kind"], h["name"]) for h in approval["holders"]] == [("role", "服务经理")]
    assert [m["name"] for m in approval["holders"][0]["members"]] == ["赵敏"]


def test_a_partner_sees_the_name_and_no_phone(scene: World) -> None:
    order_id = scene.order()["id"]
    say(scene, order_id, "assign", {"assignee_id": str(scene.company.people["partner"])})
    (holder,) = scene.client("partner").get(f"/orders/{order_id}/holders").json["order"]["holders"]
    assert (holder["name"] != "", holder["phone"], holder["email"]) == (True, None, None)


# the timeline


def test_what_one_operation_did_has_one_run_and_machines_say_why(scene: World) -> None:
    order_id, other = scene.order()["id"], scene.order()["id"]
    until = scene.clock.now().replace(hour=5).isoformat()
    say(scene, order_id, "hold", {"waiting_on": "customer", "reason": "等", "resume_at": until})
    merge(scene, other, order_id)
    scene.pass_minutes(DAYS)
    scene.run_jobs()
    entries = ledger(scene, order_id)
    runs = [e["run"] for e in entries]
    assert len(set(runs)) == len(entries) == 4, [e["type"] for e in entries]
    assert ledger(scene, other)[-1]["run"] == entries[2]["run"], "one operation on two orders"
    assert [e["cause"] for e in entries[:3]] == [None, None, None]
    assert (entries[3]["type"], entries[3]["cause"]["kind"], entries[3]["cause"]["zh"]) == ("resume", "clock", "挂起到期")
    assert read(scene, order_id)["timeline"][0]["cause"]["kind"] == "clock"
