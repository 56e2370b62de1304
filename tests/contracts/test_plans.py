"""P08: what lists touch as the serving role under row-level security, on a company with 20 000 orders; and no query per row."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from bench import seed
from gongdan.accounts import actions as accounts
from gongdan.accounts import queries as accounts_queries
from gongdan.accounts.models import Role, User
from gongdan.assets import queries as assets
from gongdan.blueprints import queries as blueprints
from gongdan.boards import overall, overview, team
from gongdan.customers import queries as customers
from gongdan.kernel import pipeline
from gongdan.kernel.access import Actor, system_actor
from gongdan.kernel.http.begin import merge_grants
from gongdan.kernel.ids import uuid7
from gongdan.kernel.work import Work, unit_of_work
from gongdan.orders import finding, layouts, listing, similar
from gongdan.orders.filters import FILTERS
from gongdan.simulator.company import Size, build
from gongdan.wiring.testing import World, world

ORDERS = 20_000
MOST = 1_500  # rows a selective list may touch of any big table
BIG = (
    "customers_customer",
    "customers_contact",
    "assets_asset",
    "orders_order",
    "orders_event",
    "orders_search",
    "orders_field",
    "orders_tag",
    "orders_comment",
    "sla_clock",
    "orders_token",
    "surveys_survey",
)


@pytest.fixture(scope="module")
def scene(own_database: str) -> World:
    made = world()
    for n in range(30):
        made.order(title=f"空调漏水 {n}", tags=["vip"])
    return made


@pytest.fixture(scope="module")
def crowd(scene: World) -> dict[str, Any]:
    """A company with ORDERS orders, as the bench makes them, and an actor per role."""
    at = scene.clock.now() + timedelta(days=1)
    tenant = uuid7(at)
    with unit_of_work(system_actor(tenant, "test"), at) as work:
        accounts.add_tenant(tenant, f"crowd{tenant.hex[-8:]}", "crowd", at)
        made = build(work, random.Random(1), "!", 1, Size(customers=200, assets=10))
        version, _ = blueprints.current(work, "repair")
        unit = User.objects.get(id=made.people["manager"][0]).org_unit_id
        docs = {r.key: {"grants": r.grants, "fields": r.fields} for r in Role.objects.all()}
    values = {
        "tenant": tenant, "version": version, "now": at, "customers": [c["id"] for c in made.customers],
        "teams": list(made.teams.values()), "team_count": len(made.teams), "people": made.people["engineer"],
        "people_count": len(made.people["engineer"]), "unit": unit,
    }  # fmt: skip
    seed.fill(os.environ["GONGDAN_SUPER_DATABASE_URL"], ORDERS, values, lambda _: None)
    engineer = made.people["engineer"][0]
    actors = {
        role: Actor(tenant_id=tenant, id=engineer, roles=(role,), grants=merge_grants([docs[role]])[0])
        for role in ("agent", "partner")
    }
    return {"at": at, "actors": actors, "team": made.teams["field"], "customer": made.customers[0]["id"], "engineer": engineer}


def _touched(plan: Any) -> int:
    """The most rows that any one scan of a big table read, whether it kept them or not."""
    own = 0
    if str(plan.get("Relation Name", "")).startswith(BIG):
        own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)) * plan[
            "Actual Loops"
        ]
    return max([own, *(_touched(child) for child in plan.get("Plans", []))])


def _measure(work: Work, sql: str, params: list[Any]) -> int:
    cursor = psycopg.ClientCursor(work.raw)
    cursor.execute(f"explain (analyze, format json) {sql}", params)
    row = cursor.fetchone()
    assert row is not None
    return _touched(row[0][0]["Plan"])


GIVEN: list[dict[str, str]] = [
    {},
    {"id": "{customer}"},
    {"state": "pending"},
    {"family": "closed"},
    {"family": "working"},
    {"priority": "2"},
    {"team_id": "{team}"},
    {"team_id": "none"},
    {"assignee_id": "{engineer}"},
    {"assignee_id": "none"},
    {"created_by": "{engineer}"},
    {"customer_id": "{customer}"},
    {"asset_id": "{customer}"},
    {"site_id": "{customer}"},
    {"org_unit_id": "{customer}"},
    {"blueprint": "service"},
    {"channel": "web"},
    {"sla": "breached"},
    {"waiting_on": "customer"},
    {"open": "true"},
    {"open": "false"},
    {"tag": "vip"},
    {"watching": "me"},
    {"external_key": "k1"},
    {"created_from": "{late}"},
    {"created_to": "{early}"},
    {"opened_from": "{late}"},
    {"closed_from": "{late}"},
    {"resolved_from": "{late}"},
    {"resolved_to": "{early}"},
    {"reopened": "true"},
    {"first_time": "true"},
    {"step": "approve_quote"},
    {"passed": "approve_quote@{late}..{ahead}"},
    {"rating": "1,2"},
    {"due_before": "{early}"},
    {"due_from": "{late}", "due_before": "{late}"},
    {"updated_from": "{ahead}"},
    {"id": "{customer},{engineer}"},
    {"bbox": "113.9,22.5,114.0,22.6"},
    {"field.fault_type": "none_such"},
    {"q": "123"},
    {"q": "BX-77"},
    {"q": "8000"},
    {"team_id": "{team}", "priority": "2", "open": "true"},
    {"assignee_id": "{engineer}", "open": "true"},
    {"field.fault_type": "hvac", "family": "waiting"},
    {"channel": "web", "priority": "1"},
]


def _filters(crowd: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    at = crowd["at"]
    days = {"late": (at - timedelta(days=1)).isoformat(), "early": (at - timedelta(days=900)).isoformat(), "ahead": at.isoformat()}
    return {k: v.format(**{**crowd, **days}) for k, v in given.items()}


def test_every_filter_is_in_the_list() -> None:
    """A new filter has its plan looked at, or this fails. `opened_to` reads what is newer: back-dated orders may lie anywhere."""
    assert {name for given in GIVEN for name in given} - {"field.fault_type"} == set(FILTERS) - {"opened_to"}


@pytest.mark.parametrize("given", GIVEN, ids=str)
def test_no_list_reads_much_more_than_it_shows(crowd: dict[str, Any], given: dict[str, str]) -> None:
    filters = _filters(crowd, given)
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        within = listing.scope(work, filters)
        sql = f"select o.* from orders_order o where {within.sql} order by o.id desc limit 50"
        assert _measure(work, sql, within.params) <= MOST


@pytest.mark.parametrize("kind", sorted(similar.BY))
def test_candidates_for_similar_orders_come_from_an_index(crowd: dict[str, Any], kind: str) -> None:
    wanted = {"phone": b"none", "asset": crowd["customer"], "customer": crowd["customer"]}[kind]
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        assert _measure(work, similar.BY[kind], [wanted, crowd["engineer"]]) <= MOST


def test_similar_texts_are_asked_of_a_bounded_part_of_the_index(crowd: dict[str, Any]) -> None:
    sql = "select order_id, shared from similar_orders(%s, %s, %s, %s, %s)"
    terms = ["'空调'", "'漏水'"]
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        found = work.read(sql, [terms, 2, 300, 100_000, 60])
        assert [shared for _, shared in found] == [2] * 60
        assert found == sorted(found, key=lambda r: r[0], reverse=True), "the newest of the likest"
        within_a_week = work.read(sql, [terms, 2, 300, 1, 300])
        assert 0 < len(within_a_week) < 60, "one week was asked, then the reach was used up"
        assert work.read(sql, [["'空调'", "'困人'"], 2, 300, 100_000, 60]) == [], "a common word alone brings nothing"


@pytest.mark.parametrize("typed", ["8000", "12345", "BX-77", "77", "zhsm", "gs", "中海", "SN-1", "engineer"])
def test_no_look_up_of_the_palette_reads_much_more_than_it_shows(crowd: dict[str, Any], typed: str) -> None:
    looks = (finding.palette, customers.palette, customers.palette_contacts, assets.palette, accounts_queries.palette)
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        for look in looks:
            statement = look(work, typed, 6)
            if statement is not None:
                assert _measure(work, statement[0], list(statement[1])) <= MOST, (look, typed)


@pytest.mark.parametrize("sort", sorted(listing.SORTS))
@pytest.mark.parametrize("given", [{}, {"open": "true"}], ids=str)
def test_no_order_of_a_list_sorts_all_of_it(crowd: dict[str, Any], given: dict[str, str], sort: str) -> None:
    direction = "desc" if listing.SORTS[sort].descending else "asc"
    by = ", ".join(f"{key} {direction}" for key, _ in listing.SORTS[sort].keys)
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        within = listing.scope(work, given)
        sql = f"select o.* from orders_order o where {within.sql} order by {by} limit 50"
        assert _measure(work, sql, within.params) <= MOST


def test_the_visibility_filter_of_a_person_is_cheap(crowd: dict[str, Any]) -> None:
    with unit_of_work(crowd["actors"]["partner"], crowd["at"]) as work:
        within = listing.scope(work, {"open": "true"})
        sql = f"select o.* from orders_order o where {within.sql} order by o.id desc limit 50"
        assert _measure(work, sql, within.params) <= 2 * MOST


class _Sent:
    """Keeps the statements that work sends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[tuple[str, list[Any]]] = []
        original = pipeline.run

        def run(raw: Any, statements: list[Any], **options: Any) -> Any:
            self.statements += [(sql, list(params)) for sql, params in statements]
            return original(raw, statements, **options)

        monkeypatch.setattr(pipeline, "run", run)


