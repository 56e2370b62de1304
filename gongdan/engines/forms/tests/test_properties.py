"""Forms by generated input: what holds for every form and everything that may be sent."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.engines.expressions.compiler import Context
from gongdan.engines.forms.fields import KINDS, Bad
from gongdan.engines.forms.patterns import compile_pattern
from gongdan.engines.forms.schema import compile_form, problems

LABEL = {"zh": "字段", "en": "field"}
OPTIONS = [{"value": "a"}, {"value": "b", "children": [{"value": "c"}]}]
SETTINGS: dict[str, dict[str, Any]] = {
    "choice": {"options": OPTIONS},
    "multi_choice": {"options": OPTIONS},
    "tree": {"options": OPTIONS},
    "formula": {"formula": "=1"},
}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["a", "b/c", "  ", "３．５", "2026-03-02", "2026/03/02", "2026-03-02T09:00:00+08:00", "13800138000", "a@b.cn", "http://x"]
    ),
    st.sampled_from(["1,234.50", "1e5", "-0.0", "9007199254740993", "0190a6c2-7d1e-7000-8000-00000000000a", "是", "\x00"]),
)
RAW = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["minor", "currency", "typed", "region", "detail", "lng", "lat", "datum", "x"]), inner, max_size=4
        ),
    ),
    max_leaves=5,
)


def _context() -> Context:
    return Context(now=datetime(2026, 3, 2, tzinfo=UTC), today=date(2026, 3, 2), seconds=5.0)


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(sorted(set(KINDS) - {"formula"})), RAW)
def test_what_a_kind_gives_it_takes_and_gives_again(kind: str, raw: Any) -> None:
    form = compile_form({"fields": [{"key": "f", "kind": kind, "label": LABEL, **SETTINGS.get(kind, {})}]})
    found = form.validate({"f": raw}, _context())
    assert all(p["zh"] and p["en"] for p in found.problems)
    again = form.validate(found.values, _context())
    assert again.problems == []
    assert again.values == found.values
    assert "\x00" not in repr(found.values.values())


NUMBERS = st.one_of(st.none(), st.integers(-20, 20), st.decimals(-20, 20, places=2).map(str), st.just("oops"))
TEXTS = st.one_of(st.none(), st.sampled_from(["", " ", "x", "X", "9.5", "10.5"]))
CONDITIONS: dict[str, list[str]] = {
    "n": ["=TRUE", "=FALSE", "=[n]<5", "=[n]+1>0"],
    "m": ["=ISBLANK([n])", "=NOT(ISBLANK([n]))", "=[n]+1>0"],
    "t": ["=[n]<[m]", "=ISBLANK([m])"],
    "u": ['=[t]="x"', "=[t]+1>0", "=ISBLANK([t])"],
    "f": ["=[t]<[u]", "=ISBLANK([u])"],
    "g": ["=[f]>[m]", "=ISBLANK([f])", "=NOT(ISBLANK([f]))"],
}  # each reads fields before its own
FORMULAS = st.sampled_from(
    ["=[n]*[m]", "=[n]/[m]", "=SUM([n],[m])/4", "=[t]&[u]", '=IF([n]<[m],"x",1)', "=COALESCE([n],0)", "=LEN([t])"]
)


def _more(key: str) -> st.SearchStrategy[dict[str, Any]]:
    before = [c for k in list(CONDITIONS)[: list(CONDITIONS).index(key) + 1] for c in CONDITIONS[k]]
    return st.dictionaries(st.sampled_from(["show_if", "require_if", "read_only_if"]), st.sampled_from(before), max_size=2)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Two numbers, two texts, two formulas, with conditions of all kinds."""
    fields = [{"key": k, "kind": "number" if k in "nm" else "text", "label": LABEL, **draw(_more(k))} for k in "nmtu"]
    for key, formula in (("f", draw(FORMULAS)), ("g", draw(st.sampled_from(['=[f]&""', "=[f]", "=IFERROR([f]*2,0)"])))):
        fields.append({"key": key, "kind": "formula", "formula": formula, "label": LABEL, **draw(_more(key))})
    return {"fields": draw(st.permutations(fields))}


