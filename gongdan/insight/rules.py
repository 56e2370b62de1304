"""Pure decisions of insight: what an order teaches, and when a suggestion is worth saying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from gongdan.blueprints.document import Label
from gongdan.insight.learning import Example, Guess, terms

SAY = 0.6  # confidence below which nothing is said
NEW_ENOUGH = 20  # finished orders after which it is worth learning anew …
OLD_ENOUGH = timedelta(hours=24)  # … or one, when the lesson is this old


class Past(NamedTuple):
    """A finished order as it ended."""

    title: str
    description: str
    category: str
    fields: Mapping[str, Any]
    priority: int
    team_id: str


def worth_learning(made_at: datetime | None, at: datetime, finished: int) -> bool:
    """Whether `finished` orders since the last lesson are a reason for a new one."""
    return finished > 0 and (made_at is None or finished >= NEW_ENOUGH or at - made_at >= OLD_ENOUGH)


def questions(fields: Sequence[Mapping[str, Any]]) -> list[str]:
    """What can be asked of a form: its indexed choices and trees, what lists are filtered by; priority and team always."""
    own = [f"fields.{f['key']}" for f in fields if f.get("kind") in ("choice", "tree") and f.get("indexed")]
    return [*own, "priority", "team"]


def examples(question: str, orders: Sequence[Past]) -> list[Example]:
    """What past orders answer to a question; those that answer nothing are left out."""
    answers = ((order, _answer(question, order)) for order in orders)
    return [Example(terms(f"{o.title}\n{o.description}", o.category), label) for o, label in answers if label]


def _answer(question: str, order: Past) -> str:
    if question == "priority":
        return str(order.priority)
    if question == "team":
        return order.team_id
    value = order.fields.get(question.removeprefix("fields."))
    return "/".join(map(str, value)) if isinstance(value, list) else str(value or "")


def option(options: Sequence[Mapping[str, Any]], path: Sequence[str]) -> Label | None:
    """The words of an option, of a tree by its path; None when it is not offered any more."""
    words: list[tuple[str, str]] = []
    for value in path:
        found = next((o for o in options if o.get("value") == value), None)
        if found is None:
            return None
        label = found.get("label") or {}
        words.append((label.get("zh", value), label.get("en", value)))
        options = found.get("children") or ()
    return Label(" / ".join(zh for zh, _ in words), " / ".join(en for _, en in words)) if words else None


def explain(guess: Guess, orders: int) -> Label:
    """Why, in words."""
    percent = f"{guess.confidence:.0%}"
    if not guess.because:
        return Label(
            f"{orders} 张已完成的工单大多如此；这样的建议约 {percent} 是对的。",
            f"Most of {orders} finished orders ended so; about {percent} of such suggestions are right.",
        )
    zh, en = "、".join(f"「{t}」" for t in guess.because), ", ".join(f"“{t}”" for t in guess.because)
    return Label(
        f"因为提到{zh}（学自 {orders} 张已完成的工单）；这样的建议约 {percent} 是对的。",
        f"Because of {en} (learned from {orders} finished orders); about {percent} of such suggestions are right.",
    )
