"""What a document may say: shipped packs are sound, every fault is named by its place, YAML goes round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from gongdan.blueprints import queries
from gongdan.blueprints.compiled import Compiled, problems, read_document, read_yaml, write_yaml
from gongdan.blueprints.document import VERBS
from gongdan.kernel.errors import Invalid

Plain = dict[str, Any]


def _plain(name: str = "maintenance") -> Plain:
    found: Plain = msgspec.to_builtins(read_yaml(queries.pack(name)))
    return found


@pytest.mark.parametrize("name", queries.pack_names())
def test_a_shipped_pack_is_sound(name: str) -> None:
    assert problems(read_yaml(queries.pack(name))) == []


@pytest.mark.parametrize("name", queries.pack_names())
def test_yaml_goes_round_and_is_byte_identical_the_second_time(name: str) -> None:
    document = read_yaml(queries.pack(name))
    once = write_yaml(document)
    assert read_yaml(once) == document
    assert write_yaml(read_yaml(once)) == once
    assert "待" in once or name.startswith("replay"), "Chinese stays readable"


def test_values_that_look_like_nothing_survive_the_way_through_yaml() -> None:
    plain = _plain("default")
    plain["form"]["fields"].append(
        {"key": "note", "kind": "text", "label": {"zh": "是", "en": "no"}, "default": "on", "pattern": "^0+1$", "max_length": 5}
    )
    plain["form"]["fields"].append({"key": "n", "kind": "number", "label": {"zh": "数", "en": "1e3"}, "default": 0, "min": 0})
    document = read_document(plain)
    assert read_yaml(write_yaml(document)) == document


Change = Callable[[Plain], Any]


def _set(path: str, value: Any) -> Change:
    def change(plain: Plain) -> None:
        *way, last = path.split(".")
        at: Any = plain
        for step in way:
            at = at[int(step)] if step.isdigit() else at[step]
        at[int(last) if last.isdigit() else last] = value

    return change


def _target(plain: Plain) -> Plain:
    minutes: Plain = plain["sla"]["targets"][1]["minutes"]
    return minutes


FAULTS: list[tuple[str, Change, str, str]] = [
    ("no such first state", _set("initial", "nowhere"), "initial", "state_unknown"),
    ("a state twice", lambda p: p["states"].append(p["states"][0]), "states[7]", "state_twice"),
    (
        "a state that nothing leads to",
        lambda p: p["states"].append({"key": "limbo", "label": {"zh": "无", "en": "Limbo"}, "family": "closed"}),
        "states[7]", "state_unreachable",
    ),
    ("a state without a way out", lambda p: p["transitions"].__delitem__(slice(8, 11)), "states[3]", "state_trapped"),
    ("a verb nobody knows", _set("transitions.0.verb", "dance"), "transitions[0].verb", "verb_unknown"),
    ("a way to nowhere", _set("transitions.4.to", "nowhere"), "transitions[4]", "state_unknown"),
    ("a field that is not there", _set("transitions.7.require", ["colour"]), "transitions[7].require", "field_unknown"),
    ("a condition that cannot be read", _set("transitions.7.when", "=IF("), "transitions[7].when", "expression_wrong"),
    (
        "two ways for one verb from one state",
        lambda p: p["transitions"].append({"verb": "start", "from": ["dispatched"], "to": "resolved"}),
        "transitions[12]", "transition_twice",
    ),
    ("several ends for one verb", _set("transitions.4.to", ["in_service", "resolved"]), "transitions[4].to", "one_target"),
    ("a priority without minutes", lambda p: _target(p).pop("3"), "sla.targets[1].minutes", "target_missing"),
    ("a target twice", _set("sla.targets.1.key", "response"), "sla.targets[1].key", "target_twice"),
    ("a clock that nothing stops", _set("sla.targets.0.stops_on", []), "sla.targets[0].stops_on", "target_endless"),
    ("a clock stopped by a misspelt verb", _set("sla.targets.0.stops_on", ["complet"]), "sla.targets[0].stops_on", "verb_unknown"),
    ("a pause for a clock that is not there", _set("sla.pauses", ["fix"]), "sla.pauses", "target_unknown"),
    ("skills by a field that is not there", _set("dispatch.skills_by", "colour"), "dispatch.skills_by", "field_unknown"),
    ("a public field that is not there", _set("portal.fields", ["colour"]), "portal.fields", "field_unknown"),
    ("a field without words", _set("form.fields.0.label", {}), "form.fields[0].label", "label_missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "path", "code"), FAULTS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_fault_is_named_by_its_place_in_both_languages(name: str, change: Change, path: str, code: str) -> None:
    plain = _plain()
    change(plain)
    found = problems(read_document(plain))
    assert (path, code) in [(p.path, p.code) for p in found], (name, found)
    assert all(p.zh and p.en and "{" not in p.zh + p.en for p in found)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (_set("prefix", "wx-1"), "prefix"),
        (_set("states", []), "states"),
        (_set("states.0.family", "purple"), "states[0].family"),
        (_set("transitions.0.form", "x"), "transitions[0].form"),
        (_set("sla.targets.0.minutes", {"1": 0}), "sla.targets[0].minutes[...]"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_place(change: Change, field: str) -> None:
    plain = _plain()
    change(plain)
    with pytest.raises(Invalid) as refused:
        read_document(plain)
    assert (refused.value.code, refused.value.field) == ("blueprint_unreadable", field)


@pytest.mark.parametrize("text", ["", "- a", "a: b: c", "!!python/object:os.system x", "a: &a [*a]", "schema: 2", "[" * 1200])
def test_hostile_yaml_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_yaml(text)
    assert refused.value.code == "blueprint_unreadable"


def test_compiled_steps_are_those_of_the_document() -> None:
    compiled = Compiled(read_yaml(queries.pack("default")))
    for state in compiled.states:
        offered = [s.transition.verb for s in compiled.steps_from(state)]
        assert len(offered) == len(set(offered))
        assert all((compiled.step(state, v) is not None) == (v in offered) for v in VERBS)
    step = compiled.step("pending", "hold")
    assert step is not None
    assert step.to == ("pending",), "= keeps the state"
