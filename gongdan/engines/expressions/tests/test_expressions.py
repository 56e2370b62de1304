"""The language by its tables. The case files are language neutral: the browser will pass them too."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gongdan.engines.expressions import compiler, parser, sql, syntax, trees, types, values
from gongdan.engines.expressions.functions import FUNCTIONS
from gongdan.engines.expressions.syntax import MESSAGES, Binary, Call, ExpressionError, Field, ListOf, Literal
from gongdan.engines.expressions.tests.tables import FUNCTION_CASES, context, read

TREE_CASES = read("trees.json")["cases"]
TYPE_CASES = read("types.json")
SQL_CASES = read("sql.json")
COLUMNS = {key: sql.Column(f"t.{key}", kind) for key, kind in SQL_CASES["columns"].items()}


def _name(case: dict[str, Any]) -> str:
    return str(case.get("expr", case.get("tree")))[:60]


@pytest.mark.parametrize("case", FUNCTION_CASES["cases"], ids=_name)
def test_the_table(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(ExpressionError) as caught:
            compiler.compile_node(parser.parse(case["expr"])).evaluate(case["values"], context())
        assert caught.value.code == case["error"]
        assert caught.value.text("zh")
        assert "{" not in caught.value.text("zh") + caught.value.text("en")
        return
    found = compiler.compile_node(parser.parse(case["expr"]))(case["values"], context())
    if isinstance(found, Decimal):
        assert found == Decimal(case["expect"])
    else:
        assert found == case["expect"]
        assert type(found) is type(case["expect"])


def test_every_function_is_in_the_table_and_has_words() -> None:
    used = " ".join(c["expr"] for c in FUNCTION_CASES["cases"] if "expect" in c)
    assert [name for name in FUNCTIONS if f"{name}(" not in used] == []
    assert len(FUNCTIONS) >= 40
    assert all(f.zh and f.en for f in FUNCTIONS.values())


def test_every_error_is_in_a_table() -> None:
    seen = {c.get("error") for c in [*FUNCTION_CASES["cases"], *TREE_CASES, *TYPE_CASES["cases"], *SQL_CASES["cases"]]}
    elsewhere = {"too_long", "too_deep", "too_many_nodes", "too_slow", "no_calendar"}  # tested below
    assert set(MESSAGES) - seen == elsewhere


@pytest.mark.parametrize("case", TREE_CASES, ids=_name)
def test_trees_as_json_and_text(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(ExpressionError) as caught:
            trees.from_json(case["tree"])
        assert (caught.value.code, caught.value.position) == (case["error"], case["at"])
        assert caught.value.text("zh")
        return
    node = trees.from_json(case["tree"])
    assert trees.to_text(node) == case["text"]
    assert parser.parse(case["text"]) == node
    assert trees.from_json(trees.to_json(node)) == node


@pytest.mark.parametrize("case", TYPE_CASES["cases"], ids=_name)
def test_types(case: dict[str, Any]) -> None:
    node = parser.parse(case["expr"])
    if "error" not in case:
        assert types.check(node, TYPE_CASES["fields"]) == case["type"]
        return
    with pytest.raises(ExpressionError) as caught:
        types.check(node, TYPE_CASES["fields"])
    assert caught.value.code == case["error"]
    if "hint" in case:
        assert f"{case['hint']}?" in caught.value.text("zh")
    with pytest.raises(ExpressionError, match=r"\w"):
        compiler.compile_node(node, TYPE_CASES["fields"])


@pytest.mark.parametrize("case", SQL_CASES["cases"], ids=_name)
def test_conditions_as_sql(case: dict[str, Any]) -> None:
    """Which conditions SQL can say; what they mean there is compared on rows in test_sql.py."""
    node = trees.from_json(case["tree"])
    if "error" in case:
        with pytest.raises(ExpressionError) as caught:
            sql.to_sql(node, COLUMNS)
        assert caught.value.code == case["error"]
        return
    text, params = sql.to_sql(node, COLUMNS)
    assert text.count("%s") == len(params)


def test_no_constant_is_written_into_the_sql() -> None:
    text, params = sql.to_sql(trees.from_json({"field": "s", "op": "eq", "value": "'; drop table x --"}), COLUMNS)
    assert "drop" not in text
    assert params == ["'; drop table x --"]
    with pytest.raises(ExpressionError, match="cannot be used"):
        sql.to_sql(Binary("=", Field("s"), Literal("\ud800")), COLUMNS)


def test_positions_point_at_the_mistake() -> None:
    for text, at in (("=1+", 3), ("=1 2", 3), ('=A(1,"x', 5), ("=[a", 1), ("=1+@", 3), ("=SUM(1 2)", 7), ("=1+1e99", 3)):
        with pytest.raises(ExpressionError) as caught:
            parser.parse(text)
        assert caught.value.position == at, text


@pytest.mark.parametrize(
    ("bomb", "code"),
    [
        ("(" * 4000 + "1" + ")" * 4000, "too_deep"),
        ("=" + "-" * 5000 + "1", "too_deep"),
        ("=" + "-" * 65 + "1", "too_deep"),
        ("=" + "%".join(["1"] * 2) + "%" * 100, "unexpected"),
        ("=1" + "%" * 100, "too_deep"),
        ("=" + "+".join(["1"] * 4000), "too_deep"),
        ("=" + "SUM(" * 100 + "1" + ")" * 100, "too_deep"),
        ("=SUM(" + ",".join(["1"] * 2500) + ")", "too_many_nodes"),
        ("=SUM(" + ",".join(["1"] * 4990) + ")", "too_many_nodes"),
        ("=" + " ".join(["1"] * 4990), "unexpected"),
        ("=" + "1" * 10_000, "too_long"),
        ("=" + "(" * 9_999, "too_deep"),
        ('=REPT(REPT("a",1000),1000)&REPT(REPT("a",1000),1000)', "too_large"),
        ("=10^999^9", "number_range"),
        ("=POWER(9,POWER(9,9))", "number_range"),
        ("=" + "IF(TRUE," * 500 + "1" + ")" * 500, "too_deep"),
    ],
    ids=lambda b: b[:20],
)
def test_bombs_are_defused(bomb: str, code: str) -> None:
    begun = time.process_time()
    with pytest.raises(ExpressionError) as caught:
        compiler.compile_node(parser.parse(bomb)).evaluate({}, context())
    assert caught.value.code == code
    assert time.process_time() - begun < 1.0


def test_the_largest_allowed_ones_still_work() -> None:
    for text in (
        "=" + "+".join(["1"] * 64),
        "=" + "(" * 62 + "1" + ")" * 62,
        "=" + "-" * 63 + "[a]",
        "=SUM(" + ",".join(["1"] * 1999) + ")",
    ):
        node = parser.parse(text)
        assert parser.parse(trees.to_text(node)) == node
        assert compiler.compile_node(node).evaluate({"a": 1}, context()) is not None


def test_trees_that_did_not_come_from_text_are_bounded_too() -> None:
    deep: Any = 1
    for _ in range(70):
        deep = {"op": "%", "operand": deep}
    lists: Any = 1
    for _ in range(2_000):
        lists = [lists]
    wide = [1] * 2_001
    for tree, code in (
        (deep, "too_deep"),
        (lists, "too_deep"),
        (wide, "too_many_nodes"),
        ({"field": "a", "op": "in", "value": wide}, "too_many_nodes"),
    ):
        with pytest.raises(ExpressionError) as caught:
            trees.from_json(tree)
        assert caught.value.code == code
    node: Any = Literal(None)
    for _ in range(64):
        node = ListOf((node,))
    for use in (compiler.compile_node, lambda n: sql.to_sql(n, COLUMNS)):
        with pytest.raises(ExpressionError) as caught:
            use(node)
        assert caught.value.code == "too_deep"


def test_steps_and_time_are_bounded() -> None:
    program = compiler.compile_node(parser.parse("=WORKDAY(TODAY(),4000)"))
    with pytest.raises(ExpressionError, match="steps"):
        program.evaluate({}, context(steps=1000))
    ticking = iter(range(10_000))
    with pytest.raises(ExpressionError, match="too long"):
        program.evaluate({}, context(steps=100_000, timer=lambda: float(next(ticking))))
    ours = context(steps=1)
    short = compiler.compile_node(parser.parse("=[a]=1"))
    assert [short.evaluate({"a": 1}, ours) for _ in range(3)] == [True] * 3  # a context may serve again and again


@pytest.mark.parametrize("code", ["too_many_steps", "too_slow"])
def test_iferror_does_not_catch_a_used_up_budget(code: str) -> None:
    program = compiler.compile_node(parser.parse("=IFERROR(WORKDAY(TODAY(),4000),0)"))
    limits = {"steps": 100} if code == "too_many_steps" else {"steps": 10**6, "seconds": -1.0}
    with pytest.raises(ExpressionError) as caught:
        program.evaluate({}, context(**limits))
    assert caught.value.code == code


HOSTILE = [
    "=" + "&".join(['UPPER(REPT("é",100000))'] * 60),
    "=SUM(" + ",".join(['LEN(UPPER(REPT("é",100000)))'] * 300) + ")",
    "=SUM(" + ",".join(['LEN(SUBSTITUTE(REPT("ab",50000),"a","b"))'] * 200) + ")",
    "=OR(" + ",".join(['CONTAINS(REPT("aé",50000),REPT("a",50000)&"b")'] * 150) + ")",
    "=IN([m]," + ",".join(["[m]"] * 1900) + ")",
    "=SUM(" + ",".join(["[m]"] * 1900) + ")",
    "=TEXTJOIN(\"-\",TRUE," + ",".join(["[m]"] * 1900) + ")",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: t[:40])
def test_hostile_formulas_stop_near_their_time(text: str) -> None:
    """0.05 s are allowed; one step handles at most 100,000 characters or 8 items, and the clock is read every 16 steps."""
    program = compiler.compile_node(parser.parse(text))
    begun = time.process_time()
    with contextlib.suppress(ExpressionError):
        program.evaluate({"m": [f"x{n}" for n in range(200)]}, context(seconds=0.05))
    assert time.process_time() - begun < 0.5


def test_without_a_calendar_there_are_no_working_days() -> None:
    bare = replace(context(), workdays=None)
    for text in ("=WORKDAY(TODAY(),1)", "=NETWORKDAYS(TODAY(),TODAY())"):
        with pytest.raises(ExpressionError) as caught:
            compiler.compile_node(parser.parse(text)).evaluate({}, bare)
        assert caught.value.code == "no_calendar"


def test_python_values_beyond_json() -> None:
    program = compiler.compile_node(parser.parse('=[x]&""'))
    assert program.evaluate({"x": Decimal("1.50")}, context()) == "1.5"
    assert program.evaluate({"x": (1, None)}, context()) == "1"
    assert program.evaluate({"x": datetime(999, 1, 2, tzinfo=UTC)}, context()) == "0999-01-02T00:00:00Z"
    for wild in (float("nan"), float("inf")):
        with pytest.raises(ExpressionError, match="range"):
            compiler.compile_node(parser.parse("=[x]+1")).evaluate({"x": wild}, context())
    assert values.text(object)
    assert values.day(datetime(2026, 3, 2, 23, tzinfo=UTC)) is not None
    assert values.day(None) is None
    assert values.instant(None) is None
    assert values.local_day(None, "UTC") is None


def test_the_fields_an_expression_reads() -> None:
    node = Call("IF", (Binary("=", Field("a"), Literal("x")), ListOf((Field("b.c"),)), syntax.Unary("-", Field("d"))))
    assert syntax.fields(node) == {"a", "b.c", "d"}


def test_names_that_only_python_could_mean_are_no_tree() -> None:
    for value in (object(), b"x", {1, 2}):
        with pytest.raises(ExpressionError, match="not valid"):
            trees.from_json(value)
    with pytest.raises(ExpressionError, match="range"):
        trees.from_json(10**5000)
