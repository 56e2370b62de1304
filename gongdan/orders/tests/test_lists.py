"""Lists, counts, figures, search and saved views: complete, without repeats, in one scope, in Chinese."""

from __future__ import annotations

from typing import Any

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.compiled import read_yaml, write_yaml
from gongdan.kernel.work import system_work
from gongdan.orders.tests.scenes import read, say, service, word
from gongdan.wiring.testing import World, world

FIELDS = """
    - {key: size, kind: number, label: {zh: 大小, en: Size}, indexed: true}
    - {key: promised, kind: date, label: {zh: 约定日期, en: Promised}, indexed: true}
    - {key: urgent, kind: boolean, label: {zh: 加急, en: Urgent}, indexed: true}
    - {key: model, kind: text, label: {zh: 型号, en: Model}, indexed: true}
    - key: parts
      kind: multi_choice
      label: {zh: 部件, en: Parts}
      indexed: true
      options:
        - {value: fan, label: {zh: 风机, en: Fan}}
        - {value: pump, label: {zh: 泵, en: Pump}}
        - {value: valve, label: {zh: 阀, en: Valve}}
    - key: place
      kind: tree
      label: {zh: 位置, en: Place}
      indexed: true
      options:
        - value: a
          label: {zh: A 栋, en: A}
          children:
            - {value: "1", label: {zh: 1 层, en: "1"}}
            - {value: "2", label: {zh: 2 层, en: "2"}}
        - {value: b, label: {zh: B 栋, en: B}}
    - {key: secret, kind: text, label: {zh: 身份证号, en: Id card}, personal: true}
"""


@pytest.fixture(scope="module")
def company() -> World:
    made = world()
    text = blueprint_queries.pack("default").replace("sla:\n", f"{FIELDS.strip(chr(10))}\nsla:\n", 1)
    text = text.replace("key: service", "key: wide").replace("prefix: FW", "prefix: KD")
    with system_work(made.company.id, "test", NOW) as work:
        blueprints.install_pack(work, write_yaml(read_yaml(text)))
    return made


@pytest.fixture
def scene(company: World) -> World:
    company.clock.set(NOW)
    return company


def _ids(scene: World, path: str, role: str = "admin") -> list[str]:
    answer = scene.client(role).get(path)
    assert answer.status == 200, answer.body.decode()
    return [o["id"] for o in answer.json["items"]]


def _wide(scene: World, *tags: str, **fields: Any) -> str:
    return service(scene, blueprint="wide", fields={"category": "consult", **fields}, tags=list(tags))


@pytest.fixture(scope="module")
def wide(company: World) -> dict[str, str]:
    """Four orders with custom fields, by name."""
    company.clock.set(NOW)
    return {
        "small": _wide(
            company, "four", size=3, promised="2026-03-02", urgent=True, model="KFR-35", parts=["fan", "pump"], place=["a", "1"]
        ),
        "middle": _wide(company, "four", size="12.5", promised="2026-03-31", model="KFR-72", parts=["pump"], place=["a"]),
        "big": _wide(company, "four", size=100, promised="2026-04-01", urgent=False, place=["b"]),
        "none": _wide(company, "four", model="2026"),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("field.size=3", "small"),
        ("field.size=3.0", "small"),
        ("field.size=3,100", "small big"),
        ("field.size=5..", "middle big"),
        ("field.size=..12.5", "small middle"),
        ("field.size=4..50", "middle"),
        ("field.promised=2026-03-02", "small"),
        ("field.promised=2026-03-02,2026-04-01", "small big"),
        ("field.promised=2026-03-01..2026-03-31", "small middle"),
        ("field.promised=2026-04-01..", "big"),
        ("field.promised=..2026-03-02", "small"),
        ("field.urgent=true", "small"),
        ("field.urgent=true,false", "small big"),
        ("field.model=KFR-72", "middle"),
        ("field.model=KFR-72,KFR-35", "small middle"),
        ("field.model=2026", "none"),
        ("field.size=3&field.model=KFR-72", ""),
        ("field.size=3&field.urgent=true", "small"),
        ("field.model=nothing", ""),
        ("field.parts=pump", "small middle"),
        ("field.parts=fan", "small"),
        ("field.parts=fan,valve", "small"),
        ("field.parts=valve", ""),
        ("field.place=a", "small middle"),
        ("field.place=a/1", "small"),
        ("field.place=a/2,b", "big"),
        ("field.size=' or 1=1 --", ""),
    ],
)
def test_custom_fields_filter_lists_and_counts_alike(scene: World, wide: dict[str, str], query: str, found: str) -> None:
    expected = {wide[name] for name in found.split()}
    assert set(_ids(scene, f"/orders?{query}")) == expected
    assert scene.client("admin").get(f"/orders/count?{query}").json["count"] == len(expected)


