"""Input of a wrong shape: the field and the remedy, in words, from what msgspec really says."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest

from gongdan.kernel import messages, shapes
from gongdan.kernel.errors import Conflict
from gongdan.kernel.messages import Words

CASES = json.loads((Path(__file__).parent / "cases" / "shapes.json").read_text(encoding="utf-8"))


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    n: int = 0


class Row(msgspec.Struct):
    n: int


class Shape(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=3)]
    priority: Annotated[int, msgspec.Meta(ge=1, le=4)] = 3
    lng: Annotated[float, msgspec.Meta(ge=-180)] = 0
    key: Annotated[str, msgspec.Meta(pattern="^[a-z]$")] = "a"
    tier: Literal["vip", "normal"] = "normal"
    id: UUID | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    on: date | None = None
    tags: Annotated[list[str], msgspec.Meta(max_length=2)] = []
    pair: tuple[str, str] = ("", "")
    either: int | str = 0
    inner: Inner | None = None
    rows: list[Row] = []


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['field']} {c['en']}")
def test_a_wrong_shape_is_said_in_words(case: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(msgspec.json.encode(case["given"]), type=Shape)
    found = shapes.fault(str(refused.value))
    assert (found.field, found.reason.zh, found.reason.en) == (case["field"], case["zh"], case["en"])


def test_what_is_not_known_is_passed_on() -> None:
    assert shapes.fault("Something new - at `$.a`") == ("a", Words("Something new", "Something new"))
    assert shapes.detailed("Something new").reason.zh == "Something new"
    assert shapes.detailed("Invalid UUID - at `$.a.b`") == ("a.b", Words("「a.b」应为 UUID", "“a.b” must be a UUID"))


def test_values_with_words_are_said_in_the_language_of_the_message() -> None:
    error = Conflict("verb_not_here", verb=Words("派单", "Assign"), state="x")
    assert (error.text("zh"), error.text("en-GB")) == ("「x」状态下不能「派单」。", "“Assign” is not possible in state “x”.")
    assert messages.text("no such code", "zh", {}) == "no such code"
