"""Shapes of the automation API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Short = Annotated[str, msgspec.Meta(max_length=100)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=60 * 24 * 90)]
Clock = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class OnEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="event", tag_field="kind"):
    """When a fact of an order happens ("order.created"); the catalogue lists them."""

    fact: Short


class OnSchedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="schedule", tag_field="kind"):
    """Every N minutes, daily at HH:MM, or by a cron line ("30 8 * * mon-fri") of the company's zone, over all open orders.

    Exactly one of the three; the line has five fields (see engines.schedules.cron).
    """

    every_minutes: Minutes | None = None
    daily_at: Clock | None = None
    cron: Short | None = None


class OnHeld(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="held", tag_field="kind"):
    """When the condition has held on an order for N minutes without a break."""

    minutes: Minutes


Trigger = OnEvent | OnSchedule | OnHeld


class Deed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb with its arguments; the catalogue has their schemas."""

    verb: Short
    args: dict[str, Any] = {}


Deeds = Annotated[list[Deed], msgspec.Meta(min_length=1, max_length=10)]
PerHour = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Rank = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class RuleIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule. `condition`: text of the expression language or its JSON tree; "" always holds. Lower `rank` first.

    `per_hour`: how often it may act on one order within an hour.
    """

    name: Name
    name_en: Short = ""
    rank: Rank = 100
    enabled: bool = False
    trigger: Trigger
    condition: str | dict[str, Any] = ""
    deeds: Deeds
    per_hour: PerHour = 20


class RuleEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changed parts of a rule; what is absent stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    name_en: Short | msgspec.UnsetType = msgspec.UNSET
    rank: Rank | msgspec.UnsetType = msgspec.UNSET
    enabled: bool | msgspec.UnsetType = msgspec.UNSET
    trigger: Trigger | msgspec.UnsetType = msgspec.UNSET
    condition: str | dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    deeds: Deeds | msgspec.UnsetType = msgspec.UNSET
    per_hour: PerHour | msgspec.UnsetType = msgspec.UNSET


class Warned(msgspec.Struct, frozen=True):
    """A warning that does not keep a rule from being saved; `rules`: the loop, each causing the next, the last the first."""

    code: str
    zh: str
    en: str
    rules: list[dict[str, str]] = []


class Counts(msgspec.Struct, frozen=True):
    """What a rule did in the last seven days."""

    done: int
    refused: int
    stopped: int
    last_at: datetime | None


class RunOut(msgspec.Struct, frozen=True):
    """A rule's run on an order: why (fact, values), in how long a chain of rules (`depth`), what each deed came to."""

    id: UUID
    rule_id: UUID
    rule_version: int
    rule_name: dict[str, str]
    order_id: UUID
    order_number: str
    fact: str
    fact_label: dict[str, str]
    depth: int
    outcome: str
    words: dict[str, str]
    values: dict[str, Any]
    deeds: list[dict[str, Any]]
    at: datetime


class RuleOut(msgspec.Struct, frozen=True):
    """A rule as stored, its condition as text, what it did lately and its newest trouble."""

    id: UUID
    key: str
    name: str
    name_en: str
    rank: int
    enabled: bool
    trigger: dict[str, Any]
    condition: Any
    condition_text: str
    deeds: list[dict[str, Any]]
    per_hour: int
    saved_by: UUID | None
    next_at: datetime | None
    version: int
    updated_at: datetime
    counts: Counts
    last_trouble: RunOut | None = None
    warnings: list[Warned] = []


class Checked(msgspec.Struct, frozen=True):
    """What is wrong with a rule, and what to mind; it can be saved when `problems` is empty."""

    problems: list[dict[str, Any]]
    warnings: list[Warned]
    condition_text: str


class Part(msgspec.Struct, frozen=True):
    """A part of a condition that all must hold, and whether it does."""

    text: str
    holds: bool


class NotYet(msgspec.Struct, frozen=True):
    """A rule that has not run on the order: whether its condition holds as the order is now, part by part, with the values read."""

    rule_id: UUID
    rule_name: dict[str, str]
    trigger: dict[str, Any]
    holds: bool
    parts: list[Part]
    values: dict[str, Any]
    since: datetime | None
    due_at: datetime | None


class OfOrder(msgspec.Struct, frozen=True):
    """Which rules ran on an order, newest first, and which did not and why. `others` comes with the first page only."""

    runs: list[RunOut]
    next: str | None
    others: list[NotYet]


class Try(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dry run: a saved rule, or one that is not, over the orders opened in [from, to)."""

    rule_id: UUID | None = None
    rule: RuleIn | None = None
    from_at: datetime
    to_at: datetime


class Sample(msgspec.Struct, frozen=True):
    """An order on which the rule would have acted: when first, how often, and the values that decided."""

    order_id: UUID
    number: str
    title: str
    at: datetime
    times: int
    values: dict[str, Any]


class DryRunOut(msgspec.Struct, frozen=True):
    """A dry run: progress (`done` of `total` orders) and what was found. `unknown`: values that nobody can know of the past."""

    id: UUID
    state: str
    rule_id: UUID | None
    name: str
    from_at: datetime
    to_at: datetime
    total: int
    done: int
    matched: int
    firings: int
    would: list[dict[str, Any]]
    unknown: list[str]
    samples: list[Sample]
    created_at: datetime
    finished_at: datetime | None


class FieldOut(msgspec.Struct, frozen=True):
    """A value that conditions can read."""

    key: str
    type: str
    zh: str
    en: str
    moves: bool  # changes by time alone
    past: bool  # known of the past, for dry runs


class FactOut(msgspec.Struct, frozen=True):
    """A fact that can trigger a rule, and the values it brings (`fact.…`)."""

    key: str
    zh: str
    en: str
    fields: dict[str, str]


class VerbOut(msgspec.Struct, frozen=True):
    """A verb that rules can say: its arguments as JSON Schema and whether the reader may use it in a rule."""

    key: str
    zh: str
    en: str
    schema: dict[str, Any]


class Catalogue(msgspec.Struct, frozen=True):
    """Everything a rule can be made of."""

    facts: list[FactOut]
    fields: list[FieldOut]
    verbs: list[VerbOut]
    most_depth: int