def _plan(work: Work, sql: str, params: list[Any]) -> Any:
    cursor = psycopg.ClientCursor(work.raw)
    cursor.execute(f"explain (analyze, format json) {sql}", params)
    row = cursor.fetchone()
    assert row is not None
    return row[0][0]["Plan"]


def _fetched(plan: Any) -> int:
    """Rows of orders that were read from the table itself, not from an index alone."""
    own = 0
    if plan.get("Relation Name") == "orders_order" and plan["Node Type"] != "Index Only Scan":
        own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return own + sum(_fetched(child) for child in plan.get("Plans", []))


CAP = 300
COUNTED = [
    ("state", {}),
    ("state", {"blueprint": "repair"}),
    ("person", {}),
    ("person", {"blueprint": "repair", "team_id": "{team}"}),
]


@pytest.mark.parametrize(("by", "given"), COUNTED, ids=str)
def test_a_board_counts_no_further_than_the_cap(
    crowd: dict[str, Any], monkeypatch: pytest.MonkeyPatch, by: str, given: dict[str, str]
) -> None:
    monkeypatch.setattr(listing, "COUNT_CAP", CAP)
    wanted = _filters(crowd, given) | ({"family": "waiting,working"} if by == "person" else {"open": "true"})
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        sql, params = team._counts(work, wanted, by, "")
        rows = work.read(sql, params)
        assert max(r[3] for r in rows) == CAP + 1
        for column, _, _, n in rows:
            name = "state" if by == "state" else "assignee_id"
            exact, capped = listing.count(work, {**wanted, name: column or "none"})
            assert (min(n, CAP), n > CAP) == (exact, capped), column
        assert _fetched(_plan(work, sql, list(params))) == 0, "counted from the index alone"


