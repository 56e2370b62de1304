"""Flow definitions: a tree of blocks (JSON), checked for soundness and compiled to nodes.

Kinds: sequence, task, approval, branch (with a mandatory else), parallel (join all or any), wait, automation. Because it is a tree,
no flow can lose a token or wait for one that never comes; the only way back is an approval's `return_to`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gongdan.engines.expressions import parser, syntax, trees
from gongdan.engines.expressions.compiler import Program, compile_node

MAX_DEPTH = 32
MAX_BLOCKS = 500
MAX_MINUTES = 5_256_000  # ten years
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,59}")
LEAVES = frozenset({"task", "approval", "wait"})
KINDS = LEAVES | {"sequence", "branch", "parallel", "automation"}
MESSAGES: dict[str, tuple[str, str]] = {
    "block_shape": ("节点应为带 kind 的对象。", "A block is an object with a kind."),
    "kind_unknown": ("没有节点类型「{found}」。", "There is no block kind “{found}”."),
    "key_wrong": ("节点标识无效：{found}", "Not a block key: {found}"),
    "key_twice": ("节点标识「{found}」重复。", "Block key “{found}” is there twice."),
    "label_missing": ("节点「{found}」缺少中英文名称。", "Block “{found}” lacks its zh and en labels."),
    "else_missing": ("分支「{found}」缺少「否则」。", "Branch “{found}” has no else."),
    "case_missing": ("分支「{found}」没有条件。", "Branch “{found}” has no case."),
    "expression_wrong": (
        "分支「{found}」的条件有误：{reason}",
        "A condition of “{found}” is wrong: {reason}",
    ),
    "branches_few": ("并行「{found}」至少要有两条支路。", "Parallel “{found}” needs two branches or more."),
    "join_wrong": ("并行「{found}」的汇合方式应为 all 或 any。", "Parallel “{found}” joins on all or any."),
    "approvers_missing": ("审批「{found}」没有审批人。", "Approval “{found}” has no approver."),
    "mode_wrong": (
        "审批「{found}」的通过方式无法达成。",
        "The mode of approval “{found}” can never be reached.",
    ),
    "return_wrong": (
        "审批「{found}」只能驳回到同一支路中更早的节点，不能到「{to}」。",
        "Approval “{found}” may return only to an earlier block of its own path, not to “{to}”.",
    ),
    "wait_wrong": ("等待「{found}」应给出 minutes 或 event。", "Wait “{found}” names minutes or an event."),
    "limit_wrong": (
        "节点「{found}」的时限应为正整数分钟。",
        "The limit of “{found}” is a positive number of minutes.",
    ),
    "verb_missing": ("自动节点「{found}」没有动作。", "Automation “{found}” does nothing."),
    "state_unknown": (
        "节点「{found}」引用了未定义的状态「{state}」。",
        "Block “{found}” names the unknown state “{state}”.",
    ),
    "too_deep": ("嵌套超过 {most} 层。", "Nested deeper than {most}."),
    "too_many": ("节点超过 {most} 个。", "More than {most} blocks."),
}


@dataclass(slots=True, eq=False)
class Node:
    """A block in place: its parent, its position there, its children in order."""

    index: int
    key: str
    kind: str
    block: Mapping[str, Any]
    parent: Node | None
    position: int
    children: list[Node] = field(default_factory=list)
    conditions: list[Program] = field(default_factory=list)


@dataclass(frozen=True)
class Flow:
    """A compiled flow."""

    root: Node
    nodes: tuple[Node, ...]
    by_key: Mapping[str, Node]


def compile_flow(definition: Mapping[str, Any], states: frozenset[str] | None = None) -> Flow:
    """A definition → Flow. Raises ValueError with the first problem when it is unsound."""
    wrong = problems(definition, states)
    if wrong:
        raise ValueError(f"{wrong[0]['path']}: {wrong[0]['en']}")
    nodes: list[Node] = []
    root = _build(definition, None, 0, nodes)
    return Flow(root, tuple(nodes), {n.key: n for n in nodes})


def _build(block: Mapping[str, Any], parent: Node | None, position: int, nodes: list[Node]) -> Node:
    kind = block["kind"]
    node = Node(len(nodes), str(block.get("key") or f"#{len(nodes)}"), kind, block, parent, position)
    nodes.append(node)
    if kind == "sequence":
        node.children = [_build(b, node, i, nodes) for i, b in enumerate(block.get("blocks", []))]
    if kind == "branch":
        node.conditions = [compile_node(_node_of(c["when"])) for c in block["cases"]]
        lists = [c.get("blocks", []) for c in block["cases"]] + [block["else"]]
        node.children = [_list(b, node, i, nodes) for i, b in enumerate(lists)]
    if kind == "parallel":
        node.children = [_list(b, node, i, nodes) for i, b in enumerate(block["branches"])]
    return node


def _list(blocks: list[Mapping[str, Any]], parent: Node, position: int, nodes: list[Node]) -> Node:
    return _build({"kind": "sequence", "blocks": blocks}, parent, position, nodes)


def _node_of(expression: Any) -> syntax.Node:
    return parser.parse(expression) if isinstance(expression, str) else trees.from_json(expression)


def problems(definition: Any, states: frozenset[str] | None = None) -> list[dict[str, str]]:
    """Everything that makes a flow unsound: [{path, code, zh, en}]; empty when it may be published."""
    return _Check(states).run(definition)


class _Check:
    def __init__(self, states: frozenset[str] | None) -> None:
        self.states = states
        self.found: list[dict[str, str]] = []
        self.keys: set[str] = set()
        self.count = 0

    def run(self, definition: Any) -> list[dict[str, str]]:
        self.block(definition, "flow", 1, [])
        return self.found

    def add(self, path: str, code: str, **values: Any) -> None:
        zh, en = MESSAGES[code]
        self.found.append({"path": path, "code": code, "zh": zh.format_map(values), "en": en.format_map(values)})

    def block(self, block: Any, path: str, depth: int, earlier: list[str]) -> None:
        """`earlier`: keys an approval here may return to: earlier siblings in this and enclosing sequences."""
        self.count += 1
        if self.count > MAX_BLOCKS:
            if self.count == MAX_BLOCKS + 1:
                self.add(path, "too_many", most=MAX_BLOCKS)
            return
        if depth > MAX_DEPTH:
            self.add(path, "too_deep", most=MAX_DEPTH)
            return
        if not isinstance(block, Mapping) or not isinstance(block.get("kind"), str):
            self.add(path, "block_shape")
            return
        kind = block["kind"]
        if kind not in KINDS:
            self.add(f"{path}.kind", "kind_unknown", found=kind)
            return
        if kind != "sequence" or block.get("key") is not None:
            self.identity(block, path)
        state = block.get("state")
        if state is not None and self.states is not None and str(state) not in self.states:
            self.add(f"{path}.state", "state_unknown", found=block.get("key") or kind, state=state)
        getattr(self, kind)(block, path, depth, earlier)

    def identity(self, block: Mapping[str, Any], path: str) -> None:
        key = block.get("key")
        if not isinstance(key, str) or not KEY.fullmatch(key):
            self.add(f"{path}.key", "key_wrong", found=key)
            return
        if key in self.keys:
            self.add(f"{path}.key", "key_twice", found=key)
        self.keys.add(key)
        if block["kind"] in ("task", "approval"):
            label = block.get("label")
            if not isinstance(label, Mapping) or not label.get("zh") or not label.get("en"):
                self.add(f"{path}.label", "label_missing", found=key)
            limit = block.get("limit_minutes")
            if limit is not None and not _minutes(limit):
                self.add(f"{path}.limit_minutes", "limit_wrong", found=key)

    def blocks(self, blocks: Any, path: str, depth: int, earlier: list[str]) -> None:
        if not isinstance(blocks, list):
            self.add(path, "block_shape")
            return
        before = list(earlier)
        for index, block in enumerate(blocks):
            self.block(block, f"{path}[{index}]", depth + 1, before)
            if isinstance(block, Mapping) and isinstance(block.get("key"), str):
                before = [*before, block["key"]]

    def sequence(self, block: Mapping[str, Any], path: str, depth: int, earlier: list[str]) -> None:
        self.blocks(block.get("blocks", []), f"{path}.blocks", depth, earlier)

    def task(self, block: Mapping[str, Any], path: str, depth: int, earlier: list[str]) -> None:
        """Nothing beyond identity."""

    def approval(self, block: Mapping[str, Any], path: str, depth: int, earlier: list[str]) -> None:
        key = block.get("key")
        approvers = block.get("approvers")
        if not isinstance(approvers, list) or not approvers:
            self.add(f"{path}.approvers", "approvers_missing", found=key)
        elif not _reachable(block.get("mode", "all"), len(approvers)):
            self.add(f"{path}.mode", "mode_wrong", found=key)
        reject = block.get("on_reject", "end")
        if isinstance(reject, Mapping):
            to = reject.get("return_to")
            if to not in earlier:
                self.add(f"{path}.on_reject", "return_wrong", found=key, to=to)
        elif reject not in ("end", "continue"):
            self.add(f"{path}.on_reject", "return_wrong", found=key, to=reject)

    def branch(self, block: Mapping[str, Any], path: str, depth: int, earlier: list[str]) -> None:
        key = block.get("key")
        cases = block.get("cases")
        if not isinstance(cases, list) or not cases:
            self.add(f"{path}.cases", "case_missing", found=key)
            cases = []
        for index, case in enumerate(cases):
            where = f"{path}.cases[{index}]"
            if not isinstance(case, Mapping):
                self.add(where, "block_shape")
                continue
            try:
                if case.get("when") is None:
                    raise syntax.ExpressionError("unexpected_end")
                compile_node(_node_of(case["when"]))
            except syntax.ExpressionError as error:
                zh, en = MESSAGES["expression_wrong"]
                texts = {"zh": zh.format(found=key, reason=error.text("zh")), "en": en.format(found=key, reason=error.text("en"))}
                self.found.append({"path": f"{where}.when", "code": "expression_wrong", **texts})
            self.blocks(case.get("blocks", []), f"{where}.blocks", depth, earlier)
        if "else" not in block:
            self.add(f"{path}.else", "else_missing", found=key)
        else:
            self.blocks(block["else"], f"{path}.else", depth, earlier)

    def parallel(self, block: Mapping[str, Any], path: str, depth: int, earlier: list[str]) -> None:
        branches = block.get("branches")
        if not isinstance(branches, list) or len(branches) < 2:
            self.add(f"{path}.branches", "branches_few", found=block.get("key"))
            return
        if block.get("join", "all") not in ("all", "any"):
            self.add(f"{path}.join", "join_wrong", found=block.get("key"))
        for index, branch in enumerate(branches):
            self.blocks(branch, f"{path}.branches[{index}]", depth, earlier)

    def wait(self, block: Mapping[str, Any], path: str, depth: int, earlier: list[str]) -> None:
        until = block.get("until")
        if not isinstance(until, Mapping) or not (
            _minutes(until.get("minutes", 1)) and (until.get("minutes") or (isinstance(until.get("event"), str) and until["event"]))
        ):
            self.add(f"{path}.until", "wait_wrong", found=block.get("key"))

    def automation(self, block: Mapping[str, Any], path: str, depth: int, earlier: list[str]) -> None:
        commands = block.get("do")
        if not isinstance(commands, list) or not commands or not all(isinstance(c, Mapping) and c.get("verb") for c in commands):
            self.add(f"{path}.do", "verb_missing", found=block.get("key"))


def _minutes(value: Any) -> bool:
    return _count(value) and bool(value <= MAX_MINUTES)


def _reachable(mode: Any, seats: int) -> bool:
    if mode in ("all", "any"):
        return True
    if not isinstance(mode, Mapping):
        return False
    if "at_least" in mode:
        return _count(mode["at_least"]) and bool(mode["at_least"] <= seats)
    weights: Any = mode.get("weights")
    need: Any = mode.get("need")
    return (
        isinstance(weights, list)
        and len(weights) == seats
        and all(map(_count, weights))
        and _count(need)
        and bool(need <= sum(weights))
    )


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
