"""What the tests of expressions share: the case files, a context, random trees."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from gongdan.engines.expressions import compiler
from gongdan.engines.expressions.syntax import Binary, Call, Field, ListOf, Literal, Node, Unary, negative

CASES = Path(__file__).parent / "cases"


def read(name: str) -> dict[str, Any]:
    """A case file."""
    found: dict[str, Any] = json.loads((CASES / name).read_text(encoding="utf-8"))
    return found


FUNCTION_CASES = read("functions.json")


class Days:
    """Weekdays, and Saturday 2026-02-28 as a make-up workday."""

    def is_workday(self, day: date) -> bool:
        """Whether people work."""
        return day.weekday() < 5 or day == date(2026, 2, 28)


def context(**limits: Any) -> compiler.Context:
    """The context of the case files; slow machines get their time."""
    now = datetime.fromisoformat(FUNCTION_CASES["now"])
    return compiler.Context(
        **{"now": now, "today": date.fromisoformat(FUNCTION_CASES["today"]), "workdays": Days(), "seconds": 5.0, **limits}
    )


NAMES = st.sampled_from(["a", "金额", "customer.tier", "b_1", "with space", "a}b"])
NUMBERS = st.one_of(
    st.integers(-999, 999).map(Decimal),
    st.decimals(min_value=-(10**9), max_value=10**9, places=4).map(lambda d: d or Decimal(0)),
    st.sampled_from([Decimal("1E+30"), Decimal("-1E-59"), Decimal("1.5E-21"), Decimal("12345678901234567890123.5")]),
)
LEAVES = st.one_of(
    st.builds(Literal, st.one_of(st.none(), st.booleans(), st.text(max_size=5), NUMBERS)),
    st.builds(Field, NAMES),
)


def _bigger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>", "<", "<=", ">", ">="]), inner, inner),
        inner.map(negative),
        st.builds(Unary, st.just("%"), inner),
        st.builds(lambda args: Call("COALESCE", tuple(args)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda subject, items: Call("IN", (subject, ListOf(tuple(items)))), inner, st.lists(inner, max_size=3)),
    )


TREES = st.recursive(LEAVES, _bigger, max_leaves=12)
