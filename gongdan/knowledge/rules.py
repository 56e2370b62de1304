"""Pure decisions about quick replies: which variables there are, and a reply in the words of an order."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

VARIABLE = re.compile(r"\{\{\s*([a-z_]+)\s*(?:\|([^{}]*))?\}\}")
# what is said where an order has no such value: a sentence must stay one
FALLBACK: dict[str, tuple[str, str]] = {
    "customer": ("您", "you"),
    "contact": ("您", "you"),
    "number": ("", ""),
    "title": ("服务", "the service"),
    "state": ("处理中", "in progress"),
    "engineer": ("工程师", "our engineer"),
    "team": ("服务团队", "our team"),
    "due": ("尽快", "as soon as possible"),
    "address": ("您的地址", "your address"),
    "me": ("客服", "the service desk"),
    "company": ("我们", "we"),
    "link": ("", ""),
}
# made when the message is sent: a link that nobody was given must not exist
LATER = frozenset({"link"})


class Rendered(msgspec.Struct, frozen=True):
    """A reply in an order's words, and the variables it had no value for."""

    text: str
    missing: list[str]


def unknown(body: str) -> str | None:
    """The first variable in `body` that does not exist."""
    return next((m[1] for m in VARIABLE.finditer(body) if m[1] not in FALLBACK), None)


def render(body: str, values: Mapping[str, str], locale: str) -> Rendered:
    """`body` with its variables filled in; {{name|words}} says what stands there when the order has no such value."""
    missing: list[str] = []

    def said(m: re.Match[str]) -> str:
        name, own = m[1], m[2]
        if name in LATER or name not in FALLBACK:
            return m[0] if name not in LATER else f"{{{{{name}}}}}"
        value = values.get(name, "")
        if value:
            return value
        if name not in missing:
            missing.append(name)
        return own if own is not None else FALLBACK[name][1 if locale.startswith("en") else 0]

    return Rendered(VARIABLE.sub(said, body), missing)
