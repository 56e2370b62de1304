"""Flows by generated definitions: any JSON is refused or compiled, and what is compiled can be walked to its end."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import event, given, settings
from hypothesis import strategies as st

from gongdan.engines.flows import definition, engine

AT = datetime(2026, 3, 2, tzinfo=UTC)
LABEL = {"zh": "节点", "en": "node"}
KEYS = st.integers(0, 5_000).map("k{}".format)
WILD = st.one_of(
    st.sampled_from([None, True, -1, 3, "=TRUE", "x", 1.5]),
    st.builds(list),
    st.builds(dict),
    st.sampled_from([{"return_to": "a"}, {"at_least": 1}, {"weights": [1], "need": 1}, ["x"], {"minutes": 0}, "#1"]),
)
NAMES = [
    "key",
    "label",
    "state",
    "mode",
    "on_reject",
    "approvers",
    "cases",
    "else",
    "branches",
    "join",
    "until",
    "do",
    "blocks",
    "limit_minutes",
]
ODD = st.one_of(*[st.just({})] * 9, st.dictionaries(st.sampled_from(NAMES), WILD, max_size=1))


def _made(kind: str, **parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A block, rarely with something odd in it."""
    strategies = {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in parts.items()}
    return st.builds(lambda odd, key, **rest: {"kind": kind, "key": key, **rest, **odd}, ODD, KEYS, **strategies)


REJECT = st.sampled_from(["end", "continue"])
LEAVES = st.one_of(
    _made("task", label=LABEL, done_by="go"),
    _made("approval", label=LABEL, approvers=[{"role": "r"}], on_reject=REJECT),
    _made("wait", until={"minutes": 5}),
    _made("automation", do=[{"verb": "v"}]),
)


def _bigger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, max_size=3)
    cases = some.map(lambda blocks: [{"when": "=[x]>1", "blocks": blocks}])
    return st.one_of(
        _made("sequence", blocks=some),
        _made("branch", cases=cases, **{"else": some}),
        _made("parallel", branches=st.lists(some, min_size=2, max_size=3), join=st.sampled_from(["all", "any"])),
    )


FLOWS = st.recursive(LEAVES, _bigger, max_leaves=10)


@settings(max_examples=400, deadline=None)
@given(st.one_of(FLOWS, WILD), st.integers(0, 3))
def test_any_definition_is_refused_or_walks_to_its_end(flow: Any, x: int) -> None:
    found = definition.problems(flow)
    event("sound" if not found else found[0]["code"])
    if found:
        return
    compiled = definition.compile_flow(flow)
    assert len(compiled.by_key) == len(compiled.nodes)
    counter = itertools.count(1)
    step = engine.start(compiled, {"x": x}, AT, lambda: UUID(int=next(counter)))
    open_ = {t.id: t for t in step.created if t.state == "open"}
    finished = step.finished
    for turn in range(200):
        if finished:
            break
        step = _somebody_does_something(compiled, list(open_.values()), x, turn, counter)
        for token in [*step.closed, *step.created]:
            open_.pop(token.id, None)
            if token.state == "open":
                open_[token.id] = token
        assert len({t.node_key for t in open_.values()}) == len(open_)
        finished = step.finished
    assert finished
    assert open_ == {}


def _somebody_does_something(
    compiled: definition.Flow, tokens: list[engine.Token], x: int, turn: int, counter: itertools.count[int]
) -> engine.Step:
    leaf = next(t for t in tokens if compiled.by_key[t.node_key].kind in definition.LEAVES)
    rest = ({"x": x}, AT + timedelta(hours=turn + 1), lambda: UUID(int=next(counter)))
    kind = compiled.by_key[leaf.node_key].kind
    if kind == "approval":
        return engine.vote(compiled, tokens, leaf.id, "v", "approve", *rest, seat=0)
    if kind == "wait":
        return engine.due(compiled, tokens, *rest)
    return engine.event(compiled, tokens, "go", *rest)