@pytest.mark.parametrize(
    "query", ["field.size=a..b", "field.promised=2026-13-01..2026-14-01", "colour=red", "field.=1", "priority=9"]
)
def test_a_filter_that_makes_no_sense_is_refused_by_name(scene: World, query: str) -> None:
    answer = scene.client("admin").get(f"/orders?{query}")
    assert (answer.status, answer.json["field"]) == (422, query.partition("=")[0])


def test_figures_by_custom_fields_have_the_values_of_the_list(scene: World, wide: dict[str, str]) -> None:
    del wide
    admin = scene.client("admin")
    for by, expected in (
        ("field.size", {"3": 1, "12.5": 1, "100": 1, "": 1}),
        ("field.model", {"KFR-35": 1, "KFR-72": 1, "2026": 1, "": 1}),
        ("field.promised", {"2026-03-02": 1, "2026-03-31": 1, "2026-04-01": 1, "": 1}),
        ("blueprint", {"wide": 4}),
    ):
        figures = admin.get(f"/orders/figures?tag=four&by={by}").json
        assert {f["value"]: f["count"] for f in figures} == expected, by


def test_a_changed_field_is_found_by_its_new_value_only(scene: World) -> None:
    order_id = _wide(scene, model="OLD-1")
    answer = scene.client("admin").patch(f"/orders/{order_id}", {"fields": {"model": "NEW-1"}}, version=1)
    assert answer.status == 200
    assert _ids(scene, "/orders?field.model=OLD-1") == []
    assert _ids(scene, "/orders?field.model=NEW-1") == [order_id]
    cleared = scene.client("admin").patch(f"/orders/{order_id}", {"fields": {"model": None}}, version=2)
    assert cleared.status == 200
    assert _ids(scene, "/orders?field.model=NEW-1") == []


TEXTS = {
    "leak": {"title": "三楼中央空调漏水", "description": "机房地面有积水"},
    "pump": {"title": "水泵异响", "description": "B1 层 A栋KFR-72 附近"},
    "lone": {"title": "梯", "description": "乘客被困", "address": "深圳市南山区科技园"},
}


@pytest.fixture(scope="module")
def texts(company: World) -> dict[str, str]:
    company.clock.set(NOW)
    found = {name: service(company, **values) for name, values in TEXTS.items()}
    found["phone"] = service(company, title="报修", contact_name="欧阳娜娜", contact_phone="139 2745 8866")
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("空调漏水", "leak"),
        ("中央空调", "leak"),
        ("漏水空调", ""),
        ("空调 积水", "leak"),
        ("空调，积水", "leak"),
        ("梯", "lone"),
        ("泵", "pump"),
        ("响", "pump"),
        ("困", "lone"),
        ("水", "leak pump"),
        ("水泵", "pump"),
        ("kfr-72", "pump"),
        ("ＫＦＲ", "pump"),
        ("A栋", "pump"),
        ("A栋 水泵", "pump"),
        ("科技园", "lone"),
        ("欧阳娜娜", "phone"),
        ("8866", "phone"),
        ("８８６６", "phone"),
        ("13927458866", "phone"),
        ("+86 139 2745 8866", "phone"),
        ("139-2745-8866", "phone"),
        ("2745", ""),
        ("1392745886", ""),
        ("没有这样的词", ""),
        ("，。！", ""),
        ("'", ""),
        ("空调 & | ! :*", "leak"),
    ],
)
def test_search_in_chinese_letters_and_phones(scene: World, texts: dict[str, str], text: str, found: str) -> None:
    expected = {texts[name] for name in found.split()}
    mine = set(texts.values())
    searched = scene.client("admin").get(f"/orders/search?q={_quoted(text)}")
    assert searched.status == 200, searched.body.decode()
    assert {o["id"] for o in searched.json["items"]} & mine == expected
    assert set(_ids(scene, f"/orders?q={_quoted(text)}")) & mine == expected, "the list's filter finds the same"


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


def test_an_order_is_found_by_its_number_however_it_is_typed(scene: World, texts: dict[str, str]) -> None:
    number = read(scene, texts["leak"])["number"]
    for typed in (number, number.lower(), f" {number} "):
        assert texts["leak"] in _ids(scene, f"/orders/search?q={_quoted(typed)}")


def test_an_edit_is_searched_at_once(scene: World) -> None:
    old, new = word(), word()
    order_id = service(scene, title=old)
    assert scene.client("admin").patch(f"/orders/{order_id}", {"title": new}, version=1).status == 200
    assert (_ids(scene, f"/orders/search?q={old}"), _ids(scene, f"/orders/search?q={new}")) == ([], [order_id])


