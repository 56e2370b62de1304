"""An order's past as conditions would have seen it, told from its ledger. Pure.

The ledger keeps what was said: values at creation, then each change. What it does not keep (a customer's tier then, how near a
deadline was) is taken as it is now; `conditions.forgotten` names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from gongdan.automation.conditions import Condition, context
from gongdan.automation.rules import last_tick, next_tick
from gongdan.automation.schemas import OnEvent, OnHeld, OnSchedule, Trigger

# facts that a ledger entry stands for, beside order.moved for every verb
FACTS: dict[str, tuple[str, ...]] = {
    "created": ("order.created",),
    "edited": ("order.edited",),
    "commented": ("order.commented",),
    "tagged": ("order.tagged",),
    "untagged": ("order.tagged",),
    "assign": ("order.moved", "order.assigned"),
    "transfer": ("order.moved", "order.assigned"),
    "claim": ("order.moved", "order.assigned"),
    "complete": ("order.moved", "order.completed"),
    "merge": ("order.merged",),
    "unmerge": ("order.unmerged",),
    "survey_answered": ("survey.answered",),
}
VERBS = frozenset("accept assign transfer claim start hold resume complete follow_up close reopen cancel move".split())
GIVES = frozenset({"assign", "transfer", "claim"})


class Entry(NamedTuple):
    """A ledger entry, or a deadline that turned: type, when, who, what."""

    type: str
    at: datetime
    actor_kind: str
    data: Mapping[str, Any]


class Moment(NamedTuple):
    """An order right after an entry: what was true, when, and the facts that happened with it."""

    at: datetime
    until: datetime
    values: dict[str, Any]
    facts: dict[str, dict[str, Any]]


class Firing(NamedTuple):
    """A rule would have acted."""

    at: datetime
    values: dict[str, Any]


def moments(
    now: Mapping[str, Any], entries: list[Entry], families: Mapping[str, str], teams: Mapping[str, str], end: datetime
) -> Iterator[Moment]:
    """The order after each entry, until the next one. `now`: its values today; `families`: of states; `teams`: keys by id."""
    values = {**now, "tags": _first_tags(now, entries)}
    opened = state_at = entries[0].at if entries else end
    for n, entry in enumerate(entries):
        if entry.type == "created":
            _begin(values, entry.data, families, teams)
        before = values.get("state")
        _apply(values, entry, families, teams)
        if values.get("state") != before:
            state_at = entry.at
        until = entries[n + 1].at if n + 1 < len(entries) else end
        values = {**values, "_opened": opened, "_state_at": state_at}
        yield Moment(entry.at, until, values, _facts(entry, before, values))


def _first_tags(now: Mapping[str, Any], entries: list[Entry]) -> list[str]:
    """The tags at the beginning: those of today, but for what the first entry about each says."""
    first: dict[str, str] = {}
    for entry in entries:
        if entry.type in ("tagged", "untagged"):
            first.setdefault(str(entry.data.get("tag")), entry.type)
    kept = [t for t in now.get("tags") or [] if first.get(t) != "tagged"]
    return [*kept, *(t for t, kind in first.items() if kind == "untagged" and t not in kept)]


def _begin(values: dict[str, Any], data: Mapping[str, Any], families: Mapping[str, str], teams: Mapping[str, str]) -> None:
    for key in [k for k in values if k.startswith("fields.")]:
        del values[key]
    values |= {f"fields.{k}": v for k, v in data.get("fields", {}).items()}
    values |= {k: data[k] for k in ("title", "state", "priority", "channel", "blueprint") if k in data}
    values |= {
        "family": families.get(str(values.get("state")), ""),
        "team": teams.get(str(data.get("team_id"))),
        "waiting_on": None,
        "has_assignee": False,
        "accepted": False,
        "reopened": 0,
        "handovers": 0,
    }


def _apply(values: dict[str, Any], entry: Entry, families: Mapping[str, str], teams: Mapping[str, str]) -> None:
    data = entry.data
    if entry.type == "edited":
        values |= {k: after for k, (_, after) in data.get("changed", {}).items() if k in values or k.startswith("fields.")}
    elif entry.type in ("tagged", "untagged"):
        rest = [t for t in values.get("tags") or [] if t != data.get("tag")]
        values["tags"] = [*rest, data.get("tag")] if entry.type == "tagged" else rest
    elif entry.type in ("sla.near", "sla.breached"):
        values["sla_state"] = entry.type[4:]
    if entry.type in GIVES:
        moved = any(data.get(f"before_{k}") not in (None, data.get(k)) for k in ("assignee_id", "team_id"))
        values["handovers"] = values.get("handovers", 0) + moved
        values |= {"has_assignee": data.get("assignee_id") is not None, "team": teams.get(str(data.get("team_id")))}
        values |= {"accepted": False, "waiting_on": None}
    if entry.type == "hold":
        values["waiting_on"] = data.get("waiting_on")
    elif entry.type in ("resume", "close", "cancel", "reopen", "move"):
        values["waiting_on"] = None
    if entry.type in ("accept", "start"):
        values["accepted"] = True
    if entry.type == "reopen":
        values["reopened"] = values.get("reopened", 0) + 1
    if data.get("to") in families and entry.type != "created":
        values |= {"state": data["to"], "family": families[data["to"]]}


def _facts(entry: Entry, before: Any, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    names = FACTS.get(entry.type) or (("order.moved",) if entry.type in VERBS else (entry.type,))
    data = entry.data
    found: dict[str, dict[str, Any]] = {name: {} for name in names}
    if "order.moved" in found:
        found["order.moved"] = {
            "verb": entry.type,
            "from_state": before,
            "to_state": data.get("to"),
            "waiting_on": values.get("waiting_on"),
        }
        if values.get("family") == "closed" and entry.type in ("close", "cancel", "move"):
            found["order.closed"] = {"cancelled": entry.type == "cancel"}
    if entry.type == "commented":
        found["order.commented"] = {"internal": data.get("internal"), "author_kind": entry.actor_kind}
    if entry.type == "edited":
        keys = sorted([*data.get("changed", {}), *data.get("sealed_keys", [])])
        found["order.edited"] = {"keys": keys, "priority": values.get("priority")}
    if entry.type in ("tagged", "untagged"):
        found["order.tagged"] = {"tag": data.get("tag"), "added": entry.type == "tagged"}
    if entry.type == "survey_answered":
        found["survey.answered"] = {"score": data.get("score")}
    if entry.type == "created":
        found["order.created"] = {k: values.get(k) for k in ("state", "priority", "channel")}
    return found


def firings(trigger: Trigger, program: Condition | None, past: Iterator[Moment], zone: str) -> list[Firing]:
    """When a rule would have acted on an order with this past."""
    if isinstance(trigger, OnEvent):
        return [
            Firing(m.at, values)
            for m in past
            if trigger.fact in m.facts
            and _holds(program, values := _at(m, m.at, m.facts[trigger.fact]), m.at, zone)
        ]  # fmt: skip
    if isinstance(trigger, OnHeld):
        return _held(trigger, program, past, zone)
    return _scheduled(trigger, program, past, zone)


def _held(trigger: OnHeld, program: Condition | None, past: Iterator[Moment], zone: str) -> list[Firing]:
    """Once for each stretch of time in which the condition held long enough."""
    found: list[Firing] = []
    since: datetime | None = None
    fired = False
    for moment in past:
        if not _holds(program, _at(moment, moment.at), moment.at, zone):
            since, fired = None, False
            continue
        since = since or moment.at
        due = since + timedelta(minutes=trigger.minutes)
        if not fired and due <= moment.until:
            fired = True
            found.append(Firing(due, _at(moment, due)))
    return found


def _scheduled(trigger: OnSchedule, program: Condition | None, past: Iterator[Moment], zone: str) -> list[Firing]:
    """The ticks while the order was open and the condition held; between two entries the first and the last tick are looked at."""
    found: list[Firing] = []
    for moment in past:
        if moment.values.get("family") == "closed":
            continue
        first = next_tick(trigger, moment.at, zone)
        if first is None or first > moment.until:
            continue
        for tick in dict.fromkeys((first, last_tick(trigger, first, moment.until, zone))):
            values = _at(moment, tick)
            if _holds(program, values, tick, zone):
                found.append(Firing(tick, values))
    return found


def _holds(program: Condition | None, values: Mapping[str, Any], at: datetime, zone: str) -> bool:
    return program is None or program.holds(values, context(at, zone))


def _at(moment: Moment, at: datetime, fact: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What was true at an instant of this moment."""
    values = dict(moment.values)
    opened, state_at = values.pop("_opened"), values.pop("_state_at")
    values["age_minutes"] = int((at - opened).total_seconds() // 60)
    values["in_state_minutes"] = int((at - state_at).total_seconds() // 60)
    if fact:
        values |= {f"fact.{k}": v for k, v in fact.items()}
    return values
