"""Parameters: what is shipped loads, what is wrong is named with its remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from gongdan.simulator.model import MODELS, BadModel, Model, load, of


def _plain(name: str = "promise") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((MODELS / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def _with(path: str, value: Any) -> dict[str, Any]:
    plain = _plain()
    *way, last = path.split(".")
    at = plain
    for step in way:
        at = at[step]
    at[last] = value
    return plain


@pytest.mark.parametrize("name", ["demo", "promise"])
def test_shipped_models_load_and_are_frozen(name: str) -> None:
    model = load(name)
    assert isinstance(model, Model)
    assert model.name == name
    with pytest.raises(AttributeError):
        model.name = "another"  # type: ignore[misc]


def test_json_and_yaml_say_the_same(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps(_plain()))
    assert load(file) == load("promise")
    assert of(msgspec.to_builtins(load("promise"))) == load("promise")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("kinds", {}, "kinds: empty; name at least one"),
        ("arrivals.hours", [1, 2], "arrivals.hours: 2 factors; give 24"),
        ("arrivals.weekdays", [0] * 7, "arrivals.weekdays: give finite factors of at least 0.0, not all 0"),
        ("kinds.hvac.months", [1] * 11, "kinds.hvac.months: 11 factors; give 12"),
        ("kinds.hvac.level", 6, "kinds.hvac.level: 6; levels are 1 to 5"),
        ("kinds.hvac.parts_share", 1.2, "kinds.hvac.parts_share: 1.2; a share is between 0 and 1"),
        ("kinds.hvac.repair.median_minutes", 0, "kinds.hvac.repair.median_minutes: 0.0; give minutes over 0"),
        ("staff.late_start.spread", 9, "staff.late_start.spread: 9.0; give 0 to 3.0"),
        ("staff.level_factor", 0, "staff.level_factor: 0.0; a factor over 0"),
        ("travel.km_per_hour", 0, "travel.km_per_hour: 0.0; give at least 1.0"),
        ("travel.hours", [0] + [1] * 23, "travel.hours: give finite factors of at least 0.1"),
        ("customer.rates", float("nan"), "customer.rates: nan; a share is between 0 and 1"),
        ("experiment.today.desk_rounds", [], "experiment.today.desk_rounds: empty; name at least one time"),
        ("experiment.today.look_rounds", ["9 Uhr"], "experiment.today.look_rounds: “9 Uhr” is no time; write HH:MM"),
        ("experiment.orders", 0, "experiment.orders: 0; give at least 1"),
        ("staff.sicknes", 0.1, "sicknes"),  # an unknown name is refused, not ignored
    ],
)
def test_bad_parameters_are_named_with_the_remedy(path: str, value: Any, said: str) -> None:
    with pytest.raises(BadModel) as refused:
        of(_with(path, value))
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_all_problems_are_told_at_once() -> None:
    plain = _with("desk.known", 2)
    plain["desk"]["noticed"] = -1
    with pytest.raises(BadModel) as refused:
        of(plain)
    assert len(refused.value.problems) == 2


def test_a_file_that_is_no_yaml(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("kinds: [")
    with pytest.raises(BadModel, match=r"broken\.yaml is neither YAML nor JSON"):
        load(file)
