"""Between an order and the flow engine: start, verbs that finish tasks, votes, and what the flow asks for in return."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from gongdan.blueprints.compiled import Compiled
from gongdan.engines.flows import engine
from gongdan.engines.flows.engine import Step, Token
from gongdan.kernel.errors import Conflict, NotAllowed
from gongdan.kernel.events import emit
from gongdan.kernel.hooks import Blocker
from gongdan.kernel.messages import Words
from gongdan.orders.events import TaskOpened
from gongdan.orders.rows import OpenOrder
from gongdan.orders.rules import condition_values

# verbs that say "the work is done": they wait for required tasks and approvals
FINISHING = frozenset({"complete"})
ENDING = frozenset({"close", "cancel"})


def start(opened: OpenOrder, at: datetime) -> None:
    """Start the blueprint's flow for a new order."""
    flow = opened.blueprint.flow
    if flow is not None:
        _apply(opened, engine.start(flow, condition_values(opened.row, opened.blueprint.form), at, opened.work.new_id), at)


def after_verb(opened: OpenOrder, verb: str, at: datetime) -> None:
    """Tell the flow that a verb was said: tasks `done_by` it are finished; closing ends everything."""
    flow = opened.blueprint.flow
    if flow is None:
        return
    if verb in ENDING and opened.row.family == 4:
        _apply(opened, engine.cancel_all(flow, opened.tokens, at), at)
        return
    _apply(
        opened,
        engine.event(flow, opened.tokens, verb, condition_values(opened.row, opened.blueprint.form), at, opened.work.new_id),
        at,
    )


def set_aside(opened: OpenOrder, at: datetime) -> None:
    """End all open tokens because the order was merged."""
    flow = opened.blueprint.flow
    if flow is not None:
        _apply(opened, engine.cancel_all(flow, opened.tokens, at), at)


def take_up(opened: OpenOrder, token: Token) -> None:
    """Open a token again as it was before it was set aside."""
    opened.put_token(token, _limit(opened.blueprint, token))


def finish(opened: OpenOrder, token: Token, outcome: str, at: datetime) -> None:
    """A person finished a task."""
    flow = opened.blueprint.flow
    if flow is None:
        raise Conflict("token_unknown")
    actor = str(opened.work.actor.id)
    values = condition_values(opened.row, opened.blueprint.form)
    _apply(opened, _legal(engine.complete, flow, opened, token, outcome, values, at, actor), at)


def vote(opened: OpenOrder, token: Token, decision: str, voters: Iterable[str], at: datetime) -> None:
    """A person decided an approval, as themselves or in a role."""
    flow = opened.blueprint.flow
    if flow is None:
        raise Conflict("token_unknown")
    voter = str(opened.work.actor.id)
    if any(v.voter == voter for v in token.votes):
        raise Conflict("voted_already")
    values = condition_values(opened.row, opened.blueprint.form)
    for index, rule in enumerate(approvers(opened.blueprint, token)):
        if not set(voters) & {f"{k}:{v}" for k, v in rule.items()}:
            continue
        step = engine.vote(flow, opened.tokens, token.id, voter, decision, values, at, opened.work.new_id, seat=index)
        _apply(opened, step, at)
        return
    raise NotAllowed("not_your_turn")


def _legal(
    function: Any,
    flow: Any,
    opened: OpenOrder,
    token: Token,
    outcome: str,
    values: Any,
    at: datetime,
    actor: str,
) -> Step:
    try:
        step: Step = function(flow, opened.tokens, token.id, outcome, values, at, opened.work.new_id, actor)
    except engine.FlowError as error:
        raise Conflict("token_unknown", reason=error.code) from None
    return step


def approvers(blueprint: Compiled, token: Token) -> list[dict[str, str]]:
    """The person rules of an approval node."""
    block = node(blueprint, token.node_key)
    return list(block.get("approvers", []))


def node(blueprint: Compiled, key: str) -> dict[str, Any]:
    """The block of a node key in the document."""
    return _find(blueprint.document.flow or {}, key) or {}


def _find(block: dict[str, Any], key: str) -> dict[str, Any] | None:
    if block.get("key") == key:
        return block
    inner: list[dict[str, Any]] = [*block.get("blocks", []), *block.get("else", [])]
    for case in block.get("cases", []):
        inner += case.get("blocks", [])
    for branch in block.get("branches", []):
        inner += branch
    for child in inner:
        found = _find(child, key)
        if found is not None:
            return found
    return None


def _apply(opened: OpenOrder, step: Step, at: datetime) -> None:
    for token in [*step.closed, *step.created]:
        opened.put_token(token, _limit(opened.blueprint, token))
    for token in step.created:
        kind = node(opened.blueprint, token.node_key).get("kind")
        if token.state == "open" and kind in ("task", "approval"):
            emit(opened.work, TaskOpened(order_id=opened.row.id, token_id=token.id, node=token.node_key))


def _limit(blueprint: Compiled, token: Token) -> datetime | None:
    minutes = node(blueprint, token.node_key).get("limit_minutes")
    return token.entered_at + timedelta(minutes=minutes) if minutes and token.state == "open" else None


def blockers(opened: OpenOrder, verb: str) -> list[Blocker]:
    """Open approvals and required tasks that a finishing verb has to wait for."""
    if verb not in FINISHING or opened.blueprint.flow is None:
        return []
    found: list[Blocker] = []
    for token in opened.tokens:
        block = node(opened.blueprint, token.node_key)
        if block.get("done_by") == verb or block.get("kind") not in ("task", "approval"):
            continue
        code = "approval_open" if block["kind"] == "approval" else "task_open"
        label = block.get("label", {})
        words = Words(label.get("zh", token.node_key), label.get("en", token.node_key))
        found.append(Blocker(code=code, values={"label": words}, link=f"tokens.{token.id}"))
    return found


def token_view(blueprint: Compiled, token: Token, names: dict[str, str]) -> dict[str, Any]:
    """A token as people see it: what, since when, by when, and whose."""
    block = node(blueprint, token.node_key)
    return {
        "id": token.id,
        "node": token.node_key,
        "kind": block.get("kind", ""),
        "label": block.get("label", {"zh": token.node_key, "en": token.node_key}),
        "state": token.state,
        "owner": block.get("owner") or block.get("approvers"),
        "checklist": block.get("checklist", []),
        "entered_at": token.entered_at,
        "limit_at": _limit(blueprint, token),
        "votes": [{"voter": v.voter, "name": names.get(v.voter, ""), "decision": v.decision} for v in token.votes],
    }
