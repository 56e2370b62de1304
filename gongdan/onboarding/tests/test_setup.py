"""First run: each industry is set up and filled, and its sample data leaves without a trace, whatever real people did meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.kernel.work import system_work
from gongdan.onboarding import actions, industries
from gongdan.orders import anchoring
from gongdan.wiring.testing import World, world

TABLES = (
    "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' "
    "where c.relkind in ('r', 'p') and not c.relispartition and not a.attisdropped order by 1"
)
REST = {"onboarding_setup", "onboarding_removal", "kernel_operation", "accounts_session", "kernel_anchor"}


@pytest.fixture
def rows() -> Iterator[Any]:
    """`rows(company)`: how many rows each table has of it."""
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"], autocommit=True) as connection:
        tables = [t for (t,) in connection.execute(TABLES) if t not in REST]

        def count(scene: World) -> dict[str, int]:
            found = {}
            for table in tables:
                row = connection.execute(f"select count(*) from {table} where tenant_id = %s", [scene.company.id]).fetchone()
                found[table] = row[0] if row else 0
            return found

        yield count


def empty(packs: tuple[str, ...] = ()) -> World:
    return world(packs)


def filled(scene: World, industry: str = "maintenance") -> dict[str, Any]:
    admin = scene.client("admin")
    assert admin.post("/onboarding/industry", {"industry": industry}).status == 200
    scene.run_jobs()
    found: dict[str, Any] = admin.get("/onboarding").json
    assert found["state"] == "done", found
    return found


def remove(scene: World) -> dict[str, Any]:
    done = scene.client("admin").post("/onboarding/samples/remove", {"name": "测试公司"})
    assert done.status == 200, done.body
    answer: dict[str, Any] = done.json
    return answer


@pytest.mark.parametrize("industry", sorted(industries.ALL))
def test_every_industry_is_seeded_with_orders_in_all_states_and_leaves_no_row(industry: str, rows: Any) -> None:
    scene = empty()
    admin = scene.client("admin")
    assert admin.get("/onboarding").json["first"] is True
    with system_work(scene.company.id, "test", NOW) as work:
        actions._organisation(work)
        actions._definitions(work, industries.ALL[industry])
        actions._views(work)
    before = rows(scene)
    found = filled(scene, industry)
    assert (found["done"], found["total"], found["first"]) == (6, 6, False)
    assert found["samples"] == {"asset": 8, "contact": 8, "customer": 8, "order": 40, "site": 8, "user": 7}
    orders = admin.get("/orders?limit=200").json["items"]
    assert len(orders) == 40
    assert {o["state"] for o in orders} == {"pending", "dispatched", "in_service", "resolved", "follow_up", "closed", "cancelled"}
    assert any(o["sla_state"] == "breached" for o in orders) or any(o["waiting_on"] for o in orders)
    done = remove(scene)
    assert (done["removed"]["order"], done["removed"]["customer"], done["kept"]) == (40, 8, [])
    after = rows(scene)
    assert {t: (before[t], n) for t, n in after.items() if n != before[t]} == {}
    assert admin.get("/onboarding").json["samples"] == {}
    assert filled(scene, industry)["samples"]["order"] == 40, "it can be taken again"


def test_what_real_people_did_stays_and_is_made_real(rows: Any) -> None:
    scene = empty(("default", "maintenance"))
    filled(scene)
    agent, admin = scene.client("agent"), scene.client("admin")
    sample = next(c for c in agent.get("/customers?limit=50").json["items"] if c["name"] == "中海世贸大厦（演示）")
    other = agent.get("/customers?q=锦江").json["items"][0]
    engineer = next(u for u in admin.get("/users?limit=50").json["items"] if u["login"] == "demo-engineer-5")
    mine = agent.post("/orders", {"blueprint": "service", "title": "真实", "customer_id": sample["id"], "fields": {}}).json
    given = {"assignee_id": engineer["id"]}
    assert agent.post(f"/orders/{mine['id']}/assign", given, version=mine["version"]).status == 200
    assert agent.post(f"/customers/{other['id']}/contacts", {"name": "真人"}).status == 201
    scene.run_jobs()
    begun = agent.get(f"/orders/{mine['id']}").json
    touched = agent.get("/orders?limit=200&open=true").json["items"]
    on_sample = next(o["id"] for o in touched if o["id"] != mine["id"])
    assert agent.post(f"/orders/{on_sample}/comments", {"body": "真人写的"}).status == 201
    done = remove(scene)
    assert {(k["kind"], k["name"]) for k in done["kept"]} == {
        ("customer", "中海世贸大厦"), ("customer", "锦江酒店"), ("user", "王伟（演示）"),
    }  # fmt: skip
    assert agent.get(f"/orders/{on_sample}").status == 404
    kept = agent.get(f"/orders/{mine['id']}").json
    assert (kept["version"], kept["customer_id"], kept["assignee_id"]) == (begun["version"], sample["id"], engineer["id"])
    assert [o["id"] for o in agent.get("/orders?limit=200").json["items"]] == [mine["id"]]
    assert agent.get(f"/customers/{sample['id']}").json["name"] == "中海世贸大厦"


def test_an_order_labelled_later_is_not_deleted() -> None:
    scene = empty(("default", "maintenance"))
    old = scene.order()["id"]
    scene.pass_minutes(3 * 24 * 60)
    filled(scene)
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.write(
            "insert into onboarding_sample (tenant_id, kind, row_id, at) values (%s, 'order', %s, %s)",
            [scene.company.id, old, work.at],
        )
    assert remove(scene)["removed"]["order"] == 40
    assert scene.client("agent").get(f"/orders/{old}").status == 200


def test_the_ledger_still_verifies_and_a_silent_loss_is_still_found(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_ANCHORS", str(tmp_path))
    scene = empty(("default", "maintenance"))
    real = scene.order()["id"]
    filled(scene)
    anchoring.anchor(scene.company.id, scene.clock.now())
    remove(scene)
    assert anchoring.check(scene.company.id, scene.clock.now()).faults == []
    with psycopg.connect(os.environ["GONGDAN_SUPER_DATABASE_URL"], autocommit=True) as connection:
        for table in ("orders_event", "orders_order"):
            column = "order_id" if table == "orders_event" else "id"
            connection.execute(f"delete from {table} where {column} = %s", [real])
    assert [f.kind for f in anchoring.check(scene.company.id, scene.clock.now()).faults] == ["cut"]


def test_set_up_twice_removal_by_another_name_and_by_others_are_refused() -> None:
    scene = empty()
    admin = scene.client("admin")
    assert admin.post("/onboarding/industry", {"industry": "nuclear"}).json["code"] == "industry_unknown"
    assert admin.post("/onboarding/samples/remove", {"name": "测试公司"}).json["code"] == "samples_none"
    assert admin.post("/onboarding/industry", {"industry": "property"}).status == 200
    assert admin.post("/onboarding/industry", {"industry": "itdesk"}).json["code"] == "samples_running"
    assert admin.post("/onboarding/samples/remove", {"name": "测试公司"}).json["code"] == "samples_running"
    scene.run_jobs()
    assert admin.post("/onboarding/industry", {"industry": "itdesk"}).json["code"] == "set_up_already"
    wrong = admin.post("/onboarding/samples/remove", {"name": "别的公司"})
    assert (wrong.status, wrong.json["code"]) == (422, "name_differs")
    assert scene.client("agent").post("/onboarding/samples/remove", {"name": "测试公司"}).status == 403
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        actions.fill(work, 3)
    assert admin.get("/onboarding").json["samples"]["order"] == 40, "a step that was done already does nothing"


def test_sample_people_cannot_log_in() -> None:
    scene = empty()
    filled(scene, "itdesk")
    for password in ("!", "!" * 12, ""):
        body = {"login": "demo-agent-1", "password": password, "company": scene.company.slug}
        assert scene.client("nobody").post("/sessions", body).status in (401, 422)


def test_the_checklist_counts_real_rows_only() -> None:
    scene = empty()
    filled(scene, "maintenance")
    admin = scene.client("admin")
    items = {c["key"]: c for c in admin.get("/onboarding/checklist").json}
    assert {k: c["done"] for k, c in items.items()} == {
        "channels": True, "people": True, "regions": False, "skills": True, "calendar": True, "import": False, "trial": False,
        "clean": False,
    }  # fmt: skip
    assert items["channels"]["test"] == f"/p/{scene.company.slug}/report/repair"
    assert admin.post("/customers", {"name": "真客户"}).status == 201
    remove(scene)
    items = {c["key"]: c for c in admin.get("/onboarding/checklist").json}
    assert (items["import"]["count"], items["clean"]["done"]) == (1, True)
