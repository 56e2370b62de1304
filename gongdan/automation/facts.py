"""Which facts can trigger a rule, in words, and the values they bring."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from gongdan.kernel import events

LABELS: dict[str, tuple[str, str]] = {
    "order.created": ("新建工单", "An order was created"),
    "order.moved": ("工单状态或操作变化", "A verb was said on an order"),
    "order.assigned": ("派单或转派", "An order was given to somebody"),
    "order.edited": ("修改信息", "Values were edited"),
    "order.commented": ("有新评论", "Somebody wrote"),
    "order.tagged": ("标签变化", "A tag came or went"),
    "order.completed": ("完成服务", "The work was completed"),
    "order.closed": ("工单关闭", "An order was closed"),
    "order.merged": ("合并到其他工单", "An order was merged away"),
    "order.unmerged": ("撤销合并", "A merge was undone"),
    "order.task_opened": ("流程任务开始等待", "A task of the flow waits"),
    "sla.reached": ("时限用到预警百分比", "A deadline used up a warning share of its time"),
    "sla.near": ("即将超期", "A deadline comes near"),
    "sla.breached": ("已超期", "A deadline has passed"),
    "survey.answered": ("客户已评价", "The customer rated"),
    "dispatch.nobody_found": ("没有合适的工程师", "No engineer fits"),
    "schedule": ("定时", "Schedule"),
    "held": ("条件持续满足", "The condition held"),
}


def triggers() -> dict[str, type[events.Fact]]:
    """The facts about one order."""
    return {n: c for n, c in sorted(events.registry().items()) if "order_id" in c.__struct_fields__}


def label(name: str) -> dict[str, str]:
    """A fact in words; one without words here is called by its name."""
    zh, en = LABELS.get(name, (name, name))
    return {"zh": zh, "en": en}


def fields(name: str) -> dict[str, str]:
    """The values a fact brings and their types for conditions; ids are texts."""
    cls = triggers().get(name)
    if cls is None:
        return {}
    return {f.name: _kind(f.type) for f in msgspec.structs.fields(cls) if f.name != "order_id"}


def _kind(declared: Any) -> str:
    inner = [a for a in getattr(declared, "__args__", ()) if a is not type(None)]
    if getattr(declared, "__origin__", None) is list:
        return "list"
    plain = inner[0] if inner else declared
    return {str: "text", int: "number", bool: "boolean", UUID: "text", datetime: "instant"}.get(plain, "any")
