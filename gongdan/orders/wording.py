"""Timeline entries in words. The ledger has codes and arguments; both languages are rendered when somebody reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.orders.rules import LABELS
from gongdan.orders.schemas import Cause

WORDS: dict[str, tuple[str, str]] = {
    "created": ("创建了工单", "created the order"),
    "accept": ("受理了工单", "accepted the order"),
    "assign": ("派单", "assigned the order"),
    "claim": ("抢单", "claimed the order"),
    "transfer": ("转派了工单", "transferred the order"),
    "start": ("开始服务", "started work"),
    "hold": ("挂起了工单", "put the order on hold"),
    "resume": ("恢复了工单", "resumed the order"),
    "complete": ("完成了服务", "completed the work"),
    "follow_up": ("转入回访", "asked for a follow-up"),
    "close": ("关闭了工单", "closed the order"),
    "reopen": ("重新打开了工单", "reopened the order"),
    "cancel": ("取消了工单", "cancelled the order"),
    "move": ("变更了状态", "changed the state"),
    "undone": ("撤销了批量操作", "took a bulk change back"),
    "observed": ("记录了一次观察", "recorded an observation"),
    "edited": ("修改了信息", "edited the order"),
    "commented": ("发表了评论", "commented"),
    "attached": ("添加了附件", "attached a file"),
    "detached": ("移除了附件", "removed a file"),
    "tagged": ("添加了标签", "added a tag"),
    "untagged": ("移除了标签", "removed a tag"),
    "linked": ("关联了工单", "linked an order"),
    "unlinked": ("取消了关联", "removed a link"),
    "task_done": ("完成了任务", "finished a task"),
    "approved": ("审批通过", "approved"),
    "rejected": ("审批驳回", "rejected"),
    "flow": ("流程推进", "the flow advanced"),
    "policy_set": ("按时限策略计时", "put under a time limit policy"),
    "survey_answered": ("客户评价", "the customer rated"),
    "merge": ("合并到其他工单", "merged into another order"),
    "merged_in": ("合并了一张工单", "took in another order"),
    "unmerge": ("撤销了合并", "undid the merge"),
    "unmerged": ("一张工单的合并被撤销", "a merge into this order was undone"),
    "split": ("拆分出一张工单", "split off an order"),
    "split_off": ("由其他工单拆分而来", "was split off another order"),
    "unsplit": ("撤销了拆分", "undid a split"),
    "rule_stopped": ("规则没有执行", "a rule was stopped"),
}
STOPPED = {
    "depth": ("规则连环触发超过 {most} 层", "rules caused each other more than {most} times in a row"),
    "rate": ("该规则一小时内已在此工单执行 {most} 次", "it ran {most} times on this order within an hour"),
}
RESHAPED = ("merge", "merged_in", "unmerge", "unmerged", "split", "split_off", "unsplit")
# which number an entry about two orders names
NUMBERS = ("into_number", "other_number", "from_number")
CAUSES: dict[str, tuple[str, str, str]] = {  # job or part of the system: kind, zh, en
    "dispatch.auto": ("dispatch", "自动派单", "automatic dispatch"),
    "orders.resume": ("clock", "挂起到期", "the hold ended"),
    "sla": ("clock", "服务时限", "a service deadline"),
}
WAITING = {
    "customer": ("等客户", "waiting on the customer"),
    "vendor": ("等供应商", "waiting on a vendor"),
    "parts": ("等备件", "waiting on parts"),
    "us": ("等我方", "waiting on us"),
}


def text(kind: str, data: dict[str, Any], names: dict[str, str], states: dict[str, dict[str, str]]) -> dict[str, str]:
    """An entry in both languages. `names`: ids of people and teams to names; `states`: state keys to labels."""
    base = WORDS.get(kind) or LABELS.get(kind) or (kind, kind)
    zh, en = base
    if kind in ("assign", "transfer", "claim"):
        person = names.get(str(data.get("assignee_id")), "")
        team = names.get(str(data.get("team_id")), "")
        to = person or team
        if to and kind != "claim":
            zh, en = f"{zh}给 {to}", f"{en} to {to}"
    if kind == "hold":
        waits = WAITING.get(str(data.get("waiting_on")), ("", ""))
        zh, en = f"{zh}（{waits[0]}）", f"{en} ({waits[1]})"
    if kind in ("tagged", "untagged"):
        zh, en = f"{zh} #{data.get('tag')}", f"{en} #{data.get('tag')}"
    if kind in ("move", "follow_up", "reopen") and data.get("to") in states:
        label = states[str(data["to"])]
        zh, en = f"{zh}：{label['zh']}", f"{en}: {label['en']}"
    if kind in ("task_done", "approved", "rejected") and data.get("label"):
        zh, en = f"{zh}「{data['label']['zh']}」", f"{en} “{data['label']['en']}”"
    if kind in RESHAPED and (number := next((data[k] for k in NUMBERS if data.get(k)), None)):
        zh, en = f"{zh} {number}", f"{en}: {number}"
    if kind == "rule_stopped" and data.get("why") in STOPPED:
        why = STOPPED[data["why"]]
        zh, en = f"{zh}：{why[0].format_map(data)}", f"{en}: {why[1].format_map(data)}"
    for key in ("reason", "note", "result"):
        if data.get(key):
            zh, en = f"{zh}：{data[key]}", f"{en}: {data[key]}"
    return {"zh": zh, "en": en}


def decoded(data: str) -> dict[str, Any]:
    """An entry's data as stored, without what is sealed."""
    found: dict[str, Any] = msgspec.json.decode(data)
    found.pop("sealed", None)
    return found


def cause(order_id: UUID, actor_kind: str, actor_name: str, data: dict[str, Any]) -> Cause | None:
    """Why an entry is there. None: a person did it by hand.

    An entry of a rule carries `rule` {id, name}; an automatic choice of an engineer carries `why`; parts of the system have a name.
    """
    rule = data.get("rule")
    if isinstance(rule, dict):
        name = str(rule.get("name") or rule.get("id") or "")
        return Cause("rule", name, f"规则「{name}」", f"rule “{name}”", f"automation/rules/{rule['id']}" if rule.get("id") else "")
    if data.get("why") or actor_name == "dispatch.auto":
        return Cause("dispatch", actor_name, "自动派单", "automatic dispatch", f"orders/{order_id}/candidates")
    if actor_kind == "system":
        kind, zh, en = CAUSES.get(actor_name) or CAUSES.get(actor_name.partition(".")[0]) or ("job", actor_name, actor_name)
        return Cause(kind, actor_name, zh, en)
    if actor_kind == "link":
        return Cause("customer", actor_name, "客户通过链接", "the customer, by link")
    return None
