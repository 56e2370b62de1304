"""Forms by their tables. The case files are language neutral: the browser will pass them too."""

from __future__ import annotations

import json
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gongdan.engines.expressions.compiler import Context
from gongdan.engines.forms.fields import KINDS, decimal
from gongdan.engines.forms.fields import MESSAGES as VALUE_MESSAGES
from gongdan.engines.forms.patterns import compile_pattern
from gongdan.engines.forms.schema import MAX_FIELDS, MESSAGES, Form, compile_form, problems

CASES = Path(__file__).parent / "cases"
LABEL = {"zh": "字段", "en": "field"}


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / name).read_text(encoding="utf-8"))
    return found


KIND_CASES = _read("kinds.json")["cases"]
VALIDATION = _read("validation.json")
DEFINITIONS = _read("definitions.json")["cases"]
PATTERNS = _read("patterns.json")["cases"]


def _context() -> Context:
    now = datetime.fromisoformat(VALIDATION["now"])
    return Context(now=now, today=date.fromisoformat(VALIDATION["today"]), zone=VALIDATION["zone"])


def _labelled(definition: dict[str, Any]) -> dict[str, Any]:
    return {**definition, "fields": [{"label": LABEL, **f} for f in definition["fields"]]}


def _name(case: dict[str, Any]) -> str:
    return str(case.get("name") or json.dumps(case, ensure_ascii=False))[:70]


@pytest.mark.parametrize("case", KIND_CASES, ids=_name)
def test_what_each_kind_takes(case: dict[str, Any]) -> None:
    form = compile_form(_labelled({"fields": [{"key": "f", **case["field"]}]}))
    found = form.validate({"f": case["give"]}, _context())
    assert [p["code"] for p in found.problems] == ([case["error"]] if "error" in case else [])
    assert found.values.get("f") == case.get("expect")
    assert type(found.values.get("f")) is type(case.get("expect"))
    for problem in found.problems:
        assert problem["field"] == "f"
        assert "字段" in problem["zh"]
        assert "field" in problem["en"]
        assert "{label}" not in problem["zh"] + problem["en"]


def test_every_kind_and_every_refusal_is_in_the_tables() -> None:
    assert {c["field"]["kind"] for c in KIND_CASES if "expect" in c} == set(KINDS)
    assert {c["field"]["kind"] for c in KIND_CASES if "error" in c} | {"formula"} == set(KINDS)
    assert len(KINDS) >= 18
    seen = {c["error"] for c in KIND_CASES if "error" in c} | {p[1] for c in VALIDATION["cases"] for p in c["problems"]}
    assert set(VALUE_MESSAGES) - seen == set()
    assert set(MESSAGES) - {p[1] for c in DEFINITIONS for p in c["problems"]} == set()
    assert all(zh and en for zh, en in [*VALUE_MESSAGES.values(), *MESSAGES.values()])


@pytest.mark.parametrize("case", VALIDATION["cases"], ids=_name)
def test_whole_forms(case: dict[str, Any]) -> None:
    form = compile_form(_labelled(case["form"]))
    options = {name: case[name] for name in ("previous", "stage", "base") if name in case}
    found = form.validate(case["given"], _context(), **options)
    assert found.values == case["values"]
    assert sorted((p["field"], p["code"]) for p in found.problems) == sorted(tuple(p) for p in case["problems"])
    assert all(p["zh"] and p["en"] for p in found.problems)
    for name in ("hidden", "required"):
        if name in case:
            assert sorted(getattr(found, name)) == sorted(case[name])


@pytest.mark.parametrize("case", DEFINITIONS, ids=_name)
def test_definitions(case: dict[str, Any]) -> None:
    found = problems(case["form"])
    assert [[p["path"], p["code"]] for p in found] == case["problems"]
    assert all(p["zh"] and p["en"] for p in found)
    if found:
        with pytest.raises(ValueError, match=r"[\w\]]: \S"):
            compile_form(case["form"])
    else:
        assert compile_form(case["form"]).validate({}, _context(), stage="draft").problems == []


def test_a_large_wrong_definition_is_refused_in_good_time() -> None:
    """Found by timing: looking for a similar name took a minute for 800 fields with a mistake each."""
    fields = [
        {"key": f"field_number_{n}", "kind": "text", "label": LABEL, "show_if": f"=[feild_nomber_{n}_of_many]=1"}
        for n in range(MAX_FIELDS)
    ]
    begun = time.process_time()
    assert len(problems({"fields": fields})) == 100
    assert time.process_time() - begun < 10


def test_too_many_fields_are_refused() -> None:
    fields = [{"key": f"f{n}", "kind": "text", "label": LABEL} for n in range(MAX_FIELDS + 1)]
    assert [p["code"] for p in problems({"fields": fields})] == ["form_shape"]
    assert problems({"fields": fields[:-1]}) == []


@pytest.mark.parametrize("case", PATTERNS, ids=_name)
def test_patterns(case: dict[str, Any]) -> None:
    if case.get("wrong"):
        with pytest.raises(ValueError, match=r"\w"):
            compile_pattern(case["pattern"])
        return
    pattern = compile_pattern(case["pattern"])
    assert [t for t in case["match"] if not pattern.fullmatch(t)] == []
    assert [t for t in case["differ"] if pattern.fullmatch(t)] == []


def test_patterns_take_time_linear_in_the_text() -> None:
    """Python's own matcher would need years: 20 pieces share out 400 digits, and the last character does not fit."""
    pattern = compile_pattern(r"\d{0,100}" * 20 + "x")
    costs = []
    for length in (1_000, 2_000):
        runs = []
        for _ in range(3):
            begun = time.process_time()
            assert not pattern.fullmatch("1" * (length - 1) + "y")
            runs.append(time.process_time() - begun)
        costs.append(min(runs))
    assert pattern.fullmatch("1" * 1_999 + "x")
    assert costs[1] < 1.0
    assert costs[1] < costs[0] * 4


def test_the_words_of_a_problem_name_field_and_limit() -> None:
    field = {"key": "f", "kind": "number", "label": {"zh": "工时", "en": "Hours"}, "max": 8}
    (found,) = compile_form({"fields": [field]}).validate({"f": 9}, _context()).problems
    assert found == {"field": "f", "code": "too_big", "zh": "「工时」不能大于 8。", "en": "“Hours” must be at most 8."}


def test_numbers_that_json_cannot_say() -> None:
    assert decimal(Decimal("1.50")) == Decimal("1.5")
    for raw in (float("nan"), float("inf"), 10**5000):
        field = {"key": "f", "kind": "number", "label": LABEL}
        assert [p["code"] for p in compile_form({"fields": [field]}).validate({"f": raw}, _context()).problems] == ["not_number"]


def test_digits_stored_by_another_version_do_not_stop_an_expression() -> None:
    form = compile_form({"fields": [{"key": "n", "kind": "number", "label": LABEL}]})
    assert form.typed({"n": "1.5", "other": "2"}) == {"n": Decimal("1.5"), "other": "2"}
    assert form.typed({"n": "x"}) == {"n": "x"}
    assert Form({}, {}, (), ()).typed({"n": "1.5"}) == {"n": "1.5"}


def test_words_of_failed_rules() -> None:
    rules = [{"check": "=FALSE", "message": {"zh": "不行"}}, {"check": "=FALSE"}]
    found = compile_form({"fields": [], "rules": rules}).validate({}, _context()).problems
    assert [(p["zh"], p["en"]) for p in found] == [("不行", "不行"), ("校验不通过", "校验不通过")]