GIVEN = st.fixed_dictionaries({}, optional={"n": NUMBERS, "m": NUMBERS, "t": TEXTS, "u": TEXTS, "f": NUMBERS})


@settings(max_examples=500, deadline=None)
@given(definitions(), GIVEN)
def test_validating_its_own_output_changes_nothing(definition: dict[str, Any], sent: dict[str, Any]) -> None:
    assert problems(definition) == []
    form = compile_form(definition)
    found = form.validate(sent, _context(), stage="draft")
    again = form.validate(found.values, _context(), previous=found.values, stage="draft")
    assert again.values == found.values
    assert not found.hidden & set(found.values)
    assert not found.hidden & {p["field"] for p in found.problems}
    assert not found.hidden & found.required


@settings(max_examples=400, deadline=None)
@given(definitions(), GIVEN, GIVEN)
def test_a_submission_is_a_draft_with_more_problems(
    definition: dict[str, Any], before: dict[str, Any], sent: dict[str, Any]
) -> None:
    form = compile_form(definition)
    old = form.validate(before, _context(), stage="draft").values
    draft = form.validate(sent, _context(), previous=old, stage="draft")
    full = form.validate(sent, _context(), previous=old)
    assert (full.values, full.hidden, full.required) == (draft.values, draft.hidden, draft.required)
    assert [p for p in full.problems if p["code"] != "required"] == draft.problems


@settings(max_examples=400, deadline=None)
@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(0, 3))
def test_numbers_compare_as_numbers_however_they_are_kept(a: int, b: int, places: int) -> None:
    x, y = Decimal(a).scaleb(-places), Decimal(b).scaleb(-places)
    fields = [{"key": k, "kind": "number", "label": LABEL} for k in "ab"]
    fields.append({"key": "less", "kind": "formula", "formula": "=[a]<[b]", "label": LABEL})
    found = compile_form({"fields": fields}).validate({"a": str(x), "b": str(y)}, _context())
    assert found.values["less"] is (x < y)


@settings(max_examples=500, deadline=None)
@given(
    st.recursive(
        SCALARS,
        lambda i: st.one_of(
            st.lists(i, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    [
                        "fields",
                        "key",
                        "kind",
                        "label",
                        "zh",
                        "en",
                        "options",
                        "value",
                        "children",
                        "pattern",
                        "min",
                        "max_length",
                        "default",
                        "show_if",
                        "formula",
                        "rules",
                        "check",
                        "message",
                        "sections",
                        "currency",
                    ]
                ),
                i,
                max_size=5,
            ),
        ),
        max_leaves=20,
    )
)
def test_any_definition_is_compiled_or_refused(definition: Any) -> None:
    if isinstance(definition, dict) and not problems(definition):
        compile_form(definition)


ATOMS = st.sampled_from(["a", "1", "[a-c]", "[^a]", "\\d", "\\w", "\\s", "中"])
COUNTS = st.sampled_from(["", "?", "{0,2}", "{2}", "{1,3}", "{0,100}"])


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(ATOMS, COUNTS).map("".join), min_size=1, max_size=5).map("".join), st.text(alphabet="aabc11 中", max_size=12)
)
def test_patterns_mean_what_python_means(pattern: str, text: str) -> None:
    import re

    assert compile_pattern(pattern).fullmatch(text) is (re.fullmatch(pattern, text) is not None)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(ATOMS, COUNTS).map("".join), min_size=1, max_size=40).map("".join), st.sampled_from(["a", "1", "a1", "中a"])
)
def test_no_pattern_takes_long(pattern: str, text: str) -> None:
    begun = time.process_time()
    compile_pattern(pattern).fullmatch((text * 500)[:500] + "!")
    assert time.process_time() - begun < 0.5


def test_readers_refuse_with_their_own_error_only() -> None:
    for kind, (read, _, _) in KINDS.items():
        for raw in (object(), b"x", {"minor": object()}, [object()], {1: 2}):
            try:
                read(raw, {"_options": frozenset(), "_paths": frozenset()})
            except Bad:
                continue
            assert kind == "formula"