def test_search_shows_only_what_one_may_see(scene: World) -> None:
    title = word()
    service(scene, title=title)
    assert _ids(scene, f"/orders/search?q={title}", "engineer") == []
    mine = service(scene, title=title)
    say(scene, mine, "assign")
    assert _ids(scene, f"/orders/search?q={title}", "engineer") == [mine]


@pytest.mark.parametrize("sort", ["-created", "created", "due", "-updated", "priority"])
@pytest.mark.parametrize("size", [1, 4])
def test_paging_is_complete_and_without_repeats_while_orders_arrive(scene: World, sort: str, size: int) -> None:
    tag = word()
    made = [service(scene, title=str(n), tags=[tag], priority=1 + n % 3) for n in range(9)]
    say(scene, made[0], "cancel")  # no deadline: sorts as the last
    say(scene, made[4], "hold")
    seen: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None and pages < 30:
        answer = scene.client("admin").get(f"/orders?tag={tag}&sort={sort}&limit={size}&cursor={cursor}")
        assert answer.status == 200, answer.body.decode()
        seen += [o["id"] for o in answer.json["items"]]
        cursor, pages = answer.json["next"], pages + 1
        if pages == 2:
            scene.pass_minutes(1)
            service(scene, title="neu", tags=[tag], priority=2)
    assert len(seen) == len(set(seen)), "nothing twice"
    assert set(made) <= set(seen), "nothing missed"


def test_the_order_of_the_sorts(scene: World) -> None:
    tag = word()
    first = service(scene, tags=[tag], priority=3)
    scene.pass_minutes(5)
    second = service(scene, tags=[tag], priority=1)
    scene.pass_minutes(5)
    third = service(scene, tags=[tag], priority=4, state="closed")
    scene.pass_minutes(5)
    say(scene, first, "accept")
    listed = {s: _ids(scene, f"/orders?tag={tag}&sort={s}") for s in ("-created", "created", "due", "-updated", "priority")}
    assert listed["-created"] == [third, second, first] == listed["created"][::-1]
    assert listed["priority"] == [second, first, third]
    assert listed["-updated"] == [first, third, second]
    assert listed["due"][0] == second


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIl0", "WzFd"])
def test_a_cursor_that_was_not_ours_is_refused(scene: World, cursor: str) -> None:
    answer = scene.client("admin").get(f"/orders?cursor={cursor}")
    assert (answer.status, answer.json["code"]) == (422, "invalid_cursor")


def test_merged_orders_are_in_no_list_and_no_count(scene: World) -> None:
    tag = word()
    kept, merged = service(scene, title=tag, tags=[tag]), service(scene, title=tag, tags=[tag])
    admin = scene.client("admin")

    def counted() -> tuple[Any, ...]:
        return (
            admin.get(f"/orders/count?tag={tag}").json["count"],
            sum(f["count"] for f in admin.get(f"/orders/figures?tag={tag}&by=state").json),
            len(_ids(scene, f"/orders?tag={tag}")),
            len(_ids(scene, f"/orders/search?q={tag}")),
        )

    board = admin.get("/boards/states?blueprint=service").json["columns"][0]["count"]
    assert counted() == (2, 2, 2, 2)
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        work.write("update orders_order set merged_into_id = %s where id = %s", [kept, merged])
    assert counted() == (1, 1, 1, 1)
    assert admin.get("/boards/states?blueprint=service").json["columns"][0]["count"] == board - 1


@pytest.mark.parametrize("role", ["agent", "engineer", "partner", "manager"])
def test_every_count_is_the_length_of_its_list(scene: World, role: str) -> None:
    tag = word()
    mine = service(scene, tags=[tag])
    say(scene, mine, "assign")
    service(scene, tags=[tag])
    theirs = service(scene, tags=[tag])
    say(scene, theirs, "assign", {"assignee_id": str(scene.company.people["partner"])})
    client = scene.client(role)
    listed = _ids(scene, f"/orders?tag={tag}", role)
    assert len(listed) == {"agent": 3, "manager": 3, "engineer": 1, "partner": 1}[role]
    assert client.get(f"/orders/count?tag={tag}").json == {"count": len(listed), "capped": False}
    assert sum(f["count"] for f in client.get(f"/orders/figures?tag={tag}&by=state").json) == len(listed)


