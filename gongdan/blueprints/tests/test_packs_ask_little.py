"""A shipped template asks for little: what a person must fill in themselves, the title included (ux.md §8)."""

from __future__ import annotations

import pytest
import yaml

from gongdan.blueprints import queries

MOST_REQUIRED = 4


@pytest.mark.parametrize("pack", queries.pack_names())
def test_a_shipped_template_needs_at_most_four_values(pack: str) -> None:
    fields = (yaml.safe_load(queries.pack(pack)).get("form") or {}).get("fields", [])
    must = ["title", *(f["key"] for f in fields if f.get("required") and f.get("default") is None)]
    assert len(must) <= MOST_REQUIRED, must
