"""Pure decisions of onboarding: the steps of the tours, and the stories of the sample orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

# Each step is done when the ledger of the exercise order says so of this person, or, for the simulated others, at all.
TOURS: dict[str, tuple[str, ...]] = {
    "agent": ("create", "assign", "reply", "answered", "note", "close"),
    "dispatcher": ("assign", "transfer", "reply", "answered", "hold", "resume"),
    "engineer": ("accept", "start", "reply", "answered", "hold", "resume", "complete"),
    "manager": ("create", "assign", "start", "note", "complete", "close"),
    "partner": ("accept", "start", "reply", "answered", "complete"),
    "admin": ("create", "assign", "start", "complete", "rated", "close"),
}
TAKEN = {"assign", "claim", "transfer"}


class Entry(msgspec.Struct, frozen=True):
    """What a tour needs of a ledger entry."""

    type: str
    mine: bool
    person: bool
    internal: bool


def seen(step: str, entries: Iterable[Entry]) -> bool:
    """Whether the entries of the exercise order show that `step` was done."""
    match step:
        case "create":
            return any(e.type == "created" and e.mine for e in entries)
        case "reply":
            return any(e.type == "commented" and e.mine and not e.internal for e in entries)
        case "note":
            return any(e.type == "commented" and e.mine and e.internal for e in entries)
        case "answered":
            return any(e.type == "commented" and not e.person for e in entries)
        case "rated":
            return any(e.type == "survey_answered" for e in entries)
        case "assign":
            return any(e.type in TAKEN and (e.mine or not e.person) for e in entries)  # some blueprints dispatch by themselves
    return any(e.type == step and e.mine for e in entries)


def done(role: str, entries: Sequence[Entry], kept: Mapping[str, object]) -> list[str]:
    """The steps of a role that are done: those kept, and those that the ledger shows now."""
    return [s for s in TOURS[role] if s in kept or seen(s, entries)]


class Plan(msgspec.Struct, frozen=True):
    """A sample order's story: opened `ago` minutes before now, then a step every `pace` minutes. `service`: on the general form."""

    ago: int
    pace: int
    steps: tuple[str, ...]
    service: bool = False
    priority: int = 3


HOUR = 60
_KINDS: tuple[Plan, ...] = (
    Plan(70 * HOUR, 55, ("assign", "accept", "start", "complete", "rate", "close")),
    Plan(40, 10, (), service=True),
    Plan(90, 20, ("assign", "accept")),
    Plan(3 * HOUR, 25, ("assign", "accept", "start", "reply")),
    Plan(5 * HOUR, 30, ("assign", "start", "hold")),
    Plan(6 * HOUR, 40, ("assign", "accept", "start", "complete")),
    Plan(26 * HOUR, 50, ("assign", "accept", "start", "complete", "rate", "follow_up")),
    Plan(120 * HOUR, 60, ("assign", "start", "answer", "complete", "close")),
    Plan(30 * HOUR, 20, ("cancel",), service=True),
    Plan(44 * HOUR, 10, (), service=True, priority=2),
)
EACH = 4
PER_STEP = 8


def plans() -> list[Plan]:
    """The forty sample orders, oldest kinds spread over two weeks."""
    found = []
    for turn in range(EACH):
        for kind in _KINDS:
            later = turn * (48 * HOUR if kind.ago > 24 * HOUR else 7)
            found.append(Plan(kind.ago + later, kind.pace, kind.steps, kind.service, kind.priority))
    return found


def fill_steps() -> int:
    """How many jobs the sample data takes: one for people and customers, the others for orders."""
    return 1 + -(-len(plans()) // PER_STEP)
