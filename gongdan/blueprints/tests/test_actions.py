"""Draft → publish → immutable over HTTP; orders keep the version they began with."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from gongdan.blueprints import queries
from gongdan.blueprints.models import Version
from gongdan.kernel.work import system_work
from gongdan.wiring.testing import World, world


@pytest.fixture(scope="module")
def company() -> World:
    return world()


@pytest.fixture
def scene() -> World:
    return world(("default",))


def _read(scene: World, key: str = "service") -> dict[str, Any]:
    found: dict[str, Any] = scene.client("manager").get(f"/blueprints/{key}").json
    return found


def _published(scene: World, number: int, key: str = "service") -> dict[str, Any]:
    found: dict[str, Any] = scene.client("manager").get(f"/blueprints/{key}/versions/{number}").json
    return found


def _draft(scene: World, change: Any, key: str = "service") -> dict[str, Any]:
    """Save the published document, changed, as the draft."""
    shown = _read(scene, key)
    document = _published(scene, shown["published_version"], key)["document"]
    change(document)
    answer = scene.client("manager").put(f"/blueprints/{key}/draft", {"document": document}, version=shown["version"])
    assert answer.status == 200, answer.body.decode()
    found: dict[str, Any] = answer.json
    return found


def _publish(scene: World, key: str = "service") -> Any:
    return scene.client("manager").post(f"/blueprints/{key}/publish", {"note": "改"})


def _rename(document: dict[str, Any]) -> None:
    document["states"][0]["label"] = {"zh": "新到", "en": "Arrived"}


def test_a_draft_changes_nothing_until_it_is_published(scene: World) -> None:
    before = _published(scene, 1)
    drafted = _draft(scene, _rename)
    assert (drafted["published_version"], drafted["draft"] is not None, drafted["problems"]) == (1, True, [])
    order_id = scene.order(blueprint="service", fields={"category": "consult"})["id"]
    assert scene.client("agent").get(f"/orders/{order_id}").json["states"][0]["label"]["zh"] == "待受理"
    published = _publish(scene)
    assert published.status == 200
    assert [(v["number"], v["note"]) for v in published.json["versions"]] == [(2, "改"), (1, "pack")]
    assert published.json["draft"] is None
    assert _published(scene, 1) == before, "a published version never changes"
    assert _published(scene, 2)["digest"] != before["digest"]


def test_the_database_itself_refuses_to_change_a_version(scene: World) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.read("update blueprints_version set note = 'x' returning id")
    with system_work(scene.company.id, "test", scene.clock.now()):
        assert Version.objects.get().note == "pack"


def test_orders_keep_the_version_they_began_with(scene: World) -> None:
    agent = scene.client("agent")
    old = scene.order(blueprint="service", fields={"category": "consult"})["id"]

    def change(document: dict[str, Any]) -> None:
        _rename(document)
        document["transitions"] = [t for t in document["transitions"] if t["verb"] != "cancel"]
        document["states"] = [s for s in document["states"] if s["key"] != "cancelled"]
        document["form"]["fields"].append({"key": "site", "kind": "text", "label": {"zh": "地点", "en": "Site"}, "required": True})

    _draft(scene, change)
    assert _publish(scene).status == 200
    missing = agent.post("/orders", {"blueprint": "service", "title": "x", "fields": {"category": "consult"}})
    assert (missing.status, missing.json["field"]) == (422, "fields.site"), "a new order takes the new form"
    new = scene.order(blueprint="service", fields={"category": "consult", "site": "三楼"})["id"]
    shown = {i: agent.get(f"/orders/{i}").json for i in (old, new)}
    assert [shown[i]["states"][0]["label"]["zh"] for i in (old, new)] == ["待受理", "新到"]
    assert ["cancel" in [v["verb"] for v in shown[i]["verbs"]] for i in (old, new)] == [True, False]
    assert agent.patch(f"/orders/{old}", {"title": "y"}, version=1).status == 200, "the old form asks for no place"
    assert agent.post(f"/orders/{old}/cancel", {"reason": "x"}, version=2).status == 200
    assert agent.post(f"/orders/{new}/cancel", {"reason": "x"}, version=1).status == 409
    labels = {o["id"]: o["state_label"]["zh"] for o in agent.get("/orders?state=pending").json["items"]}
    assert labels == {new: "新到"}


def test_an_unsound_draft_may_be_saved_but_not_published(scene: World) -> None:
    drafted = _draft(scene, lambda d: d.update(initial="nowhere"))
    assert [(p["path"], p["code"]) for p in drafted["problems"]] == [("initial", "state_unknown")]
    for locale, said in (
        ("zh", "模板有问题，不能发布：没有定义状态「nowhere」。"),
        ("en", "The blueprint cannot be published: State “nowhere” is not defined."),
    ):
        refused = scene.client("manager", locale).post("/blueprints/service/publish", {})
        assert (refused.status, refused.json["field"], refused.json["detail"]) == (422, "initial", said)
    assert _read(scene)["published_version"] == 1


def test_a_calendar_that_does_not_exist_stops_publishing_not_the_first_order(scene: World) -> None:
    drafted = _draft(scene, lambda d: d["sla"].update(calendar="moon"))
    assert [(p["path"], p["code"]) for p in drafted["problems"]] == [("sla.calendar", "calendar_unknown")]
    refused = _publish(scene)
    assert (refused.status, refused.json["field"]) == (422, "sla.calendar")


def test_publishing_twice_says_that_there_is_nothing_to_publish(scene: World) -> None:
    refused = _publish(scene)
    assert (refused.status, refused.json["code"], refused.json["field"]) == (422, "no_draft", "draft")
    assert refused.json["detail"] == "模板「service」没有待发布的草稿。"


def test_a_stale_draft_shows_both_sides(scene: World) -> None:
    version = _read(scene)["version"]
    _draft(scene, _rename)
    document = _published(scene, 1)["document"]
    stale = scene.client("manager").put("/blueprints/service/draft", {"document": document}, version=version)
    assert (stale.status, stale.json["code"]) == (409, "stale_version")
    assert stale.json["theirs"]["draft"]["states"][0]["label"]["zh"] == "新到"
    assert stale.json["mine"]["draft"]["states"][0]["label"]["zh"] == "待受理"


def test_export_and_import_go_round(scene: World) -> None:
    manager = scene.client("manager")
    text = manager.get("/blueprints/service/export").json["yaml"]
    made = manager.post("/blueprints/import", {"yaml": text})
    assert made.status == 201, made.body.decode()
    assert made.json["draft"] == _published(scene, 1)["document"]
    assert manager.get("/blueprints/service/export").json["yaml"] == text
    assert _publish(scene).status == 200
    assert _published(scene, 2)["digest"] == _published(scene, 1)["digest"]


def test_an_import_into_another_company_is_the_same_blueprint(scene: World, company: World) -> None:
    text = company.client("manager").get("/blueprints/repair/export").json["yaml"]
    manager = scene.client("manager")
    assert manager.post("/blueprints/import", {"yaml": text}).status == 201
    assert manager.post("/blueprints/repair/publish", {}).status == 200
    assert _published(scene, 1, "repair")["digest"] == _published(company, 1, "repair")["digest"]


@pytest.mark.parametrize("yaml", ["a: [", "key: 1", "- 1"])
def test_an_import_that_cannot_be_read_says_so(company: World, yaml: str) -> None:
    refused = company.client("manager").post("/blueprints/import", {"yaml": yaml})
    assert (refused.status, refused.json["code"]) == (422, "blueprint_unreadable")


def test_a_prefix_belongs_to_one_blueprint(company: World) -> None:
    text = queries.pack("default").replace("key: service", "key: other")
    refused = company.client("manager").post("/blueprints/import", {"yaml": text})
    assert (refused.status, refused.json["code"], refused.json["field"]) == (409, "prefix_taken", "prefix")


def test_the_key_of_a_draft_is_that_of_its_address(company: World) -> None:
    document = _published(company, 1)["document"]
    refused = company.client("manager").put("/blueprints/repair/draft", {"document": document}, version=2)
    assert (refused.status, refused.json["code"], refused.json["field"]) == (422, "blueprint_key_fixed", "key")


def test_who_may_only_look(company: World) -> None:
    agent = company.client("agent")
    assert {b["key"] for b in agent.get("/blueprints").json} == {"service", "repair"}
    assert agent.post("/blueprints/service/publish", {}).status == 403
    assert agent.put("/blueprints/service/draft", {"document": {}}, version=1).status == 403
    assert agent.get("/blueprints/none").status == 404
    assert agent.get("/blueprints/service/versions/9").status == 404
    assert agent.get("/blueprints/service/versions/x").json["field"] == "number"


def test_yaml_replaces_an_unpublished_draft_only_with_the_version_that_was_seen() -> None:
    """Found by review: an import wiped what a colleague had drafted, without a word."""
    scene = world()
    client = scene.client("admin")
    text = client.get("/blueprints/service/export").json["yaml"]
    first = client.post("/blueprints/import", {"yaml": text.replace("服务工单", "同事的草稿", 1)})
    assert first.status == 201, first.body
    refused = client.post("/blueprints/import", {"yaml": text})
    assert (refused.status, refused.json["code"], refused.json["field"]) == (428, "draft_there", "version")
    stale = client.post("/blueprints/import", {"yaml": text, "version": first.json["version"] - 1})
    assert (stale.status, stale.json["code"]) == (409, "stale_version")
    assert client.get("/blueprints/service").json["draft"]["name"]["zh"] == "同事的草稿"
    assert client.post("/blueprints/import", {"yaml": text, "version": first.json["version"]}).status == 201
