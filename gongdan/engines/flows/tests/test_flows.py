"""Flows: sound ones always end or wait for somebody; unsound ones are refused. R27's bracket: 1 000 random flows."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gongdan.engines.flows import definition, engine
from gongdan.engines.flows.engine import FlowError, Step, Token

AT = datetime(2026, 3, 2, tzinfo=UTC)
LABEL = {"zh": "节点", "en": "node"}


def _ids() -> Callable[[], UUID]:
    counter = itertools.count(1)
    return lambda: UUID(int=next(counter))


def _task(key: str, **more: Any) -> dict[str, Any]:
    return {"kind": "task", "key": key, "label": LABEL, **more}


def _approval(key: str, seats: int = 1, **more: Any) -> dict[str, Any]:
    return {"kind": "approval", "key": key, "label": LABEL, "approvers": [{"role": f"r{n}"} for n in range(seats)], **more}


def _sequence(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "sequence", "blocks": list(blocks)}


class Player:
    """Walks a flow, keeping the open tokens as an order does."""

    def __init__(self, flow: dict[str, Any], values: dict[str, Any] | None = None) -> None:
        self.flow = definition.compile_flow(flow)
        self.values = values or {}
        self.new_id = _ids()
        self.open: dict[UUID, Token] = {}
        self.finished = False
        self.commands: list[dict[str, Any]] = []
        self._take(engine.start(self.flow, self.values, AT, self.new_id))

    def _take(self, step: Step) -> None:
        for token in [*step.closed, *step.created]:
            if token.state == "open":
                self.open[token.id] = token
            else:
                self.open.pop(token.id, None)
        self.commands += step.commands
        self.finished = self.finished or step.finished

    def keys(self) -> set[str]:
        return {t.node_key for t in self.open.values()}

    def token(self, key: str) -> Token:
        return next(t for t in self.open.values() if t.node_key == key)

    def done(self, key: str) -> None:
        token = self.token(key)
        self._take(engine.complete(self.flow, self.open.values(), token.id, "done", self.values, AT, self.new_id))

    def vote(self, key: str, seat: int, decision: str) -> None:
        token = self.token(key)
        self._take(
            engine.vote(self.flow, self.open.values(), token.id, f"v{seat}", decision, self.values, AT, self.new_id, seat=seat)
        )

    def event(self, name: str) -> None:
        self._take(engine.event(self.flow, self.open.values(), name, self.values, AT, self.new_id))

    def due(self, at: datetime) -> None:
        self._take(engine.due(self.flow, self.open.values(), self.values, at, self.new_id))


def test_the_four_nodes_of_the_brief_run_in_order() -> None:
    player = Player(_sequence(*(_task(k) for k in ("receive", "classify", "answer", "confirm"))))
    for key in ("receive", "classify", "answer", "confirm"):
        assert player.keys() == {key}
        player.done(key)
    assert player.finished
    assert player.open == {}


@pytest.mark.parametrize(("amount", "expected"), [(10_001, {"boss"}), (10_000, set()), (None, set())])
def test_amounts_over_ten_thousand_go_to_the_boss(amount: int | None, expected: set[str]) -> None:
    branch = {
        "kind": "branch", "key": "b", "else": [],
        "cases": [{"label": LABEL, "when": {"field": "amount", "op": "gt", "value": 10000}, "blocks": [_approval("boss")]}],
    }  # fmt: skip
    player = Player(_sequence(branch), {"amount": amount})
    assert player.keys() == expected
    assert player.finished is (not expected)


@pytest.mark.parametrize(
    ("mode", "votes", "outcome"),
    [
        ("all", ["approve", "approve", "approve"], "finished"),
        ("all", ["approve", "reject"], "ended"),
        ("any", ["reject", "approve"], "finished"),
        ("any", ["reject", "reject", "reject"], "ended"),
        ({"at_least": 2}, ["approve", "reject", "approve"], "finished"),
        ({"at_least": 2}, ["reject", "reject"], "ended"),
        ({"weights": [3, 1, 1], "need": 3}, ["approve"], "finished"),
        ({"weights": [3, 1, 1], "need": 3}, ["reject"], "ended"),
    ],
)
def test_approvals_count_as_they_should(mode: Any, votes: list[str], outcome: str) -> None:
    player = Player(_sequence(_approval("a", 3, mode=mode), _task("after")))
    for seat, decision in enumerate(votes):
        player.vote("a", seat, decision)
    assert (player.keys(), player.finished) == (({"after"}, False) if outcome == "finished" else (set(), True))


def test_one_refusal_returns_to_the_earlier_node_and_cancels_what_is_between() -> None:
    parallel = {"kind": "parallel", "key": "p", "branches": [[_approval("a", on_reject={"return_to": "draft"})], [_task("side")]]}
    player = Player(_sequence(_task("draft"), parallel, _task("end")))
    player.done("draft")
    assert player.keys() == {"p", "a", "side"}
    player.vote("a", 0, "reject")
    assert player.keys() == {"draft"}
    player.done("draft")
    assert player.keys() == {"p", "a", "side"}
    player.vote("a", 0, "approve")
    player.done("side")
    assert player.keys() == {"end"}


def test_join_any_cancels_the_others() -> None:
    parallel = {"kind": "parallel", "key": "p", "join": "any", "branches": [[_task("a")], [_task("b")]]}
    player = Player(_sequence(parallel, _task("end")))
    player.done("a")
    assert player.keys() == {"end"}


def test_waits_events_and_automations() -> None:
    wait = {"kind": "wait", "key": "w", "until": {"minutes": 30}}
    reply = {"kind": "wait", "key": "r", "until": {"event": "customer_replied"}}
    auto = {"kind": "automation", "key": "x", "do": [{"verb": "notify", "args": {}}]}
    player = Player(_sequence(wait, reply, auto, _task("t", done_by="start")))
    player.due(AT + timedelta(minutes=29))
    assert player.keys() == {"w"}
    player.due(AT + timedelta(minutes=30))
    player.event("something_else")
    assert player.keys() == {"r"}
    player.event("customer_replied")
    assert player.commands == [{"node": "x", "verb": "notify", "args": {}}]
    player.event("start")
    assert player.finished


def test_illegal_steps_are_refused() -> None:
    player = Player(_sequence(_approval("a", 2), _task("t")))
    player.vote("a", 0, "approve")
    with pytest.raises(FlowError, match="seat_taken"):
        player.vote("a", 0, "approve")
    with pytest.raises(FlowError, match="seat_unknown"):
        player.vote("a", 7, "approve")
    with pytest.raises(FlowError, match="not_a_task"):
        player.done("a")
    with pytest.raises(FlowError, match="token_unknown"):
        engine.complete(player.flow, [], UUID(int=99), "x", {}, AT, _ids())


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        (_sequence({"kind": "branch", "key": "b", "cases": [{"when": "=TRUE", "blocks": []}]}), "else_missing"),
        (_sequence({"kind": "branch", "key": "b", "cases": [], "else": []}), "case_missing"),
        (_sequence({"kind": "branch", "key": "b", "cases": [{"when": "=1+", "blocks": []}], "else": []}), "expression_wrong"),
        (_sequence(_task("a"), _task("a")), "key_twice"),
        (_sequence(_approval("a", 0)), "approvers_missing"),
        (_sequence(_approval("a", 2, mode={"at_least": 3})), "mode_wrong"),
        (_sequence(_approval("a", on_reject={"return_to": "later"}), _task("later")), "return_wrong"),
        (
            _sequence({"kind": "parallel", "key": "p", "branches": [[_task("x")], [_approval("a", on_reject={"return_to": "x"})]]}),
            "return_wrong",
        ),
        (_sequence({"kind": "parallel", "key": "p", "branches": [[]]}), "branches_few"),
        (_sequence({"kind": "loop", "key": "l"}), "kind_unknown"),
        (_sequence({"kind": "wait", "key": "w", "until": {}}), "wait_wrong"),
        (_sequence(_task("t", limit_minutes=0)), "limit_wrong"),
        (_sequence({"kind": "automation", "key": "x", "do": []}), "verb_missing"),
        ("nonsense", "block_shape"),
    ],
)
def test_unsound_flows_are_refused_with_the_place(flow: Any, code: str) -> None:
    found = definition.problems(flow)
    assert code in {p["code"] for p in found}
    assert all(p["zh"] and p["en"] and p["path"] for p in found)


def _random_flow(rng: random.Random, depth: int, counter: itertools.count[int], earlier: list[str]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    seen = list(earlier)
    for _ in range(rng.randrange(0 if depth < 4 else 1, 4)):
        key = f"n{next(counter)}"
        kind = rng.choice(["task", "approval", "branch", "parallel", "wait", "automation"] if depth else ["task", "approval"])
        if kind == "task":
            blocks.append(_task(key))
        elif kind == "approval":
            reject = rng.choice(["end", "continue", {"return_to": rng.choice(seen)} if seen else "end"])
            blocks.append(_approval(key, rng.randrange(1, 4), mode=rng.choice(["all", "any"]), on_reject=reject))
        elif kind == "branch":
            when = {"field": "x", "op": "gt", "value": rng.randrange(10)}
            cases = [{"label": LABEL, "when": when, "blocks": _random_flow(rng, depth - 1, counter, seen)}]
            blocks.append({"kind": "branch", "key": key, "cases": cases, "else": _random_flow(rng, depth - 1, counter, seen)})
        elif kind == "parallel":
            branches = [_random_flow(rng, depth - 1, counter, seen) for _ in range(rng.randrange(2, 4))]
            blocks.append({"kind": "parallel", "key": key, "join": rng.choice(["all", "any"]), "branches": branches})
        elif kind == "wait":
            blocks.append({"kind": "wait", "key": key, "until": {"minutes": rng.randrange(1, 60)}})
        else:
            blocks.append({"kind": "automation", "key": key, "do": [{"verb": "v"}]})
        seen.append(key)
    return blocks


def _play(flow: dict[str, Any], rng: random.Random) -> str:
    """Random legal choices until the end: "ended", or "stuck" when no leaf is open though the flow has not ended."""
    player = Player(flow, {"x": rng.randrange(10)})
    for _ in range(400):
        if player.finished:
            return "ended" if not player.open else "left over"
        leaves = [t for t in player.open.values() if player.flow.by_key[t.node_key].kind != "parallel"]
        if not leaves:
            return "stuck"
        token = rng.choice(leaves)
        node = player.flow.by_key[token.node_key]
        if node.kind == "approval":
            free = [s for s in range(len(node.block["approvers"])) if all(v.seat != s for v in token.votes)]
            decision = "approve" if rng.random() < 0.9 else "reject"
            player.vote(token.node_key, rng.choice(free), decision)
        elif node.kind == "wait":
            player.due(AT + timedelta(days=1))
        else:
            player.done(token.node_key)
    return "running"


def _survey(count: int) -> list[str]:
    rng = random.Random(4711)
    found = []
    for _ in range(count):
        flow = _sequence(*_random_flow(rng, 4, itertools.count(1), []))
        assert definition.problems(flow) == []
        found.append(_play(flow, rng))
    return found


def test_a_thousand_random_flows_never_deadlock_or_lose_a_token() -> None:
    assert set(_survey(1_000)) <= {"ended", "running"}


def test_a_broken_join_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: parallel blocks that wait for one branch too many get stuck, and the survey sees it."""
    monkeypatch.setattr(engine, "joined", lambda node, done: len(set(done)) > len(node.children))
    assert "stuck" in _survey(200)


