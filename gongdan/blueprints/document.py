"""The blueprint document: what it may say. Data only; `compiled.py` turns it into decisions.

`lifecycle` parts (states, transitions) say where an order may stand and which verb moves it; `flow` is the tree of work inside
it (tasks, approvals, branches …); verbs like hold, cancel or reopen are listed as transitions, not drawn as edges.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.\-]{1,60}$")]
StateKey = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Family = Literal["waiting", "working", "resolved", "closed"]
WaitingOn = Literal["us", "customer", "vendor", "parts", "nobody"]
FAMILY_NUMBERS: dict[str, int] = {"waiting": 1, "working": 2, "resolved": 3, "closed": 4}
FAMILY_NAMES = {n: f for f, n in FAMILY_NUMBERS.items()}
PAUSED = ("resolve",)  # what waiting pauses unless the blueprint says otherwise
VERBS = (
    "accept",
    "assign",
    "claim",
    "transfer",
    "start",
    "hold",
    "resume",
    "complete",
    "follow_up",
    "close",
    "reopen",
    "cancel",
    "move",
)


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words in Chinese and English."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state of the order; its family fixes the colour."""

    key: StateKey
    label: Label
    family: Family
    icon: str = ""
    waiting_on: WaitingOn = "us"
    cancelled: bool = False


class Transition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verb that may be said in `from` and leads `to` ("=" keeps the state; a list only for `move`)."""

    verb: Key
    from_: list[StateKey] = msgspec.field(name="from")
    to: StateKey | list[StateKey]
    when: Any = None
    message: Label | None = None
    require: list[str] = []
    do: list[dict[str, Any]] = []
    label: Label | None = None


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time limit in working minutes per priority "1".."4", stopped by verbs or by reaching a family."""

    key: Key
    label: Label
    minutes: dict[str, Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]]
    stops_on: list[str]


class Sla(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The clock: which calendar, which targets, which kinds of waiting pause it."""

    calendar: Key
    targets: list[Target]
    pauses_on: tuple[WaitingOn, ...] = ("customer",)
    pauses: tuple[str, ...] = PAUSED


class Dispatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who gets the order: automatically, by claim from the team's queue, or by hand."""

    mode: Literal["auto", "claim", "manual"] = "manual"
    team: str = ""
    skills_by: str = ""
    skills: dict[str, dict[str, int]] = {}
    duration_minutes: int = 60


class Portal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public form: on or off, which form fields it shows, its words."""

    enabled: bool = False
    fields: list[str] = []
    intro: Label | None = None


class Survey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Satisfaction survey after completion."""

    enabled: bool = False
    reasons: list[Label] = []


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a blueprint."""

    schema: Literal[1] = 1
    key: Key
    prefix: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{1,8}$")]
    name: Label
    description: Label | None = None
    initial: StateKey
    states: Annotated[list[State], msgspec.Meta(min_length=1, max_length=100)]
    transitions: Annotated[list[Transition], msgspec.Meta(max_length=500)]
    form: dict[str, Any] = {}
    flow: dict[str, Any] | None = None
    sla: Sla | None = None
    dispatch: Dispatch = Dispatch()
    portal: Portal = Portal()
    survey: Survey = Survey()


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that keeps a blueprint from being published: where, and what to do."""

    path: str
    code: str
    zh: str
    en: str
