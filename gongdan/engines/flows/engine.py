"""Walking a flow: pure steps from tokens to tokens.

A token stands on a task, an approval, a wait, or an open parallel block. A step says which tokens are new or changed, which
commands the flow gives (automation verbs, states to enter), and whether the flow has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from gongdan.engines.expressions.compiler import Context
from gongdan.engines.expressions.syntax import ExpressionError
from gongdan.engines.flows.definition import LEAVES, Flow, Node

NewId = Callable[[], UUID]


class FlowError(Exception):
    """A step that is not possible: token_unknown, token_closed, not_an_approval, seat_unknown, seat_taken, voted_already."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Vote:
    """A decision in an approval: who, for which seat, and what."""

    voter: str
    seat: int
    decision: str  # approve | reject
    at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """Where the flow stands. `branches_done`: finished branches of an open parallel block."""

    id: UUID
    node_key: str
    state: str  # open | done | cancelled
    entered_at: datetime
    done_at: datetime | None = None
    outcome: str | None = None
    votes: tuple[Vote, ...] = ()
    branches_done: tuple[int, ...] = ()


@dataclass(slots=True)
class Step:
    """What a step brings about."""

    created: list[Token] = field(default_factory=list)
    closed: list[Token] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    finished: bool = False


class _Walk:
    """One step under way: open tokens by node key, and everything that changed."""

    def __init__(
        self,
        flow: Flow,
        tokens: Iterable[Token],
        values: Mapping[str, object],
        at: datetime,
        new_id: NewId,
    ) -> None:
        self.flow = flow
        self.values = values
        self.at = at
        self.new_id = new_id
        self.open: dict[str, Token] = {t.node_key: t for t in tokens if t.state == "open"}
        self.before = {t.id for t in self.open.values()}
        self.changed: dict[UUID, Token] = {}
        self.commands: list[dict[str, Any]] = []
        self.finished = False

    def token(self, token_id: UUID) -> Token:
        for token in self.open.values():
            if token.id == token_id:
                return token
        raise FlowError("token_unknown")

    def put(self, token: Token) -> None:
        self.changed[token.id] = token
        if token.state == "open":
            self.open[token.node_key] = token
        else:
            self.open.pop(token.node_key, None)

    def close(self, token: Token, state: str, outcome: str | None) -> None:
        self.put(replace(token, state=state, done_at=self.at, outcome=outcome))

    def create(self, node: Node) -> None:
        self.put(Token(self.new_id(), node.key, "open", self.at))

    def enter(self, node: Node) -> None:
        """Go to `node`, and on from it as far as nobody has to do anything."""
        self._go([(node, False)])

    def leave(self, node: Node) -> None:
        """`node` is done: go on after it."""
        self._go([(node, True)])

    def _go(self, ways: list[tuple[Node, bool]]) -> None:
        """Follow (node, whether it is done), the last one first: no recursion, a flow may have hundreds of blocks in a row."""
        while ways:
            node, done = ways.pop()
            ways += self._after(node) if done else self._into(node)

    def _into(self, node: Node) -> list[tuple[Node, bool]]:
        parent = node.parent
        if parent is not None and parent.kind == "parallel" and parent.key not in self.open:
            return []  # join any: an empty branch has ended it already
        state = node.block.get("state")
        if state:
            self.commands.append({"enter_state": state, "node": node.key})
        if node.kind in LEAVES:
            self.create(node)
            return []
        if node.kind == "sequence":
            return [(node.children[0], False)] if node.children else [(node, True)]
        if node.kind == "branch":
            return [(node.children[self.choose(node)], False)]
        if node.kind == "parallel":
            self.create(node)
            return [(child, False) for child in reversed(node.children)]
        self.commands += [{"node": node.key, **command} for command in node.block["do"]]
        return [(node, True)]

    def _after(self, node: Node) -> list[tuple[Node, bool]]:
        parent = node.parent
        if parent is None:
            self.finished = True
            return []
        if parent.kind == "sequence" and node.position + 1 < len(parent.children):
            return [(parent.children[node.position + 1], False)]
        if parent.kind == "parallel" and not self.join(parent, node.position):
            return []
        return [(parent, True)]

    def choose(self, node: Node) -> int:
        """The first case that holds; a condition that cannot be computed does not hold; else otherwise."""
        context = Context(now=self.at, today=self.at.date())
        context.today = self.at.astimezone(ZoneInfo(context.zone)).date()
        for index, condition in enumerate(node.conditions):
            try:
                if condition.evaluate(self.values, context) is True:
                    return index
            except ExpressionError:
                continue
        return len(node.conditions)

    def join(self, parallel: Node, position: int) -> bool:
        """A branch has come to its end: whether the parallel block is done with that."""
        token = self.open.get(parallel.key)
        if token is None:
            return False
        done = (*token.branches_done, position)
        if not joined(parallel, done):
            self.put(replace(token, branches_done=done))
            return False
        self.cancel_below(parallel)
        self.close(replace(token, branches_done=done), "done", "joined")
        return True

    def cancel_below(self, node: Node, first_child: int = 0) -> None:
        stack = list(node.children[first_child:])
        while stack:
            current = stack.pop()
            token = self.open.get(current.key)
            if token is not None:
                self.close(token, "cancelled", None)
            stack.extend(current.children)

    def return_to(self, node: Node, target_key: str) -> None:
        """Back to an earlier block: everything after it in that sequence is cancelled, then it begins anew."""
        target = self.flow.by_key[target_key]
        self.cancel_below(target.parent or target, target.position)  # a block one may return to has siblings, so a parent
        self.enter(target)

    def end(self) -> None:
        for token in list(self.open.values()):
            self.close(token, "cancelled", None)
        self.finished = True

    def step(self) -> Step:
        made = [t for i, t in self.changed.items() if i not in self.before]
        closed = [t for i, t in self.changed.items() if i in self.before]
        return Step(made, closed, self.commands, self.finished)


