"""Flows by their tables: what is sound, and how tokens walk. The case files are language neutral."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gongdan.engines.flows import definition, engine
from gongdan.engines.flows.engine import FlowError, Step, Token

CASES = Path(__file__).parent / "cases"
DEFINITIONS = json.loads((CASES / "definitions.json").read_text(encoding="utf-8"))["cases"]
WALKS = json.loads((CASES / "walks.json").read_text(encoding="utf-8"))
AT = datetime.fromisoformat(WALKS["at"])


@pytest.mark.parametrize("case", DEFINITIONS, ids=lambda c: json.dumps(c["flow"], ensure_ascii=False)[:60])
def test_what_is_sound(case: dict[str, Any]) -> None:
    states = frozenset(case["states"]) if "states" in case else None
    found = definition.problems(case["flow"], states)
    assert [[p["path"], p["code"]] for p in found] == case["problems"]
    assert all(p["zh"] and p["en"] for p in found)
    if found:
        with pytest.raises(ValueError, match=r"flow.*: \S"):
            definition.compile_flow(case["flow"], states)
    else:
        flow = definition.compile_flow(case["flow"], states)
        assert len(flow.by_key) == len(flow.nodes)


def test_every_problem_is_in_the_table() -> None:
    assert {p[1] for c in DEFINITIONS for p in c["problems"]} == set(definition.MESSAGES)


class _Walker:
    """Does the steps of a case, keeping tokens as an order does."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.flow = definition.compile_flow(case["flow"])
        self.values = case["values"]
        counter = itertools.count(1)
        self.new_id = lambda: UUID(int=next(counter))
        self.open: dict[UUID, Token] = {}

    def _token(self, key: str) -> UUID:
        return next((t.id for t in self.open.values() if t.node_key == key), UUID(int=0))

    def _ask(self, step: dict[str, Any]) -> Step:
        rest = (self.values, AT, self.new_id)
        tokens = list(self.open.values())
        match step["do"]:
            case "start":
                return engine.start(self.flow, *rest)
            case "complete":
                token = self._token(step["key"])
                return engine.complete(self.flow, tokens, token, step.get("outcome", "done"), *rest, step.get("actor", ""))
            case "vote":
                token = self._token(step["key"])
                return engine.vote(self.flow, tokens, token, step["voter"], step["decision"], *rest, seat=step["seat"])
            case "event":
                return engine.event(self.flow, tokens, step["name"], *rest)
            case "due":
                at = AT + timedelta(minutes=step["minutes"])
                return engine.due(self.flow, tokens, self.values, at, self.new_id)
        assert step["do"] == "cancel_all"
        return engine.cancel_all(self.flow, tokens, AT)

    def do(self, step: dict[str, Any]) -> Step:
        if "lose" in step:
            del self.open[self._token(step["lose"])]
        found = self._ask(step)
        for token in [*found.closed, *found.created]:
            assert (token.done_at is None) == (token.state == "open")
            if token.state == "open":
                self.open[token.id] = token
            else:
                self.open.pop(token.id, None)
        return found


@pytest.mark.parametrize("case", WALKS["cases"], ids=lambda c: c["name"])
def test_walks(case: dict[str, Any]) -> None:
    walker = _Walker(case)
    for step in case["steps"]:
        if "error" in step:
            before = dict(walker.open)
            with pytest.raises(FlowError, match=step["error"]):
                walker.do(step)
            assert walker.open == before
            continue
        found = walker.do(step)
        assert sorted(t.node_key for t in walker.open.values()) == step["open"], step
        assert found.finished is step["finished"], step
        if "commands" in step:
            assert found.commands == step["commands"]
        for key, outcome in step.get("outcomes", {}).items():
            assert [t.outcome for t in found.closed if t.node_key == key] == [outcome]