def test_the_steps_of_the_global_board_are_looked_at_up_to_the_cap(crowd: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    sent = _Sent(monkeypatch)
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        overall.overall(work, {})
        statement = next(s for s in sent.statements if "percentile_cont" in s[0] and "lateral" in s[0])
        assert _measure(work, *statement) <= listing.COUNT_CAP + 1


def test_the_map_is_clustered_from_its_index(crowd: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    sent = _Sent(monkeypatch)
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        layouts.points(work, _filters(crowd, {"open": "true", "team_id": "{team}"}))
        statement = next(s for s in sent.statements if "o.lng" in s[0])
        assert _fetched(_plan(work, *statement)) <= layouts.CELLS**2, "only what stands alone is read"


def test_what_is_known_of_a_customer_is_read_from_its_own_orders(crowd: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    sent = _Sent(monkeypatch)
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        overview.of_customer(work, crowd["customer"])
        for sql, params in sent.statements:
            if "orders_order" in sql:
                assert _measure(work, sql, params) <= MOST, sql


def test_a_look_up_without_index_is_noticed(crowd: dict[str, Any]) -> None:
    """Negative control: a condition that no index serves reads everything."""
    with unit_of_work(crowd["actors"]["agent"], crowd["at"]) as work:
        sql = "select o.* from orders_order o where o.address = %s order by o.id desc limit 50"
        assert _measure(work, sql, ["x"]) > MOST


class _Counted:
    """Counts the statements a request sends, and its round trips."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = self.trips = 0
        original = pipeline.run

        def run(raw: Any, statements: list[Any], **options: Any) -> Any:
            self.count += len(statements)
            self.trips += 1
            return original(raw, statements, **options)

        monkeypatch.setattr(pipeline, "run", run)


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("GET", "/orders?limit=1", 2),
        ("GET", "/orders?limit=30", 2),
        ("GET", "/orders/search?q=漏水", 2),
        ("GET", "/palette?q=漏水", 6),
        ("GET", "/palette?q=8000", 6),
        ("GET", "/orders/{id}", 8),
        ("POST", "/orders", 4),
        ("POST", "/orders/{id}/accept", 4),
    ],
)
def test_statements_per_request(scene: World, monkeypatch: pytest.MonkeyPatch, method: str, path: str, most: int) -> None:
    client = scene.client("agent")
    order = scene.order()
    path = path.replace("{id}", order["id"])
    body = (
        {"blueprint": "repair", "title": "x", "fields": {"fault_type": "hvac"}}
        if path == "/orders"
        else {}
        if method == "POST"
        else None
    )
    client.get("/orders")
    counted = _Counted(monkeypatch)
    answer = client.request(method, path, body, version=1)
    assert answer.status < 300, answer.body
    assert counted.count <= most, counted.count
    assert counted.trips <= 2, counted.trips