def joined(parallel: Node, done: tuple[int, ...]) -> bool:
    """Whether a parallel block may go on after these branches."""
    if parallel.block.get("join", "all") == "any":
        return len(done) >= 1
    return len(set(done)) == len(parallel.children)


def start(flow: Flow, values: Mapping[str, object], at: datetime, new_id: NewId) -> Step:
    """Begin a flow."""
    walk = _Walk(flow, (), values, at, new_id)
    walk.enter(flow.root)
    return walk.step()


def complete(
    flow: Flow,
    tokens: Iterable[Token],
    token_id: UUID,
    outcome: str,
    values: Mapping[str, object],
    at: datetime,
    new_id: NewId,
    actor: str = "",
) -> Step:
    """A task is done (or a wait is over). Raises FlowError."""
    walk = _Walk(flow, tokens, values, at, new_id)
    token = walk.token(token_id)
    node = flow.by_key[token.node_key]
    if node.kind not in ("task", "wait"):
        raise FlowError("not_a_task")
    walk.close(token, "done", outcome or actor or None)
    walk.leave(node)
    return walk.step()


def vote(
    flow: Flow,
    tokens: Iterable[Token],
    token_id: UUID,
    voter: str,
    decision: str,
    values: Mapping[str, object],
    at: datetime,
    new_id: NewId,
    *,
    seat: int,
) -> Step:
    """A decision for one seat of an approval. Raises FlowError for a seat that is taken or a voter who has voted."""
    walk = _Walk(flow, tokens, values, at, new_id)
    token = walk.token(token_id)
    node = flow.by_key[token.node_key]
    if node.kind != "approval":
        raise FlowError("not_an_approval")
    if not 0 <= seat < len(node.block["approvers"]) or decision not in ("approve", "reject"):
        raise FlowError("seat_unknown")
    if any(v.seat == seat for v in token.votes):
        raise FlowError("seat_taken")
    if any(v.voter == voter for v in token.votes):
        raise FlowError("voted_already")
    token = replace(token, votes=(*token.votes, Vote(voter, seat, decision, at)))
    verdict = tally(node.block.get("mode", "all"), len(node.block["approvers"]), token.votes)
    if verdict is None:
        walk.put(token)
        return walk.step()
    walk.close(token, "done", verdict)
    if verdict == "approved":
        walk.leave(node)
        return walk.step()
    reject = node.block.get("on_reject", "end")
    if isinstance(reject, Mapping):
        walk.return_to(node, str(reject["return_to"]))
    elif reject == "continue":
        walk.leave(node)
    else:
        walk.end()
    return walk.step()


def tally(mode: Any, seats: int, votes: Iterable[Vote]) -> str | None:
    """approved, rejected (it can no longer be approved), or None while it is open."""
    weights = [1] * seats
    if mode == "all":
        need = seats
    elif mode == "any":
        need = 1
    elif "at_least" in mode:
        need = mode["at_least"]
    else:
        weights, need = mode["weights"], mode["need"]
    cast = list(votes)
    yes = sum(weights[v.seat] for v in cast if v.decision == "approve")
    no = sum(weights[v.seat] for v in cast if v.decision == "reject")
    if yes >= need:
        return "approved"
    return "rejected" if sum(weights) - no < need else None


def event(flow: Flow, tokens: Iterable[Token], name: str, values: Mapping[str, object], at: datetime, new_id: NewId) -> Step:
    """Something happened outside: tasks `done_by` it are done, waits for it are over. Nothing there: an empty step."""
    walk = _Walk(flow, tokens, values, at, new_id)
    waiting = [t for t in list(walk.open.values()) if _answers(flow.by_key[t.node_key], name)]
    for token in waiting:
        if token.node_key in walk.open and walk.open[token.node_key].id == token.id:
            walk.close(token, "done", name)
            walk.leave(flow.by_key[token.node_key])
    return walk.step()


def _answers(node: Node, name: str) -> bool:
    if node.kind == "task":
        return bool(node.block.get("done_by") == name)
    return node.kind == "wait" and bool(node.block["until"].get("event") == name)


def due(flow: Flow, tokens: Iterable[Token], values: Mapping[str, object], at: datetime, new_id: NewId) -> Step:
    """Waits whose time has come are over."""
    walk = _Walk(flow, tokens, values, at, new_id)
    for token in list(walk.open.values()):
        node = flow.by_key[token.node_key]
        minutes = node.block["until"].get("minutes") if node.kind == "wait" else None
        still_open = walk.open.get(token.node_key)
        if minutes and still_open is not None and still_open.id == token.id and token.entered_at + timedelta(minutes=minutes) <= at:
            walk.close(token, "done", "due")
            walk.leave(node)
    return walk.step()


def cancel_all(flow: Flow, tokens: Iterable[Token], at: datetime) -> Step:
    """The order ended: every open token is cancelled."""
    walk = _Walk(flow, tokens, {}, at, uuid4)  # nothing is created
    walk.end()
    return walk.step()
