"""A blueprint document compiled into decisions: pure, immutable, cached per published version."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from gongdan.blueprints.document import FAMILY_NUMBERS, PAUSED, VERBS, Document, Problem, State, Transition
from gongdan.engines.expressions import compiler, parser, syntax, trees
from gongdan.engines.flows import definition as flow_definition
from gongdan.engines.forms import schema as form_schema
from gongdan.kernel import messages, shapes
from gongdan.kernel.errors import Invalid

MAX_YAML = 2_000_000


class Step(msgspec.Struct, frozen=True):
    """A compiled transition: where a verb leads from a state."""

    transition: Transition
    to: tuple[str, ...]
    condition: compiler.Program | None


class Compiled:
    """What an order asks of its blueprint version."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.states: dict[str, State] = {s.key: s for s in document.states}
        self.families: dict[str, int] = {s.key: FAMILY_NUMBERS[s.family] for s in document.states}
        self.form = form_schema.compile_form(document.form or {"fields": []})
        self.flow = flow_definition.compile_flow(document.flow) if document.flow else None
        self.indexed: dict[str, str] = {f["key"]: f["kind"] for f in (document.form or {}).get("fields", []) if f.get("indexed")}
        self.personal: frozenset[str] = frozenset(f["key"] for f in (document.form or {}).get("fields", []) if f.get("personal"))
        self._steps: dict[tuple[str, str], Step] = {}
        self._by_state: dict[str, list[Step]] = {s: [] for s in self.states}
        for transition in document.transitions:
            condition = _program(transition.when) if transition.when is not None else None
            for state in transition.from_:
                to = (state,) if transition.to == "=" else _targets(transition)
                step = Step(transition, to, condition)
                self._steps[(state, transition.verb)] = step
                self._by_state[state].append(step)

    def step(self, state: str, verb: str) -> Step | None:
        """The transition of `verb` from `state`, or None when the verb may not be said there."""
        return self._steps.get((state, verb))

    def steps_from(self, state: str) -> list[Step]:
        """All transitions that begin in `state`, in document order."""
        return self._by_state.get(state, [])

    def holds(self, step: Step, values: Mapping[str, object], context: compiler.Context) -> bool:
        """Whether the step's condition is true for the order's values; one that cannot be computed does not hold."""
        try:
            return step.condition is None or step.condition.evaluate(values, context) is True
        except syntax.ExpressionError:
            return False


def _targets(transition: Transition) -> tuple[str, ...]:
    return tuple(transition.to) if isinstance(transition.to, list) else (transition.to,)


def _program(expression: Any) -> compiler.Program:
    node = parser.parse(expression) if isinstance(expression, str) else trees.from_json(expression)
    return compiler.compile_node(node)


def read_document(raw: Any) -> Document:
    """A plain dict → Document. Raises Invalid naming the place."""
    try:
        return msgspec.convert(raw, Document)
    except msgspec.ValidationError as error:
        field, reason = shapes.detailed(str(error))
        raise Invalid("blueprint_unreadable", field=field, reason=reason) from None


def read_yaml(text: str) -> Document:
    """YAML text → Document. Raises Invalid."""
    if len(text) > MAX_YAML:
        raise Invalid("blueprint_unreadable", field="yaml", reason=f"> {MAX_YAML}")
    try:
        raw = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Invalid("blueprint_unreadable", field="yaml", reason=str(error)) from None
    return read_document(raw)


def write_yaml(document: Document) -> str:
    """Document → YAML that `read_yaml` reads back to an equal document; stable order, fit for diffs."""
    plain = msgspec.to_builtins(document)
    kept = {k: v for k, v in plain.items() if v not in (None, {}, [])}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=120)


def problems(document: Document) -> list[Problem]:
    """Everything that keeps this document from being published; empty when sound."""
    found = [*_state_problems(document), *_transition_problems(document), *_sla_problems(document), *_reference_problems(document)]
    found += _engine_problems("form", form_schema.problems(document.form or {"fields": []}))
    if document.flow:
        states = frozenset(s.key for s in document.states)
        found += _engine_problems("flow", flow_definition.problems(document.flow, states))
    return found


def problem(path: str, code: str, **values: str) -> Problem:
    zh, en = messages.text(code, "zh", values), messages.text(code, "en", values)
    return Problem(path=path, code=code, zh=zh, en=en)


