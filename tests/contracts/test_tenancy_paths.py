"""S03, the paths beside the rows: number sequences, files, jobs and what processes remember are one company's own."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.accounts import actions as accounts
from gongdan.accounts.models import Role
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel import jobs
from gongdan.kernel.work import Work, system_work
from gongdan.wiring.testing import World, world


@pytest.fixture
def pair() -> tuple[World, World]:
    return world(), world()


def test_numbers_of_one_company_tell_nothing_of_another(pair: tuple[World, World]) -> None:
    first, second = pair
    numbers = [first.order()["number"] for _ in range(3)]
    assert [second.order()["number"] for _ in range(3)] == numbers, "each counts for itself, from the beginning"


def test_files_of_another_company_are_not_there_by_any_door(pair: tuple[World, World]) -> None:
    first, second = pair
    file_id = first.client("agent").post("/files?name=a.txt", raw=b"secret").json["id"]
    order = second.order()
    stranger = second.client("admin")
    for path in (f"/files/{file_id}", f"/files/{file_id}/content", f"/files/{file_id}/parts"):
        assert stranger.get(path).status == 404, path
    assert stranger.post(f"/orders/{order['id']}/attachments", {"file_id": file_id}).status in (404, 422)
    body = {"blueprint": "repair", "title": "x", "fields": {"fault_type": "hvac"}, "files": [file_id]}
    assert stranger.post("/orders", body).status == 422
    assert stranger.post(f"/orders/{order['id']}/comments", {"body": "x", "files": [file_id]}).status == 422
    assert first.client("agent").get(f"/files/{file_id}").status == 200


def test_a_job_sees_its_own_company_only(pair: tuple[World, World], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, set[str]] = {}

    def look(work: Work, args: dict[str, Any]) -> None:
        seen[args["who"]] = {str(r[0]) for r in work.read("select id from orders_order")}

    monkeypatch.setitem(jobs._HANDLERS, "test.look", look)
    made = {}
    for who, scene in zip("ab", pair, strict=True):
        made[who] = {scene.order()["id"] for _ in range(2)}
        with system_work(scene.company.id, "test", scene.clock.now()) as work:
            work.defer("test.look", {"who": who})
    pair[0].run_jobs()
    assert seen == made


def test_what_a_process_remembers_of_one_company_is_not_used_for_another(pair: tuple[World, World]) -> None:
    """Compiled blueprints, calendars and role grants are cached: the same keys, different companies, different content."""
    first, second = pair
    assert first.order()["state"] == second.order()["state"]
    with system_work(second.company.id, "test", second.clock.now()) as work:
        text = blueprint_queries.pack("maintenance").replace("name: {zh: 设备维修,", "name: {zh: 另一家的报修,", 1)
        draft = blueprints.import_yaml(work, text)
        blueprints.publish(work, draft.key)
        agent = Role.objects.get(key="agent")
        fewer = {k: v for k, v in agent.grants.items() if k != "order.create"}
        accounts.change_role(work, "agent", fewer, agent.fields, agent.version)
    assert first.order()["number"]
    refused = second.client("agent").post("/orders", {"blueprint": "repair", "title": "x", "fields": {"fault_type": "hvac"}})
    assert refused.status == 403
    names = [{b["key"]: b["name"]["zh"] for b in w.client("admin").get("/blueprints").json} for w in pair]
    assert [n["repair"] for n in names] == ["设备维修", "另一家的报修"]
