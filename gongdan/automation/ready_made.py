"""Rules that come with a company, all off: try one on past orders, then switch it on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from gongdan.accounts import queries as account_queries
from gongdan.automation import actions
from gongdan.automation.models import Rule
from gongdan.automation.schemas import RuleIn
from gongdan.kernel.work import Work

SECOND_LINE = "field"  # the team that stands behind the desk
DAY = 24 * 60


def _event(fact: str) -> dict[str, Any]:
    return {"kind": "event", "fact": fact}


def _held(minutes: int) -> dict[str, Any]:
    return {"kind": "held", "minutes": minutes}


def _set(priority: int) -> dict[str, Any]:
    return {"verb": "set", "args": {"priority": priority}}


def _tell(to: str, text: str) -> dict[str, Any]:
    return {"verb": "notify", "args": {"to": to, "text": text}}


def _tag(tag: str) -> dict[str, Any]:
    return {"verb": "tag", "args": {"tag": tag}}


def _rule(name: str, name_en: str, rank: int, trigger: dict[str, Any], condition: str, *deeds: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "name_en": name_en, "rank": rank, "trigger": trigger, "condition": condition, "deeds": list(deeds)}


ALWAYS: dict[str, dict[str, Any]] = {
    "vip-first": _rule(
        "VIP 客户优先", "VIP customers first", 10, _event("order.created"), 'AND([customer.tier]="vip",[priority]>1)', _set(1)
    ),
    "no-answer": _rule(
        "30 分钟未受理，告知上级", "Nobody answered in 30 minutes: tell the superior", 20, _held(30),
        'AND(NOT([accepted]),[family]="waiting")', _tell("superior", "30 分钟未受理"),
    ),
    "handed-around": _rule(
        "多次转派，告知上级", "Handed around: tell the superior", 30, _event("order.assigned"), "[handovers]>=3",
        _tag("多次转派"), _tell("superior", "已转派三次以上，请介入"),
    ),
    "customer-silent": _rule(
        "客户三天未回复，提醒负责人", "Customer silent for three days: remind the owner", 40, _held(3 * DAY),
        '[waiting_on]="customer"', _tell("owner", "客户三天未回复，请联系"),
    ),
}  # fmt: skip
# by blueprint: which new orders go to the second line (C11), and in which words
FORWARDED: dict[str, tuple[str, str, str]] = {
    "it": ('IN("network",[fields.it_category])', "网络类转二线", "Network matters to the second line"),
    "repair": ("[fields.stopped]=TRUE", "停机故障转维修组", "Stopped machines to field service"),
    "appliance": ('[fields.service_kind]="repair"', "维修类转维修组", "Repairs to field service"),
    "property": ('IN("power",[fields.matter])', "电力类转维修组", "Power matters to field service"),
    "charging": ('[fields.symptom]="offline"', "离线桩转维修组", "Points offline to field service"),
    "medical": ('[fields.service_kind]="repair"', "维修类转维修组", "Repairs to field service"),
}


def _forwarded(blueprint: str, team_id: UUID) -> dict[str, Any]:
    condition, zh, en = FORWARDED[blueprint]
    deed = {"verb": "assign", "args": {"team_id": str(team_id), "reason": zh}}
    return _rule(zh, en, 50, _event("order.created"), f'AND([blueprint]="{blueprint}",{condition})', deed)


def seed(work: Work, blueprint: str) -> None:
    """Add the rules of an industry that are not there; those that are stay as they are."""
    wanted = dict(ALWAYS)
    team_id = account_queries.teams_by_key(work).get(SECOND_LINE)
    if blueprint in FORWARDED and team_id is not None:
        wanted[f"second-line-{blueprint}"] = _forwarded(blueprint, team_id)
    there = set(Rule.objects.exclude(key="").values_list("key", flat=True))
    for key, plain in wanted.items():
        if key not in there:
            actions.add(work, msgspec.convert(plain, RuleIn), key=key)
