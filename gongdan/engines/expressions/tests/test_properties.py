"""The language by generated input: what holds for every expression."""

from __future__ import annotations

import contextlib
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.engines.expressions import compiler, parser, trees
from gongdan.engines.expressions.functions import FUNCTIONS
from gongdan.engines.expressions.syntax import Call, ExpressionError, Field, ListOf, Literal, Node, check_bounds
from gongdan.engines.expressions.tests.tables import NUMBERS, TREES, context


@settings(max_examples=500, deadline=None)
@given(TREES)
def test_text_and_json_come_back_equal(node: Node) -> None:
    assert parser.parse(trees.to_text(node)) == node
    assert trees.from_json(trees.to_json(node)) == node


PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
JSON = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["op", "field", "value", "left", "right", "operand", "fn", "args", "all", "any", "not", "list", "number"]
            ),
            inner,
            max_size=4,
        ),
        st.builds(
            lambda op, v: {"field": "a", "op": op, "value": v},
            st.sampled_from(["eq", "in", "between", "contains", "not_in", "empty"]),
            inner,
        ),
    ),
    max_leaves=10,
)


@settings(max_examples=400, deadline=None)
@given(JSON)
def test_json_is_read_or_refused_and_what_is_read_prints(tree: object) -> None:
    with contextlib.suppress(ExpressionError):
        node = trees.from_json(tree)
        assert trees.from_json(trees.to_json(node)) == node
        compiler.compile_node(node)
        assert parser.parse(trees.to_text(node)) == node


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet='=+-*/^&<>(),%"[]{}“”（）abANDSUM1.5e中 \n', max_size=60))
def test_garbage_is_refused_in_good_time_and_the_rest_prints(text: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(ExpressionError):
        node = parser.parse(text)
        assert parser.parse(trees.to_text(node)) == node
        compiler.compile_node(node).evaluate({}, context())
    assert time.process_time() - begun < 0.5


ARGUMENTS = st.one_of(
    st.builds(Literal, st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=5))),
    st.builds(
        Literal,
        st.sampled_from(
            ["2026-03-02", "2026-03-02T01:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "d", "m", "yyyy-mm", "0.00", "1e60"]
        ),
    ),
    st.builds(Field, st.sampled_from(["n", "t", "l", "b", "money", "nothing", "phone"])),
    st.builds(lambda items: ListOf(tuple(map(Literal, items))), st.lists(st.integers(-3, 3).map(str), max_size=3)),
    st.just(Call("NOW", ())),
    st.just(Call("TODAY", ())),
)
CALLS = st.recursive(
    ARGUMENTS,
    lambda inner: st.builds(
        lambda name, args: Call(name, tuple(args)), st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=4)
    ),
    max_leaves=8,
)
VALUES = {
    "n": "12.5",
    "t": "漏水",
    "l": ["a", 1, None, ["b"]],
    "b": False,
    "money": {"minor": 5, "currency": "CNY"},
    "phone": {"typed": "1"},
}


@settings(max_examples=800, deadline=None)
@given(CALLS)
def test_every_call_answers_or_raises_an_expression_error(node: Node) -> None:
    begun = time.process_time()
    with contextlib.suppress(ExpressionError):
        compiler.compile_node(node).evaluate(VALUES, context(seconds=0.05))
    assert time.process_time() - begun < 0.5


@settings(max_examples=500, deadline=None)
@given(TREES)
def test_operators_answer_or_raise_an_expression_error(node: Node) -> None:
    check_bounds(node)
    with contextlib.suppress(ExpressionError):
        compiler.compile_node(node).evaluate({"a": 3, "金额": "12", "b_1": None}, context())
