"""Reads of insight; the first argument is the work, whose actor is asked for permission."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.compiled import Compiled
from gongdan.blueprints.document import Label
from gongdan.dispatch import queries as dispatch_queries
from gongdan.dispatch.queries import CandidateOut, Wanted
from gongdan.insight import chats, learning, places, rules
from gongdan.insight.learning import Model
from gongdan.insight.schemas import SplitOut, SuggestIn, Suggestion, SuggestOut
from gongdan.kernel.access import can, require
from gongdan.kernel.work import Work

LESSON = (
    "select made_at, orders, case when made_at = %s then null else body end from insight_lesson "
    "where tenant_id = %s and blueprint_key = %s"
)
CATEGORY = "select category from assets_asset where id = %s"
PRIORITIES = {
    "1": Label("P1 特急", "P1 Critical"),
    "2": Label("P2 紧急", "P2 High"),
    "3": Label("P3 一般", "P3 Normal"),
    "4": Label("P4 低", "P4 Low"),
}
NAMES = {"priority": Label("优先级", "Priority"), "team": Label("班组", "Team")}


class Lesson(NamedTuple):
    """What this process remembers of a lesson."""

    made_at: datetime
    orders: int
    models: dict[str, Model]


_LESSONS: dict[tuple[UUID, str], Lesson] = {}
_MOST_LESSONS = 24  # some are a megabyte
_READ = msgspec.json.Decoder(dict[str, Model])


def lesson(work: Work, blueprint: str) -> Lesson | None:
    """What was learned of a blueprint's orders; decoded once per process and lesson."""
    key = (work.actor.tenant_id, blueprint)
    known = _LESSONS.get(key)
    row = work.one(LESSON, [known.made_at if known else None, *key])
    if row is None:
        _LESSONS.pop(key, None)
        return None
    if row[2] is None and known is not None:
        return known
    if len(_LESSONS) >= _MOST_LESSONS:
        _LESSONS.clear()
    found = _LESSONS[key] = Lesson(row[0], row[1], _READ.decode(row[2]))
    return found


def suggest(work: Work, given: SuggestIn) -> SuggestOut:
    """What past orders suggest for a new one; says nothing that is not sure enough. Raises NotFound (blueprint)."""
    require(work.actor, "order.create")
    _, blueprint = blueprint_queries.current(work, given.blueprint)
    learned = lesson(work, given.blueprint)
    found: dict[str, Suggestion] = {}
    if learned is not None and given.text.strip():
        category = work.one(CATEGORY, [given.asset_id]) if given.asset_id and can(work.actor, "asset.view") else None
        terms = learning.terms(given.text, category[0] if category else "")
        for question, model in learned.models.items():
            guess = learning.guess(model, terms)
            if guess.confidence >= rules.SAY and (said := _said(work, blueprint, question, guess.label)) is not None:
                name, value, label = said
                words = rules.explain(guess, learned.orders)
                found[question] = Suggestion(question, name, value, label, round(guess.confidence, 3), list(guess.because), words)
    return SuggestOut(
        learned.orders if learned else 0,
        learned.made_at if learned else None,
        [s for question, s in found.items() if question.startswith("fields.")],
        found.get("priority"),
        found.get("team"),
        _engineer(work, given, blueprint, {q.removeprefix("fields."): s.value for q, s in found.items()}),
    )


def _said(work: Work, blueprint: Compiled, question: str, label: str) -> tuple[Label, Any, Label] | None:
    """(name of the field, value as the order takes it, words of the value); None when it is not offered any more."""
    if question == "priority":
        return NAMES[question], int(label), PRIORITIES[label]
    if question == "team":
        row = work.one("select key, name, name_en from accounts_team where id = %s", [UUID(label)])
        return (NAMES[question], row[0], Label(row[1], row[2] or row[1])) if row else None
    field: Mapping[str, Any] | None = blueprint.form.fields.get(question.removeprefix("fields."))
    if field is None:
        return None
    path = label.split("/") if field["kind"] == "tree" else [label]
    words = rules.option(field.get("options") or (), path)
    value: Any = path if field["kind"] == "tree" else label
    return None if words is None else (Label(field["label"]["zh"], field["label"]["en"]), value, words)


def _engineer(work: Work, given: SuggestIn, blueprint: Compiled, suggested: dict[str, Any]) -> CandidateOut | None:
    """Who would get the order if it were dispatched now; None when nobody fits, or the kind of work is not known yet."""
    policy = blueprint.document.dispatch
    fields = {**suggested, **{k: v for k, v in given.fields.items() if v not in (None, "")}}
    if not can(work.actor, "dispatch.view") or (policy.skills_by and policy.skills_by not in fields):
        return None
    team = work.one("select id from accounts_team where key = %s", [policy.team]) if policy.team else None
    wanted = Wanted(
        team_id=team[0] if team else None, customer_id=given.customer_id, site_id=given.site_id, fields=fields,
        priority=given.priority, policy=policy,
    )  # fmt: skip
    return next((c for c in dispatch_queries.for_wanted(work, wanted) if c.fits), None)


def propose(work: Work, text: str) -> chats.Reading:
    """What a pasted chat proposes for a new order; words of colleagues propose nothing."""
    require(work.actor, "order.create")
    names = chats.speakers(text)
    known = work.read("select name from accounts_user where name = any(%s)", [names]) if names else []
    return chats.read(text, {r[0] for r in known})


def split(work: Work, text: str) -> SplitOut:
    """An address into its parts."""
    require(work.actor, "order.create")
    return SplitOut(*places.split(text))
