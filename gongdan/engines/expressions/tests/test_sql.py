"""Conditions mean the same in SQL as in the closure: every case of the table, and generated ones, on the same rows."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongdan.engines.expressions import compiler, sql, syntax, trees
from gongdan.engines.expressions.tests.tables import context, read

pytestmark = pytest.mark.db
DOCUMENT = read("sql.json")
KINDS: dict[str, str] = DOCUMENT["columns"]
COLUMNS = {key: sql.Column(f"t.{key}", kind) for key, kind in KINDS.items()}
TYPES = {"number": "numeric", "text": "text", "boolean": "boolean", "date": "date", "instant": "timestamptz"}
RECORD = ", ".join(f"{key} {TYPES[kind]}" for key, kind in KINDS.items())
Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with psycopg.connect(os.environ["GONGDAN_DATABASE_URL"], autocommit=True) as found:
        yield found


def _rows(tree: Any, rows: dict[str, list[Any]]) -> list[dict[str, Any]]:
    used = sorted(syntax.fields(trees.from_json(tree)))
    return [dict(zip(used, row, strict=True)) for row in itertools.product(*(rows[key] for key in used))]


def _value(key: str, raw: Any) -> Any:
    if raw is None:
        return None
    if KINDS[key] == "date":
        return date.fromisoformat(raw)
    if KINDS[key] == "instant":
        return datetime.fromisoformat(raw)
    return Decimal(str(raw)) if KINDS[key] == "number" else raw


def _disagreements(connection: Connection, tree: Any, rows: list[dict[str, Any]]) -> list[Any]:
    node = trees.from_json(tree)
    program = compiler.compile_node(node)
    text, params = sql.to_sql(node, COLUMNS)
    query = f"select {text} from rows from (jsonb_to_recordset(%s::jsonb) as ({RECORD})) with ordinality as t order by t.ordinality"
    found = [r[0] for r in connection.execute(query, [*params, json.dumps(rows)]).fetchall()]
    ours = [program.evaluate({k: _value(k, v) for k, v in row.items()}, context()) for row in rows]
    return [(row, text, theirs, own) for row, theirs, own in zip(rows, found, ours, strict=True) if theirs is not (own is True)]


SAYABLE = [c["tree"] for c in DOCUMENT["cases"] if "error" not in c]


@pytest.mark.parametrize("tree", SAYABLE, ids=lambda t: json.dumps(t, ensure_ascii=False)[:60])
def test_the_table_means_the_same(connection: Connection, tree: Any) -> None:
    assert _disagreements(connection, tree, _rows(tree, DOCUMENT["rows"])) == []


def test_a_difference_would_be_seen(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: SQL's own three-valued logic, without our coalesce, is noticed."""
    plain = sql._compare
    monkeypatch.setattr(sql, "_compare", lambda *a: plain(*a).replace("coalesce(", "(").replace(", false)", ")"))
    tree = {"not": {"field": "a", "op": "gt", "value": 2}}
    assert _disagreements(connection, tree, _rows(tree, DOCUMENT["rows"])) != []


TEXTS = st.text(alphabet="aAbé空调%_\\ '\"1\t", max_size=4)
VALUE: dict[str, st.SearchStrategy[Any]] = {
    "number": st.one_of(st.integers(-3, 3), st.decimals(-3, 3, places=2).map(str)),
    "text": TEXTS,
    "boolean": st.booleans(),
    "date": st.dates(date(2026, 3, 1), date(2026, 3, 3)).map(date.isoformat),
    "instant": st.sampled_from(["2026-03-01T00:00:00Z", "2026-03-01T08:00:00+08:00", "2026-03-02", "2026-03-01T00:00:01Z"]),
}


def _condition(key: str) -> st.SearchStrategy[Any]:
    value = st.one_of(st.none(), VALUE[KINDS[key]])
    other = st.sampled_from([{"field": k} for k in KINDS if KINDS[k] == KINDS[key]])
    shapes = [
        st.builds(
            lambda op, v: {"field": key, "op": op, "value": v},
            st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]),
            st.one_of(value, other),
        ),
        st.builds(
            lambda op, v: {"field": key, "op": op, "value": v},
            st.sampled_from(["in", "not_in"]),
            st.lists(st.one_of(value, other), max_size=3),
        ),
        st.builds(lambda op: {"field": key, "op": op}, st.sampled_from(["empty", "not_empty"])),
        st.builds(lambda a, b: {"field": key, "op": "between", "value": [a, b]}, value, value),
    ]
    if KINDS[key] == "text":
        ops = st.sampled_from(["contains", "starts_with", "ends_with", "not_contains"])
        shapes.append(st.builds(lambda op, v: {"field": key, "op": op, "value": v}, ops, TEXTS.filter(bool)))
    return st.one_of(shapes)


CONDITIONS = st.recursive(
    st.one_of([_condition(key) for key in KINDS]),
    lambda inner: st.one_of(
        st.builds(lambda word, items: {word: items}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda one: {"not": one}, inner),
    ),
    max_leaves=5,
)
ROW = st.fixed_dictionaries({key: st.one_of(st.none(), VALUE[kind]) for key, kind in KINDS.items()})


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=CONDITIONS, rows=st.lists(ROW, min_size=1, max_size=8))
def test_generated_conditions_mean_the_same(connection: Connection, tree: Any, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for key in row:
            if KINDS[key] == "instant" and row[key] == "2026-03-02":
                row[key] = "2026-03-02T00:00:00Z"
    assert _disagreements(connection, tree, rows) == []
