"""The language by its tables, its bounds by generated input. The case file is language neutral: the browser will pass it too."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.engines.expressions import compiler, parser, sql, trees, types
from gongdan.engines.expressions.functions import FUNCTIONS
from gongdan.engines.expressions.syntax import Binary, Call, ExpressionError, Field, ListOf, Literal, Node, Unary

DOCUMENT = json.loads((Path(__file__).parent / "cases" / "functions.json").read_text(encoding="utf-8"))


class Days:
    """Weekdays, and Saturday 2026-02-28 as a make-up workday."""

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 or day == date(2026, 2, 28)


def _context(**limits: Any) -> compiler.Context:
    now = datetime.fromisoformat(DOCUMENT["now"])
    return compiler.Context(now=now, today=date.fromisoformat(DOCUMENT["today"]), workdays=Days(), **limits)


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda c: c["expr"])
def test_the_table(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(ExpressionError) as caught:
            compiler.compile_node(parser.parse(case["expr"])).evaluate(case["values"], _context())
        assert caught.value.code == case["error"]
        assert caught.value.text("zh")
        return
    found = compiler.compile_node(parser.parse(case["expr"])).evaluate(case["values"], _context())
    if isinstance(found, Decimal):
        assert found == Decimal(case["expect"])
    else:
        assert found == case["expect"]


def test_every_function_is_in_the_table_and_has_words() -> None:
    used = " ".join(c["expr"] for c in DOCUMENT["cases"])
    assert [name for name in FUNCTIONS if f"{name}(" not in used] == []
    assert len(FUNCTIONS) >= 40
    assert all(f.zh and f.en for f in FUNCTIONS.values())


NAMES = st.sampled_from(["a", "金额", "customer.tier", "b_1"])
LEAVES = st.one_of(
    st.builds(Literal, st.one_of(st.none(), st.booleans(), st.text(max_size=5), st.integers(-999, 999).map(Decimal))),
    st.builds(Field, NAMES),
)


def _bigger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>", "<", "<=", ">", ">="]), inner, inner),
        st.builds(Unary, st.sampled_from(["-", "%"]), inner.filter(lambda n: not isinstance(n, Literal | Unary))),
        st.builds(lambda args: Call("COALESCE", tuple(args)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda args: Call("IN", (args[0], ListOf(tuple(args[1:])))), st.lists(inner, min_size=3, max_size=4)),
    )


TREES = st.recursive(LEAVES, _bigger, max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_text_and_json_come_back_equal(node: Node) -> None:
    assert parser.parse(trees.to_text(node)) == node
    assert trees.from_json(trees.to_json(node)) == node


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_evaluation_answers_or_raises_an_expression_error(node: Node) -> None:
    with contextlib.suppress(ExpressionError):
        compiler.compile_node(node).evaluate({"a": 3, "金额": "12", "b_1": None}, _context())


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet='=+-*/^&<>(),%"[]{}“”（）abAND1.5e中 \n', max_size=60))
def test_garbage_is_refused_in_good_time(text: str) -> None:
    begun = time.perf_counter()
    with contextlib.suppress(ExpressionError):
        compiler.compile_node(parser.parse(text)).evaluate({}, _context())
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    "bomb",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "=" + "-" * 5000 + "1",
        "=" + "+".join(["1"] * 4000),
        '=REPT(REPT("a",1000),1000)&REPT(REPT("a",1000),1000)',
        "=10^999^9",
        "=POWER(9,POWER(9,9))",
        "=" + "IF(TRUE," * 500 + "1" + ")" * 500,
    ],
)
def test_bombs_are_defused(bomb: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(ExpressionError):
        compiler.compile_node(parser.parse(bomb)).evaluate({}, _context())
    assert time.perf_counter() - begun < 1.0


def test_steps_and_time_are_bounded() -> None:
    program = compiler.compile_node(parser.parse("=WORKDAY(TODAY(),4000)"))
    with pytest.raises(ExpressionError, match="steps"):
        program.evaluate({}, _context(steps=1000))
    ticking = iter(range(10_000))
    with pytest.raises(ExpressionError, match="too long"):
        program.evaluate({}, _context(steps=100_000, timer=lambda: float(next(ticking))))


def test_mistakes_are_found_when_a_formula_is_saved() -> None:
    fields = {"amount": "number", "name": "text", "ok": "boolean"}
    assert types.check(parser.parse('=IF([amount]>5,"a","b")'), fields) == "text"
    with pytest.raises(ExpressionError) as caught:
        types.check(parser.parse("=[amuont]+1"), fields)
    assert caught.value.code == "unknown_field"
    assert "amount" in caught.value.text("zh")
    with pytest.raises(ExpressionError) as caught:
        types.check(parser.parse("=[ok]+1"), fields)
    assert caught.value.code == "wrong_type"


COLUMNS = {"a": sql.Column("t.a", "number"), "s": sql.Column("t.s", "text"), "b": sql.Column("t.b", "boolean")}
CONDITIONS: list[Any] = [
    {"field": "a", "op": "gt", "value": 2},
    {"not": {"field": "a", "op": "gt", "value": 2}},
    {"any": [{"field": "a", "op": "eq", "value": 1}, {"field": "s", "op": "contains", "value": "漏_水"}]},
    {"all": [{"field": "s", "op": "starts_with", "value": "100%"}, {"field": "b", "op": "eq", "value": True}]},
    {"field": "s", "op": "in", "value": ["X", "空调"]},
    {"field": "s", "op": "not_in", "value": ["x"]},
    {"field": "a", "op": "between", "value": [1, 3]},
    {"field": "s", "op": "empty"},
    {"field": "s", "op": "ne", "value": "x"},
    {"field": "s", "op": "ends_with", "value": "水"},
]
ROWS: list[dict[str, Any]] = [
    {"a": a, "s": s, "b": b}
    for a in (None, 1, 2, 3.5)
    for s in (None, "", "x", "空调", "空调漏_水", "空调漏x水", "100%a", "1000")
    for b in (None, True, False)
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_sql_means_what_the_closure_means(condition: Any) -> None:
    import os

    import psycopg

    node = trees.from_json(condition)
    program = compiler.compile_node(node)
    text, params = sql.to_sql(node, COLUMNS)
    with psycopg.connect(os.environ["GONGDAN_DATABASE_URL"]) as connection:
        for row in ROWS:
            query = f"select {text} from (select %s::numeric as a, %s::text as s, %s::boolean as b) as t"
            found = connection.execute(query, [*params, row["a"], row["s"], row["b"]]).fetchone()
            assert found is not None
            assert found[0] == program.evaluate(row, _context()), (row, text)


def test_what_sql_cannot_say_is_refused() -> None:
    for text in ("=LEN([s])>3", "=[a]+1>2", "=TODAY()>[a]", "=[nope]=1"):
        with pytest.raises(ExpressionError):
            sql.to_sql(parser.parse(text), COLUMNS)
