"""Shapes of the orders API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Priority = Annotated[int, msgspec.Meta(ge=1, le=4)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[^\s,#\x00]+$")]
Lng = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Lat = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Waiting = Literal["customer", "vendor", "parts", "us"]


class NewOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new order. Clients may make the `id`; `external_key` makes imports repeatable."""

    blueprint: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    title: Title
    id: UUID | None = None
    description: Text = ""
    priority: Priority = 3
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    site_id: UUID | None = None
    asset_id: UUID | None = None
    contact_name: Short = ""
    contact_phone: Short = ""
    address: Annotated[str, msgspec.Meta(max_length=500)] = ""
    lng: Lng | None = None
    lat: Lat | None = None
    fields: dict[str, Any] = {}
    team: Short = ""
    channel: Annotated[str, msgspec.Meta(max_length=40)] = "console"
    tags: Annotated[list[Tag], msgspec.Meta(max_length=20)] = []
    files: Annotated[list[UUID], msgspec.Meta(max_length=50)] = []
    external_key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    occurred_at: datetime | None = None
    state: Annotated[str, msgspec.Meta(max_length=60)] = ""


class Receipt(msgspec.Struct, frozen=True):
    """What every write answers."""

    id: UUID
    number: str
    state: str
    family: str
    version: int
    assignee_id: UUID | None
    team_id: UUID | None
    occurred_at: datetime