def test_a_saved_view_is_its_filters_and_its_sort(scene: World) -> None:
    tag = word()
    low, high = service(scene, tags=[tag], priority=4), service(scene, tags=[tag], priority=1)
    late = service(scene, tags=[tag], priority=4)
    manager = scene.client("manager")
    made = manager.post("/views", {"name": "急的", "filters": {"tag": tag}, "sort": "priority", "scope": "global"})
    assert made.status == 201, made.body.decode()
    path = f"/orders?view={made.json['id']}"
    assert _ids(scene, path, "manager") == [high, low, late]
    assert _ids(scene, f"{path}&sort=-created", "manager") == [late, high, low], "what is asked for now wins"
    assert _ids(scene, f"{path}&priority=1", "agent") == [high], "a global view is everybody's"
    assert manager.get(f"/orders/count?view={made.json['id']}").json["count"] == 3


def test_my_view_means_the_reader_by_me(scene: World) -> None:
    tag = word()
    order_id = service(scene, tags=[tag])
    say(scene, order_id, "assign")
    made = scene.client("manager").post("/views", {"name": "我的", "filters": {"tag": tag, "assignee_id": "me"}, "scope": "global"})
    path = f"/orders?view={made.json['id']}"
    assert (_ids(scene, path, "manager"), _ids(scene, path, "engineer")) == ([], [order_id])


def test_views_are_private_unless_shared_and_sharing_needs_permission(scene: World) -> None:
    agent, engineer = scene.client("agent"), scene.client("engineer")
    mine = agent.post("/views", {"name": "自己的", "filters": {"open": "true"}}).json
    assert mine["id"] not in [v["id"] for v in engineer.get("/views").json]
    assert engineer.get(f"/orders?view={mine['id']}").status == 404
    assert engineer.delete(f"/views/{mine['id']}").status == 404
    assert agent.post("/views", {"name": "x", "scope": "global"}).status == 403
    team = {"name": "组", "scope": "team", "team_id": str(scene.company.teams["field"])}
    shared = scene.client("manager").post("/views", team).json
    assert shared["id"] in [v["id"] for v in engineer.get("/views").json]
    assert engineer.patch(f"/views/{shared['id']}", {"name": "geändert"}, version=1).status == 403
    assert scene.client("manager").post("/views", {"name": "x", "scope": "team"}).json["field"] == "team_id"


def test_a_view_with_a_wrong_filter_or_sort_is_not_saved(scene: World) -> None:
    agent = scene.client("agent")
    for body, field in (({"filters": {"colour": "red"}}, "colour"), ({"sort": "beauty"}, "sort")):
        answer = agent.post("/views", {"name": "x", **body})
        assert (answer.status, answer.json["field"]) == (422, field)


def test_renaming_a_view_keeps_its_filters(scene: World) -> None:
    agent = scene.client("agent")
    view = agent.post("/views", {"name": "eins", "filters": {"open": "true"}, "sort": "due", "columns": ["number"]}).json
    renamed = agent.patch(f"/views/{view['id']}", {"name": "zwei"}, version=1)
    assert renamed.status == 200, renamed.body.decode()
    assert renamed.json == {**view, "name": "zwei", "version": 2}
    assert agent.patch(f"/views/{view['id']}", {"scope": "global"}, version=2).status == 403
    assert agent.patch(f"/views/{view['id']}", {"filters": {"colour": "red"}}, version=2).json["field"] == "colour"


def test_a_stale_view_shows_both_sides(scene: World) -> None:
    agent = scene.client("agent")
    view = agent.post("/views", {"name": "eins"}).json
    assert agent.patch(f"/views/{view['id']}", {"name": "zwei"}, version=1).status == 200
    stale = agent.patch(f"/views/{view['id']}", {"name": "drei"}, version=1)
    assert (stale.status, stale.json["mine"]["name"], stale.json["theirs"]["name"]) == (409, "drei", "zwei")
    assert agent.delete(f"/views/{view['id']}").status == 204
    assert view["id"] not in [v["id"] for v in agent.get("/views").json]


def test_personal_values_never_stand_open_in_the_ledger(scene: World) -> None:
    """Given at creation, by an edit, or with the verb that completes: always sealed."""
    order_id = _wide(scene, secret="440301-A")
    answer = scene.client("admin").patch(f"/orders/{order_id}", {"fields": {"secret": "440301-B"}}, version=1)
    assert answer.status == 200
    say(scene, order_id, "assign")
    say(scene, order_id, "start")
    say(scene, order_id, "complete", {"fields": {"secret": "440301-C", "model": "offen"}})
    with system_work(scene.company.id, "test", scene.clock.now()) as work:
        rows = work.read("select data::text from orders_event where order_id = %s", [order_id])
    stored = "\n".join(r[0] for r in rows)
    assert "440301" not in stored
    assert "offen" in stored, "what is not personal stays readable"
    assert stored.count('"sealed"') == 3