def test_hundreds_of_blocks_in_a_row_need_no_deep_stack() -> None:
    """Found by review: entering block after block used to recurse, and 499 automations passed Python's limit."""
    player = Player(_sequence(*({"kind": "automation", "key": f"a{n}", "do": [{"verb": "v"}]} for n in range(499))))
    assert player.finished
    assert len(player.commands) == 499


def test_a_branch_that_is_over_at_once_ends_a_join_any_before_the_next_branch_begins() -> None:
    parallel = {"kind": "parallel", "key": "p", "join": "any", "branches": [[_task("a")], [], [_task("b")]]}
    player = Player(_sequence(parallel, _task("end")))
    assert player.keys() == {"end"}


def test_conditions_see_the_day_of_the_company_not_of_utc() -> None:
    branch = {
        "kind": "branch", "key": "b", "else": [_task("before")],
        "cases": [{"label": LABEL, "when": "=TODAY()>=DATE(2026,3,2)", "blocks": [_task("on")]}],
    }  # fmt: skip
    flow = definition.compile_flow(_sequence(branch))
    shanghai_midnight = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    for at, key in ((shanghai_midnight, "on"), (shanghai_midnight - timedelta(minutes=1), "before")):
        assert [t.node_key for t in engine.start(flow, {}, at, _ids()).created] == [key]


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        (_sequence({"kind": "wait", "key": "w", "until": {"minutes": 10**12}}), "wait_wrong"),
        (_sequence({"kind": "wait", "key": "w", "until": {"minutes": True}}), "wait_wrong"),
        (_sequence({"kind": "automation", "key": "x", "do": ["notify"]}), "verb_missing"),
        (_sequence(_task("t", limit_minutes=10**9)), "limit_wrong"),
    ],
)
def test_values_that_would_fail_later_are_refused_at_once(flow: Any, code: str) -> None:
    assert [p["code"] for p in definition.problems(flow)] == [code]
