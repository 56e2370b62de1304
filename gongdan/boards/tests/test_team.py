"""The team board: every column and every cell is its list, whatever is asked for."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import urlencode

import pytest

from gongdan.accounts.tests.factories import NOW
from gongdan.boards import team
from gongdan.boards.tests.scenes import LATER, ROLES, answered, company, listed, number, say
from gongdan.kernel import pipeline
from gongdan.wiring.testing import World

LANES = ("", "team", "priority", "blueprint")
CHOICES: dict[str, list[str]] = {
    "blueprint": ["repair", "service", "repair,service"],
    "priority": ["1", "1,2", "4"],
    "assignee_id": ["me", "none"],
    "family": ["waiting", "waiting,working", "resolved,closed"],
    "state": ["pending", "pending,closed", "follow_up"],
    "open": ["true", "false"],
    "waiting_on": ["customer"],
    "sla": ["ok,near", "breached"],
    "q": ["resolved", "空调"],
    "created_from": [NOW.isoformat()],
    "closed_from": [NOW.isoformat()],
    "channel": ["console", "web"],
    "first_time": ["true"],
    "step": ["visit"],
}


@pytest.fixture(scope="module")
def made() -> World:
    return company()


@pytest.fixture
def scene(made: World) -> World:
    """The company at the hour after everything above happened, whatever other tests made of its clock."""
    made.clock.set(LATER)
    return made


def _board(scene: World, role: str, query: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = answered(scene.client(role).get(f"/boards/states?{urlencode(query)}"))
    return found


def _holds(scene: World, role: str, board: dict[str, Any]) -> None:
    for column in board["columns"]:
        assert column["count"] == number(scene, role, column["filter"]), column["filter"]
        assert column["count"] == sum(cell["count"] for cell in column["cells"])
        for cell in column["cells"]:
            ids = listed(scene, role, cell["filter"])
            assert cell["count"] == len(ids), cell["filter"]
            assert {i["id"] for i in cell["items"]} == set(ids), "few enough to be shown all"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("by", ["state", "person"])
def test_every_column_is_its_list(scene: World, role: str, by: str) -> None:
    for lanes in LANES:
        board = _board(scene, role, {"by": by, "lanes": lanes})
        _holds(scene, role, board)
        assert {lane["key"] for lane in board["lanes"]} >= {c["lane"] for col in board["columns"] for c in col["cells"]}


@pytest.mark.parametrize("seed", range(12))
def test_with_random_filters_too(scene: World, seed: int) -> None:
    dice = random.Random(seed)
    shown = 0
    for _ in range(6):
        query = {name: dice.choice(CHOICES[name]) for name in dice.sample(sorted(CHOICES), dice.randint(1, 3))}
        by, lanes, role = dice.choice(["state", "person"]), dice.choice(LANES), dice.choice(ROLES)
        board = _board(scene, role, {**query, "by": by, "lanes": lanes})
        _holds(scene, role, board)
        total = sum(c["count"] for c in board["columns"])
        if by == "person":
            assert total == number(scene, role, {"family": "waiting,working", **query}), query
        elif query.get("open") != "false":
            open_ones = sum(c["count"] for c in board["columns"] if c["family"] != "closed")
            assert open_ones == number(scene, role, {**query, "open": "true"}), query
        shown += total
    assert shown, "control: some of these boards are not empty"


def test_columns_stand_in_the_order_of_the_four_colours(scene: World) -> None:
    families = [c["family"] for c in _board(scene, "admin", {})["columns"]]
    assert families == sorted(families, key="waiting working resolved closed".split().index)
    assert set(families) == {"waiting", "working", "resolved", "closed"}


def test_people_of_a_team_have_a_column_before_they_have_work(scene: World) -> None:
    teams = answered(scene.client("admin").get("/teams"))
    members = {
        t["id"]: {u["id"] for u in answered(scene.client("admin").get(f"/users?team_id={t['id']}&limit=200"))["items"]}
        for t in teams
    }
    team_id, people = next((t, p) for t, p in members.items() if p)
    columns = {c["key"] for c in _board(scene, "admin", {"by": "person", "team_id": team_id})["columns"]}
    assert people <= columns
    assert "none" in columns


def test_completion_says_how_many_of_the_lately_opened_are_done(scene: World) -> None:
    board = _board(scene, "manager", {})
    assert board["completion"]
    for row in board["completion"]:
        assert row["opened"]["count"] == number(scene, "manager", row["opened"]["filter"])
        assert row["done"]["count"] == number(scene, "manager", row["done"]["filter"])
    assert 0 < sum(r["done"]["count"] for r in board["completion"]) < sum(r["opened"]["count"] for r in board["completion"])


def test_a_board_of_many_is_cut_and_says_so(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "CARDS_MOST", 4)
    monkeypatch.setattr(team, "CELL_LEAST", 1)
    board = _board(scene, "admin", {})
    shown = [len(cell["items"]) for c in board["columns"] for cell in c["cells"]]
    assert max(shown) == 1
    assert board["cards"] == sum(shown) < sum(c["count"] for c in board["columns"])
    _, due = min(
        (i["next_due_at"] or "9", i["next_due_at"]) for i in scene.client("admin").get("/orders?state=pending").json["items"]
    )
    pending = next(c for c in board["columns"] if c["key"] == "pending")
    assert pending["cells"][0]["items"][0]["next_due_at"] == due, "the most urgent card is the one that is shown"


def test_a_board_takes_three_round_trips_whatever_it_shows(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[int] = []
    original = pipeline.run

    def run(raw: Any, statements: list[Any], **options: Any) -> Any:
        trips.append(len(statements))
        return original(raw, statements, **options)

    _board(scene, "manager", {})  # a process reads a blueprint's version once
    monkeypatch.setattr(pipeline, "run", run)
    for query in ({}, {"lanes": "team"}, {"by": "person"}):
        trips.clear()
        _board(scene, "manager", query)
        assert len(trips) <= 3, (query, trips)
        assert sum(trips) <= 9, (query, trips)


def test_an_order_closed_today_is_on_the_board_however_old_it_is(scene: World) -> None:
    order_id = scene.order()["id"]

    def shown() -> set[str]:
        columns = _board(scene, "admin", {})["columns"]
        return {i["id"] for c in columns if c["key"] == "cancelled" for cell in c["cells"] for i in cell["items"]}

    scene.pass_minutes(60 * 24 * 30)
    say(scene, order_id, "cancel", {"reason": "x"})
    assert order_id in shown()
    scene.pass_minutes(60 * 24 * 6)
    assert order_id in shown()
    scene.pass_minutes(60 * 24 * 2)
    assert order_id not in shown(), "after a week it is history"


def test_a_filter_that_does_not_exist_is_named(scene: World) -> None:
    answer = scene.client("admin").get("/boards/states?colour=red")
    assert answer.status == 422
    assert answer.json["field"] == "colour"
    assert scene.client("admin").get("/boards/states?field.none_such=1").status == 422
    assert scene.client("admin").get("/boards/states?lanes=colour").status == 422


def test_limits_are_shared_versioned_and_never_block(scene: World) -> None:
    manager, agent = scene.client("manager"), scene.client("agent")
    team_id = answered(manager.get("/teams"))[0]["id"]
    path = f"/boards/limits?team_id={team_id}"
    assert answered(agent.get(path)) == {"limits": {}, "version": 0}
    assert manager.put(path, {"limits": {"pending": 1}}).status == 428
    assert answered(manager.put(path, {"limits": {"pending": 1}}, version=0)) == {"limits": {"pending": 1}, "version": 1}
    assert _board(scene, "agent", {"team_id": team_id})["limits"] == {"limits": {"pending": 1}, "version": 1}
    assert _board(scene, "agent", {})["limits"] == {"limits": {}, "version": 0}, "another board has its own"
    stale = manager.put(path, {"limits": {"pending": 9}}, version=0)
    assert stale.status == 409
    assert (stale.json["theirs"], stale.json["mine"]) == ({"limits": {"pending": 1}}, {"limits": {"pending": 9}})
    assert agent.put(path, {"limits": {}}, version=1).status == 403
    assert manager.put(path, {"limits": {"pending": 0}}, version=1).status == 422
    for _ in range(2):
        say(scene, scene.order()["id"], "assign", {"team_id": team_id})


def test_moves_say_where_each_state_leads(scene: World) -> None:
    kinds = {k["blueprint"]: k for k in answered(scene.client("manager").get("/boards/moves"))}
    assert {"service", "repair"} <= set(kinds)
    repair = kinds["repair"]
    start = next(m for m in repair["moves"]["dispatched"] if m["verb"] == "start")
    assert (start["to"], start["needs"], start["resume_first"]) == (["in_service"], [], True)
    assert not any("resolved" in m["to"] for m in repair["moves"]["pending"])
    assert all(to in repair["states"] for moves in repair["moves"].values() for m in moves for to in m["to"])
    partner = {m["verb"] for k in answered(scene.client("partner").get("/boards/moves")) for ms in k["moves"].values() for m in ms}
    assert "cancel" not in partner, "what a role may never say is not offered"
    assert "start" in partner
