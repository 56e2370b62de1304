"""A pasted chat → what a new order could say, each proposal with the words it comes from. Pure; people look it over.

Knows what WeChat, WeCom, DingTalk, WhatsApp and plain "name: words" look like when copied. Reads no pictures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

import msgspec

from gongdan.insight import hints, places

# full-width letters, digits, +, - and space as people type them; Chinese punctuation stays as it is
NARROW = {c: c - 0xFEE0 for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0B, 0xFF0D)} | {
    0x3000: 0x20
}
CLOCK = r"(?:(?:上午|下午|凌晨|晚上|AM|PM)\s*)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:AM|PM|am|pm))?"
DATE = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.月]\d{1,2}日?(?:[-/.]\d{2,4})?"
    r"|昨天|今天|前天|(?:星期|周)[一二三四五六日天]|yesterday|today)"
)
STAMP = rf"(?:{DATE}[ ,]*)?{CLOCK}"
WHO = r"[^\s:：,，。!?？！()\[\]][^:：,，。!?？！()\[\]\n]{0,29}?"
HEADS = (
    re.compile(rf"^(?P<who>{WHO})\s+(?P<at>{STAMP})\s*[:：]?\s*$"),
    re.compile(rf"^(?P<who>{WHO})\s*[(（\[](?P<at>{STAMP})[)）\]]\s*[:：]?\s*(?P<said>.*)$"),
    re.compile(rf"^\[(?P<at>(?:{STAMP}|{CLOCK},\s*{DATE}))\]\s*(?P<who>{WHO})\s*[:：]\s*(?P<said>.*)$"),
)
PLAIN = re.compile(rf"^(?P<who>{WHO})\s*[:：]\s*(?P<said>.*)$")
NOT_WHO = re.compile(
    r"地址|住址|电话|手机|联系|姓名|时间|故障|问题|型号|序列号|编号|设备|备注|公司|单位|描述|现象|品牌|预约|http|"
    r"address|phone|tel|mobile|name|contact|time|fault|problem|issue|model|serial|s/?n|note|company|error|code|subject|date|\d{2}$",
    re.IGNORECASE,
)
STAFF = re.compile(r"客服|售后|服务|调度|工程师|坐席|小二|helpdesk|support|service|agent", re.IGNORECASE)
ASKS = re.compile(
    r"请问您|请提供|麻烦(?:您)?(?:提供|发)|为您|帮您|很高兴为您|请稍等|已登记|安排(?:工程师|师傅)|抱歉给您|how can i help|"
    r"could you (?:please )?(?:send|tell|give)|"
    r"may i have|we will (?:send|arrange)|i'll (?:register|arrange)",
    re.IGNORECASE,
)
PICTURE = re.compile(r"\[(?:图片|照片|视频|动画表情|image|photo|picture|video)[^\]]*\]", re.IGNORECASE)
LONGEST_TITLE = 100
MOST = 20_000

Field = Literal["title", "priority", "contact_name", "contact_phone", "address", "serial", "error_code", "appointment"]


class Said(NamedTuple):
    """A message: who ("" when nobody is named), when as written, and the words."""

    who: str
    at: str
    text: str


class Proposal(msgspec.Struct, frozen=True):
    """A value for a part of the new order, and the words it comes from. `region`: 省, 市, 区 of an address."""

    field: Field
    value: str
    source: str
    who: str
    region: list[str] = []


class Reading(msgspec.Struct, frozen=True):
    """What was understood: proposals, the people on either side, the number of messages and of pictures that were only named."""

    proposals: list[Proposal]
    customers: list[str]
    staff: list[str]
    messages: int
    pictures: int


def messages(text: str) -> list[Said]:
    """The messages of a pasted chat, in order; one without names when it is no chat."""
    lines = [line.strip() for line in text[:MOST].translate(NARROW).splitlines()]
    plain = _speakers(lines)
    found: list[Said] = []
    for line in lines:
        head = _head(line, plain)
        if head is not None:
            found.append(head)
        elif line and found:
            last = found[-1]
            found[-1] = Said(last.who, last.at, f"{last.text}\n{line}".strip())
        elif line:
            found.append(Said("", "", line))
    return [m for m in found if m.text]


def speakers(text: str) -> list[str]:
    """Who speaks in a pasted chat, in order, to be asked which of them are colleagues."""
    return list(dict.fromkeys(m.who for m in messages(text) if m.who))


def _speakers(lines: list[str]) -> set[str]:
    """Who speaks in lines like "name: words": those with two such lines, or all when there are two names."""
    names = Counter(m["who"] for line in lines if (m := PLAIN.match(line)) and not NOT_WHO.search(m["who"]))
    return set(names) if len(names) > 1 or any(n > 1 for n in names.values()) else set()


def _head(line: str, plain: set[str]) -> Said | None:
    for pattern in HEADS:
        if found := pattern.match(line):
            return Said(found["who"].strip(), found["at"], (found.groupdict().get("said") or "").strip())
    found = PLAIN.match(line)
    return Said(found["who"], "", found["said"].strip()) if found and found["who"] in plain else None


def sides(said: list[Said], staff: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """(customers, staff) by name: known colleagues, names that say so, and who speaks like one while somebody else does not."""
    names = list(dict.fromkeys(m.who for m in said))
    known = {n for n in names if n in staff or STAFF.search(n)}
    asking = {m.who for m in said if ASKS.search(m.text)} if not known else set()
    if len(asking) < len(names):
        known |= asking
    ours = known if len(known) < len(names) else set()
    return [n for n in names if n not in ours], [n for n in names if n in ours]


def read(text: str, staff: Collection[str] = ()) -> Reading:
    """What a pasted text proposes. `staff`: names of colleagues, whose words propose nothing."""
    said = messages(text)
    customers, ours = sides(said, staff)
    theirs = [m for m in said if m.who in customers]
    found: list[Proposal] = []
    for field, hint in HINTS:
        proposal = _first(field, hint, theirs)
        if proposal is not None:
            found.append(proposal)
    if (title := _title(theirs)) is not None:
        found.insert(0, title)
    if not any(p.field == "contact_name" for p in found) and len(customers) == 1 and customers[0]:
        found.append(Proposal("contact_name", customers[0], customers[0], customers[0]))
    return Reading(found, [c for c in customers if c], ours, len(said), len(PICTURE.findall(text)))


def _priority(line: str) -> str:
    value = hints.priority(line)
    return "" if value is None else str(value)


HINTS: tuple[tuple[Field, Callable[[str], str]], ...] = (
    ("priority", _priority),
    ("contact_name", hints.name),
    ("contact_phone", hints.phone),
    ("address", places.find),
    ("serial", hints.serial),
    ("error_code", hints.code),
    ("appointment", hints.appointment),
)


def _lines(said: list[Said]) -> list[tuple[str, str]]:
    """(who, line) of what was said, pictures left out."""
    return [(m.who, line) for m in said for line in PICTURE.sub("", m.text).split("\n") if line.strip()]


def _first(field: Field, hint: Callable[[str], str], said: list[Said]) -> Proposal | None:
    lines = _lines(said)
    if field == "priority":  # danger anywhere counts more than what was said first
        lines = sorted((x for x in lines if hint(x[1])), key=lambda x: hint(x[1]))
    for who, line in lines:
        if value := hint(line):
            return Proposal(field, value, line, who, places.split(value).region if field == "address" else [])
    return None


def _title(said: list[Said]) -> Proposal | None:
    lines = _lines(said)
    for find in (hints.problem, hints.sentence):
        for who, line in lines:
            if value := find(line):
                return Proposal("title", value[:LONGEST_TITLE], line, who)
    return None
