"""Pure decisions of orders: which verb goes where, what it stamps, what is offered first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gongdan.blueprints import queries as blueprints
from gongdan.blueprints.compiled import Compiled, read_yaml
from gongdan.blueprints.document import VERBS
from gongdan.engines.forms.schema import compile_form
from gongdan.orders import rules
from gongdan.orders.actions.creating import _NOT_YET
from gongdan.orders.projection import project
from gongdan.orders.rows import OrderRow

TABLE: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "cases" / "verbs.json").read_text())
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("pack", ["default", "maintenance"])
@pytest.mark.parametrize("state", TABLE)
@pytest.mark.parametrize("verb", VERBS)
def test_the_shipped_lifecycle_is_the_table(pack: str, state: str, verb: str) -> None:
    step = Compiled(read_yaml(blueprints.pack(pack))).step(state, verb)
    expected = TABLE[state].get(verb)
    if verb == "resume" and state in ("pending", "dispatched", "in_service"):
        expected = state
    assert (step.to[0] if step else None) == expected


def _row(**values: Any) -> OrderRow:
    base: dict[str, Any] = dict.fromkeys(OrderRow.__struct_fields__)
    base |= _NOT_YET | {"id": UUID(int=1), "tenant_id": UUID(int=2), "family": 1, "state": "pending", "fields": {}, "opened_at": AT}
    return OrderRow(**{**base, **values})


def test_every_verb_has_words_in_both_languages_and_says_what_it_needs() -> None:
    assert set(VERBS) == set(rules.LABELS) == set(rules.NEEDS)
    assert all(zh and en.isascii() for zh, en in rules.LABELS.values())
    assert set(rules.PRIMARY) <= set(VERBS)


def test_stamps_of_a_life() -> None:
    row, at = _row(), AT
    rules.stamp(row, "accept", 1, at)
    assert (row.accepted_at, row.started_at) == (AT, None)
    rules.stamp(row, "accept", 1, at + timedelta(hours=9))
    assert row.accepted_at == AT, "the first acceptance counts"
    row.family, at = 2, AT + timedelta(hours=1)
    rules.stamp(row, "start", 1, at)
    assert row.started_at == at
    row.family, solved = 3, AT + timedelta(hours=2)
    rules.stamp(row, "complete", 2, solved)
    assert (row.resolved_at, row.closed_at) == (solved, None)
    row.family, closed = 4, AT + timedelta(hours=3)
    rules.stamp(row, "close", 3, closed)
    assert (row.resolved_at, row.closed_at) == (solved, closed), "closing does not move the solution"
    row.family = 1
    rules.stamp(row, "reopen", 4, AT + timedelta(hours=4))
    assert (row.reopened, row.resolved_at, row.closed_at) == (1, None, None)


def test_a_start_without_acceptance_is_one_and_a_close_without_solution_too() -> None:
    started = _row(family=2)
    rules.stamp(started, "start", 1, AT)
    assert started.accepted_at == AT
    cancelled = _row(family=4)
    rules.stamp(cancelled, "cancel", 1, AT)
    assert cancelled.resolved_at == cancelled.closed_at == AT
    assert cancelled.reopened == 0


@pytest.mark.parametrize("verb", VERBS)
def test_only_work_waits_for_the_end_of_a_hold(verb: str) -> None:
    held, free = _row(waiting_on="customer"), _row()
    assert rules.held_blocks(held, verb) is (verb in ("start", "complete", "follow_up"))
    assert not rules.held_blocks(free, verb)


@pytest.mark.parametrize(
    ("verbs", "has_assignee", "mine", "first"),
    [
        (["hold", "cancel"], False, False, None),
        (["accept", "assign", "claim"], False, False, "claim"),
        (["accept", "assign", "claim"], True, True, "accept"),
        (["accept", "assign", "start"], True, False, "start"),
        (["accept", "assign"], True, False, None),
        (["start", "hold", "transfer"], True, True, "start"),
        (["complete", "hold"], True, True, "complete"),
        (["close", "reopen", "follow_up"], True, False, "follow_up"),
    ],
)
def test_the_next_likely_step_is_offered_first(verbs: list[str], has_assignee: bool, mine: bool, first: str | None) -> None:
    assert rules.primary(verbs, has_assignee, mine) == first


def test_conditions_see_custom_and_base_fields_but_base_fields_win() -> None:
    label = {"zh": "金额", "en": "amount"}
    form = compile_form({"fields": [{"key": k, "kind": "number", "label": label} for k in ("amount", "priority")]})
    values = rules.condition_values(_row(fields={"amount": 7, "priority": 99}, priority=2, title="漏水"), form)
    assert (values["amount"], values["priority"], values["has_assignee"]) == (7, 2, False)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("choice", "hvac", ("hvac", None, None)),
        ("text", "x" * 600, ("x" * 500, None, None)),
        ("boolean", True, ("true", None, None)),
        ("number", "12.50", (None, "12.50", None)),
        ("number", 3, (None, "3", None)),
        ("formula", "10600", (None, "10600", None)),
        ("formula", "低", ("低", None, None)),
        ("date", "2026-03-02", (None, None, "2026-03-02")),
    ],
)
def test_the_typed_projection_of_a_custom_field(kind: str, value: Any, expected: tuple[Any, ...]) -> None:
    assert project(kind, value) == expected


def test_today_is_the_day_of_the_person_not_of_the_server() -> None:
    late = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
    assert rules.form_context(late, "Asia/Shanghai").today.isoformat() == "2026-03-02"
    assert rules.form_context(late, "UTC").today.isoformat() == "2026-03-01"
