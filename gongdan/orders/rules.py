"""Pure decisions of orders: what a verb needs, what it changes, what the receipt says."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from gongdan.blueprints.document import FAMILY_NAMES
from gongdan.engines.expressions.compiler import Context
from gongdan.engines.forms.schema import Form
from gongdan.orders.rows import OrderRow
from gongdan.orders.schemas import Receipt

# what a person is asked for when they say the verb; the console builds its small forms from it
NEEDS: dict[str, list[str]] = {
    "accept": [],
    "assign": ["assignee", "team"],
    "claim": [],
    "transfer": ["assignee", "team", "reason"],
    "start": [],
    "hold": ["waiting_on", "reason", "resume_at"],
    "resume": [],
    "complete": ["note"],
    "follow_up": ["result", "note"],
    "close": ["note"],
    "reopen": ["reason"],
    "cancel": ["reason"],
    "move": ["to"],
}
LABELS: dict[str, tuple[str, str]] = {
    "accept": ("受理", "Accept"),
    "assign": ("派单", "Assign"),
    "claim": ("抢单", "Claim"),
    "transfer": ("转派", "Transfer"),
    "start": ("开始服务", "Start"),
    "hold": ("挂起", "Put on hold"),
    "resume": ("恢复", "Resume"),
    "complete": ("完成服务", "Complete"),
    "follow_up": ("转回访", "Follow up"),
    "close": ("关闭", "Close"),
    "reopen": ("重新打开", "Reopen"),
    "cancel": ("取消", "Cancel"),
    "move": ("变更状态", "Move"),
}
# the next likely step first
PRIMARY = ("claim", "accept", "assign", "start", "resume", "complete", "follow_up", "close")
# verbs that are refused while the order is on hold: it must be resumed, or given up
RESUME_FIRST = frozenset({"start", "complete", "follow_up"})
# a state change that ends the waiting
ENDS_HOLD = frozenset({"assign", "claim", "transfer", "close", "cancel", "reopen", "move"})


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def form_context(at: datetime, zone: str) -> Context:
    """The expression context of an instant in a person's zone."""
    local: date = at.astimezone(_zone(zone)).date()
    return Context(now=at, today=local, zone=zone)


def receipt(row: OrderRow, occurred_at: datetime) -> Receipt:
    """What a write answers."""
    return Receipt(
        row.id,
        row.number,
        row.state,
        FAMILY_NAMES[row.family],
        row.version,
        row.assignee_id,
        row.team_id,
        occurred_at,
    )


def condition_values(row: OrderRow, form: Form) -> dict[str, object]:
    """What conditions of transitions and branches may look at: custom fields, and base fields by name."""
    return {
        **form.typed(row.fields),
        "title": row.title,
        "priority": row.priority,
        "channel": row.channel,
        "state": row.state,
        "reopened": row.reopened,
        "handovers": row.handovers,
        "has_assignee": row.assignee_id is not None,
    }


def held_blocks(row: OrderRow, verb: str) -> bool:
    """Whether the hold must end before `verb`."""
    return row.waiting_on is not None and verb in RESUME_FIRST


def stamp(row: OrderRow, verb: str, family_before: int, at: datetime) -> None:
    """Set the instants that a verb or a change of family stands for."""
    if verb == "accept" and row.accepted_at is None:
        row.accepted_at = at
    if verb == "start" or (row.family == 2 and family_before == 1):
        row.started_at = row.started_at or at
        row.accepted_at = row.accepted_at or at
    if row.family == 3 and family_before < 3:
        row.resolved_at = at
    if row.family == 4 and family_before < 4:
        row.closed_at = at
        row.resolved_at = row.resolved_at or at
    if row.family < 3 <= family_before:
        row.reopened += 1
        row.resolved_at = None
        row.closed_at = None


def primary(verbs: list[str], has_assignee: bool, mine: bool) -> str | None:  # noqa: FBT001 – facts of the order
    """The verb to offer first: the next step of the flow for this person."""
    order = [v for v in PRIMARY if v in verbs]
    if has_assignee:  # giving it to somebody else is possible, but not what comes next
        order = [v for v in order if v not in ("claim", "assign")]
    if has_assignee and not mine and "accept" in order:
        order.remove("accept")
    return order[0] if order else None
