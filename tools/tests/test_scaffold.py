"""A new slice passes the house rules as it is made."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import checks, scaffold


def test_a_new_slice_is_clean(tmp_path: Path) -> None:
    made = scaffold.make("gardening", tmp_path)
    assert {p.name for p in made} >= {"models.py", "rules.py", "actions.py", "queries.py", "routes.py", "README.md"}
    for path in made:
        if path.suffix == ".py":
            text = path.read_text()
            assert checks.check_source(checks.Source(f"gardening/{path.name}", ast.parse(text), text.split("\n"))) == []


def test_bad_names_and_repeats_are_refused(tmp_path: Path) -> None:
    scaffold.make("gardening", tmp_path)
    for name in ("gardening", "Utils", "x", "a-b"):
        with pytest.raises(SystemExit):
            scaffold.make(name, tmp_path)
