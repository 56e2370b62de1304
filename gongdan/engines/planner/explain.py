"""Reasons and scores in words, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from gongdan.engines.planner.candidates import Candidate, Part, Reason

BLOCKERS: dict[str, tuple[str, str]] = {
    "forbidden": ("客户不接受该工程师", "the customer does not accept this engineer"),
    "skill_missing": ("缺 {skill} 技能", "lacks the skill {skill}"),
    "skill_level": ("{skill} 仅 {held} 级，需 {level} 级", "{skill} at level {held}, {level} is needed"),
    "skill_expired": ("{skill} 证书已于 {on} 到期", "the certificate for {skill} ended on {on}"),
    "region": ("不负责 {region}", "does not serve {region}"),
    "away": ("请假至 {until}", "away until {until}"),
    "no_shift": ("近期没有可用班次", "has no free shift in the coming days"),
    "full": ("今日已排 {load}/{capacity} 单", "has {load} of {capacity} orders"),
}
PARTS: dict[str, tuple[str, str]] = {
    "base": ("基础分", "base"),
    "travel": ("路程约 {value:.0f} 分钟", "about {value:.0f} minutes away"),
    "travel_unknown": ("位置未知，不计路程", "place unknown, travel not counted"),
    "load": ("手上 {value:.0f} 单", "orders in hand: {value:.0f}"),
    "spare_level": ("技能高出 {value:.0f} 级", "levels above the need: {value:.0f}"),
    "late": ("预计超时 {value:.0f} 分钟", "about {value:.0f} minutes late"),
    "home_region": ("负责本区域", "serves this region"),
    "continuity": ("上次也由他服务", "served here last time"),
}


def blocker_text(reason: Reason, labels: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """A blocker in both languages; `labels` gives skill keys their words."""
    zh, en = BLOCKERS[reason.code]
    args = dict(reason.args)
    skill = labels.get(args.get("skill", ""), (args.get("skill", ""),) * 2)
    return {
        "zh": zh.format_map({**args, "skill": skill[0]}),
        "en": en.format_map({**args, "skill": skill[1]}),
    }


def part_text(part: Part) -> dict[str, str]:
    """A part of the score in both languages."""
    zh, en = PARTS[part.code]
    return {"zh": zh.format(value=part.value), "en": en.format(value=part.value)}


def sentences(candidate: Candidate, labels: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    """What to say of a candidate: the blockers, or the parts of the score but the base."""
    if candidate.blockers:
        texts = [blocker_text(b, labels) for b in candidate.blockers]
    else:
        texts = [part_text(p) for p in candidate.parts if p.code != "base"]
    return {"zh": [t["zh"] for t in texts], "en": [t["en"] for t in texts]}
