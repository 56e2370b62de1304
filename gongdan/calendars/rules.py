"""Pure decisions: which calendar a clock runs by, and why that one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from uuid import UUID

import msgspec

SHIPPED = "cn-work"  # what every company begins with; its own choice is the use ("company", tenant)
SOURCES: dict[str, tuple[str, str]] = {
    "policy": ("SLA 策略", "the SLA policy"),
    "contract": ("合同", "the contract"),
    "customer": ("客户", "the customer"),
    "team": ("团队", "the team"),
    "company": ("公司默认", "the company's default"),
}
WORDS: dict[str, tuple[str, str]] = {
    "taken": ("{source}指定日历「{key}」，采用。", "{source} names the calendar “{key}”: taken."),
    "none": ("{source}没有指定日历。", "{source} names no calendar."),
    "absent": ("没有{source}。", "There is no {source}."),
    "gone": ("{source}指定的日历「{key}」已不存在，略过。", "{source} names “{key}”, which is gone: passed over."),
    "shipped": ("公司没有指定默认日历，采用「{key}」。", "The company has named no default: “{key}” is taken."),
}

Uses = Mapping[tuple[str, UUID], str]
Label = dict[str, str]


class ChoiceStep(msgspec.Struct, frozen=True):
    """One source that was asked, in order: outcome taken | none | absent | gone | shipped, in words."""

    source: str
    outcome: str
    calendar: str | None
    words: Label


class CalendarChoice(msgspec.Struct, frozen=True):
    """The calendar a clock runs by, the source that named it, and everyone who was asked on the way."""

    calendar: str
    source: str
    owner_id: UUID | None
    words: Label
    steps: tuple[ChoiceStep, ...]


def _step(source: str, outcome: str, key: str | None) -> ChoiceStep:
    zh, en = WORDS[outcome]
    source_zh, source_en = SOURCES[source]
    if outcome == "absent":
        source_en = source_en.removeprefix("the ")
    said = en.format(source=source_en, key=key)
    return ChoiceStep(source, outcome, key, {"zh": zh.format(source=source_zh, key=key), "en": said[0].upper() + said[1:]})


def choose(
    uses: Uses,
    known: Callable[[str], bool],
    *,
    company: UUID,
    policy: str | None = None,
    contract_id: UUID | None = None,
    customer_id: UUID | None = None,
    team_id: UUID | None = None,
) -> CalendarChoice:
    """The first that names a calendar which is there: policy, contract, customer, team, company, what ships. Explains itself.

    `uses`: {(kind, owner id): calendar key}; `known`: whether a key is a calendar. With none at all it is `SHIPPED` all the same.
    """
    steps: list[ChoiceStep] = []
    owners = (("policy", None), ("contract", contract_id), ("customer", customer_id), ("team", team_id), ("company", company))
    for source, owner in owners:
        if source == "policy":
            key = policy
        elif owner is None:
            steps.append(_step(source, "absent", None))
            continue
        else:
            key = uses.get((source, owner))
        if key is not None and known(key):
            steps.append(_step(source, "taken", key))
            return CalendarChoice(key, source, owner, steps[-1].words, tuple(steps))
        steps.append(_step(source, "none" if key is None else "gone", key))
    steps.append(_step("company", "shipped", SHIPPED))
    return CalendarChoice(SHIPPED, "company", company, steps[-1].words, tuple(steps))


def year_states(versions: list[tuple[int, object, Set[int], Set[int]]]) -> dict[int, tuple[str, object]]:
    """{year: (official | provisional, since when)} of the newest of [(version, since, years with days, provisional years)].

    A year whose days are there is official unless it is marked provisional; `since` is when it last became what it is.
    """
    found: dict[int, tuple[str, object]] = {}
    for _, since, listed, provisional in versions:
        now = {year: "provisional" if year in provisional else "official" for year in listed | provisional}
        found = {year: found[year] if year in found and found[year][0] == state else (state, since) for year, state in now.items()}
    return dict(sorted(found.items()))