class Edit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changed values; what is absent stays."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    description: Text | msgspec.UnsetType = msgspec.UNSET
    priority: Priority | msgspec.UnsetType = msgspec.UNSET
    customer_id: UUID | None | msgspec.UnsetType = msgspec.UNSET
    contact_id: UUID | None | msgspec.UnsetType = msgspec.UNSET
    site_id: UUID | None | msgspec.UnsetType = msgspec.UNSET
    asset_id: UUID | None | msgspec.UnsetType = msgspec.UNSET
    contact_name: Short | msgspec.UnsetType = msgspec.UNSET
    contact_phone: Short | msgspec.UnsetType = msgspec.UNSET
    address: Short | msgspec.UnsetType = msgspec.UNSET
    fields: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class Say(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verb without arguments of its own."""

    note: Text = ""
    occurred_at: datetime | None = None


class Assign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who gets the order: a person, a team, or both."""

    assignee_id: UUID | None = None
    team_id: UUID | None = None
    reason: Text = ""
    occurred_at: datetime | None = None


class Hold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put on hold: on whom we wait and why; `resume_at` resumes by itself."""

    waiting_on: Waiting
    reason: Reason
    resume_at: datetime | None = None
    occurred_at: datetime | None = None


class Complete(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work done; last values of fields may come along."""

    note: Text = ""
    fields: dict[str, Any] = {}
    occurred_at: datetime | None = None


class FollowUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A follow-up call: its result in words."""

    result: Text = ""
    note: Text = ""
    occurred_at: datetime | None = None


class Because(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verb that needs a reason."""

    reason: Reason
    occurred_at: datetime | None = None


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Replay: move to a named state; `team` by key, `data` carried into the ledger."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    data: dict[str, str | int | bool | None] = {}
    occurred_at: datetime | None = None


class Observe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recorded observation that changes no state."""

    data: dict[str, str | int | bool | None]
    occurred_at: datetime | None = None


class NewComment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reply or an internal note, perhaps with files."""

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    internal: bool = False
    files: Annotated[list[UUID], msgspec.Meta(max_length=50)] = []
    mentions: Annotated[list[UUID], msgspec.Meta(max_length=50)] = []
    occurred_at: datetime | None = None


class Origin(msgspec.Struct, frozen=True):
    """The order on which something was written that is shown here too."""

    id: UUID
    number: str


class CommentOut(msgspec.Struct, frozen=True):
    """A comment; with `origin` when it was written on another order."""

    id: UUID
    author_id: UUID | None
    author_kind: str
    author_name: str
    internal: bool
    body: str
    occurred_at: datetime
    origin: Origin | None = None


class TagIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tag."""

    tag: Tag


class LinkIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relation to another order."""

    other_id: UUID
    kind: Literal["related", "duplicate", "parent", "child"] = "related"


class AttachIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An uploaded file to attach."""

    file_id: UUID
    kind: Short = "file"
    internal: bool = False


class MergeIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Merge into another order; its version as the person saw it."""

    into: UUID
    into_version: int
    reason: Reason


class UnmergeIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Undo a merge."""

    reason: Text = ""


class SplitIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new order out of a part of this one; what is not said is as on this one.

    `comment_ids`, `file_ids`: what is shown on the new one too.
    """

    title: Title
    description: Text = ""
    blueprint: Short = ""
    comment_ids: Annotated[list[UUID], msgspec.Meta(max_length=200)] = []
    file_ids: Annotated[list[UUID], msgspec.Meta(max_length=50)] = []
    fields: dict[str, Any] = {}
    priority: Priority | None = None
    team: Short | None = None
    keep_customer: bool = True
    keep_asset: bool = True
    link: Literal["child", "related"] = "child"
    reason: Text = ""


class ReshapeOut(msgspec.Struct, frozen=True):
    """A merge or split, or its undoing: the order that goes or came, the one it concerns, and until when it can be undone."""

    id: UUID
    order: Receipt
    other: Receipt
    undo_until: datetime | None


class TaskDone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finished task: ticked checklist keys and an outcome."""

    checklist: list[str] = []
    outcome: Short = "done"
    note: Text = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vote in an approval."""

    decision: Literal["approve", "reject"]
    note: Text = ""


class Cause(msgspec.Struct, frozen=True):
    """Why an entry is there when no person did it by hand. `link`: the API path that explains, or empty."""

    kind: str  # dispatch | clock | rule | job | customer
    name: str
    zh: str
    en: str
    link: str = ""


class EventOut(msgspec.Struct, frozen=True):
    """An entry of the timeline. `run`: the same for all that one operation or one job run did."""

    id: UUID
    seq: int
    type: str
    actor_id: UUID
    actor_kind: str
    actor_name: str
    occurred_at: datetime
    recorded_at: datetime
    text: dict[str, str]
    data: dict[str, Any]
    run: str = ""
    cause: Cause | None = None


class SetPriority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another priority."""

    priority: Priority


Ids = Annotated[list[UUID], msgspec.Meta(max_length=10_000)]
Filter = dict[str, str]


class BulkIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One verb over many orders: those of `ids`, all that match `filter` but `except`, or what was refused in `retry_of`."""

    ids: Ids = []
    filter: Filter | None = None
    except_: Ids = msgspec.field(default_factory=list, name="except")
    retry_of: UUID | None = None
    verb: Short
    args: dict[str, Any] = {}


class BulkResult(msgspec.Struct, frozen=True):
    """What became of one order of a bulk run."""

    id: UUID
    number: str
    ok: bool
    code: str | None = None
    zh: str | None = None
    en: str | None = None


class BulkOut(msgspec.Struct, frozen=True):
    """A bulk run and its progress; `results` are the refused ones first, at most 500. `undo`: whether it can be taken back."""

    job_id: UUID
    state: str
    total: int
    done: int
    results: list[BulkResult]
    verb: str
    args: dict[str, Any]
    refused: int
    capped: bool
    undo: bool
    undo_of: UUID | None
    created_at: datetime
    finished_at: datetime | None


class ExportIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list as a file: columns as the list names them, of `ids` or of all that match `filter`."""

    format: Literal["csv", "xlsx"]
    columns: Annotated[list[Short], msgspec.Meta(min_length=1, max_length=60)]
    filter: Filter = {}
    ids: Ids = []


class ExportOut(msgspec.Struct, frozen=True):
    """An export and its progress; `file_id` when it is ready."""

    id: UUID
    state: str
    format: str
    total: int
    done: int
    file_id: UUID | None
    created_at: datetime
    finished_at: datetime | None


class Look(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a saved list looks: widths in pixels by column, `frozen` columns stay while the others scroll."""

    layout: Literal["table", "calendar", "map"] = "table"
    group: Short = ""
    density: Literal["", "compact", "normal", "roomy"] = ""
    widths: Annotated[dict[str, Annotated[int, msgspec.Meta(ge=40, le=2_000)]], msgspec.Meta(max_length=60)] = {}
    frozen: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0


class BothWords(msgspec.Struct, frozen=True):
    """A name in both languages."""

    zh: str
    en: str


class OrderGroup(msgspec.Struct, frozen=True):
    """Orders with the same value; `filter` lists them."""

    value: str
    label: BothWords | None
    count: int
    filter: Filter


class OrderGroups(msgspec.Struct, frozen=True):
    """The groups of a list. `capped`: only the newest 10 000 were counted; `more`: groups not listed."""

    groups: list[OrderGroup]
    capped: bool
    more: int


class OrderDay(msgspec.Struct, frozen=True):
    """A day with orders: how many, and the first of them."""

    day: str
    count: int
    items: list[dict[str, Any]]


class OrderDays(msgspec.Struct, frozen=True):
    """Days that have orders. `capped`: more than 10 000 in all, the later ones are not counted."""

    days: list[OrderDay]
    capped: bool


class OrderCluster(msgspec.Struct, frozen=True):
    """Orders near each other: their middle (degrees, WGS-84), how many, how many overdue; one alone comes whole."""

    lng: float
    lat: float
    count: int
    late: int
    order: dict[str, Any] | None


class OrderMap(msgspec.Struct, frozen=True):
    """What is in a box of the map. `capped`: there are more than 20 000, not all are shown."""

    clusters: list[OrderCluster]
    capped: bool


class VocabularyState(msgspec.Struct, frozen=True):
    """A state that orders may be in."""

    key: str
    label: BothWords
    family: str


class VocabularyStep(msgspec.Struct, frozen=True):
    """A step of a flow that orders may wait in."""

    key: str
    label: BothWords


class VocabularyField(msgspec.Struct, frozen=True):
    """A custom field that lists know, and the blueprints that have it."""

    key: str
    kind: str
    label: BothWords
    options: list[dict[str, Any]]
    blueprints: list[str]
    personal: bool


class Vocabulary(msgspec.Struct, frozen=True):
    """What lists can be filtered by beyond the fixed columns."""

    states: list[VocabularyState]
    steps: list[VocabularyStep]
    fields: list[VocabularyField]


class ViewIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A saved view. With an `id` made by the client, one that was deleted comes back as it was."""

    id: UUID | None = None
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    scope: Literal["personal", "team", "global"] = "personal"
    team_id: UUID | None = None
    filters: dict[str, str] = {}
    sort: Short = "-created"
    columns: Annotated[list[Short], msgspec.Meta(max_length=60)] = []
    look: Look = Look()


class ViewEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changed parts of a saved view; what is absent stays."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | msgspec.UnsetType = msgspec.UNSET
    scope: Literal["personal", "team", "global"] | msgspec.UnsetType = msgspec.UNSET
    team_id: UUID | None | msgspec.UnsetType = msgspec.UNSET
    filters: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    sort: Short | msgspec.UnsetType = msgspec.UNSET
    columns: Annotated[list[Short], msgspec.Meta(max_length=60)] | msgspec.UnsetType = msgspec.UNSET
    look: Look | msgspec.UnsetType = msgspec.UNSET


class ViewOut(msgspec.Struct, frozen=True):
    """A saved view as stored."""

    id: UUID
    name: str
    scope: str
    owner_id: UUID
    team_id: UUID | None
    filters: dict[str, str]
    sort: str
    columns: list[str]
    look: Look
    version: int