def _engine_problems(part: str, raw: Any) -> list[Problem]:
    return [Problem(path=f"{part}.{_get(p, 'path')}", code=_get(p, "code"), zh=_get(p, "zh"), en=_get(p, "en")) for p in raw]


def _get(problem: Any, name: str) -> str:
    value = problem.get(name) if isinstance(problem, Mapping) else getattr(problem, name)
    return str(value)


def _state_problems(document: Document) -> list[Problem]:
    found: list[Problem] = []
    keys = [s.key for s in document.states]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            found.append(problem(f"states[{index}]", "state_twice", state=key))
    if document.initial not in keys:
        return [*found, problem("initial", "state_unknown", state=document.initial)]
    edges: dict[str, set[str]] = {k: set() for k in keys}
    for transition in document.transitions:
        for start in transition.from_:
            if start in edges and transition.to != "=":
                edges[start] |= {t for t in _targets(transition) if t in edges}
    seen, queue = {document.initial}, deque([document.initial])
    while queue:
        for after in edges[queue.popleft()] - seen:
            seen.add(after)
            queue.append(after)
    for index, state in enumerate(document.states):
        if state.key not in seen:
            found.append(problem(f"states[{index}]", "state_unreachable", state=state.key))
        elif state.family != "closed" and not edges[state.key] - {state.key}:
            found.append(problem(f"states[{index}]", "state_trapped", state=state.key))
    return found


def _transition_problems(document: Document) -> list[Problem]:
    found: list[Problem] = []
    keys = {s.key for s in document.states}
    fields = _field_keys(document)
    taken: set[tuple[str, str]] = set()
    for index, transition in enumerate(document.transitions):
        path = f"transitions[{index}]"
        if transition.verb not in VERBS:
            found.append(problem(f"{path}.verb", "verb_unknown", verb=transition.verb))
        ends = () if transition.to == "=" else _targets(transition)
        if len(ends) > 1 and transition.verb != "move":
            found.append(problem(f"{path}.to", "one_target", verb=transition.verb))
        for state in transition.from_:
            if (state, transition.verb) in taken:
                found.append(problem(path, "transition_twice", state=state, verb=transition.verb))
            taken.add((state, transition.verb))
        found += [problem(path, "state_unknown", state=state) for state in (*transition.from_, *ends) if state not in keys]
        found += [problem(f"{path}.require", "field_unknown", field=field) for field in transition.require if field not in fields]
        if transition.when is not None:
            try:
                _program(transition.when)
            except syntax.ExpressionError as error:
                found.append(problem(f"{path}.when", "expression_wrong", reason=str(error)))
    return found


def _field_keys(document: Document) -> set[str]:
    listed = (document.form or {}).get("fields", [])
    return {str(f.get("key")) for f in listed if isinstance(f, Mapping)} if isinstance(listed, list) else set()


def _reference_problems(document: Document) -> list[Problem]:
    """Fields that dispatch and portal name but the form does not have."""
    fields = _field_keys(document)
    named = [("dispatch.skills_by", document.dispatch.skills_by)] if document.dispatch.skills_by else []
    named += [("portal.fields", field) for field in document.portal.fields]
    return [problem(path, "field_unknown", field=field) for path, field in named if field not in fields]


def _sla_problems(document: Document) -> list[Problem]:
    if document.sla is None:
        return []
    found: list[Problem] = []
    keys = [t.key for t in document.sla.targets]
    for index, target in enumerate(document.sla.targets):
        path = f"sla.targets[{index}]"
        if target.key in keys[:index]:
            found.append(problem(f"{path}.key", "target_twice", target=target.key))
        if not target.stops_on:
            found.append(problem(f"{path}.stops_on", "target_endless", target=target.key))
        found += [
            problem(f"{path}.stops_on", "verb_unknown", verb=word)
            for word in target.stops_on
            if word not in VERBS and word not in FAMILY_NUMBERS
        ]
    if document.sla.pauses != PAUSED:
        found += [problem("sla.pauses", "target_unknown", target=key) for key in document.sla.pauses if key not in keys]
    return found + [
        problem(f"sla.targets[{index}].minutes", "target_missing", priority=priority, target=target.key)
        for index, target in enumerate(document.sla.targets)
        for priority in ("1", "2", "3", "4")
        if priority not in target.minutes
    ]
