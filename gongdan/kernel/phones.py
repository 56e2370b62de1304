"""Phone numbers: E.164 beside what was typed. Full-width digits are welcome; China is the default region."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import phonenumbers


class Phone(NamedTuple):
    """A phone as typed and in E.164; `e164` is empty when the text is no phone number."""

    typed: str
    e164: str


def digits(text: str) -> str:
    """The ASCII digits of a text, full-width ones included."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isascii() and c.isdigit())


@lru_cache(maxsize=10_000)
def parse(typed: str, region: str = "CN") -> Phone:
    """What was typed → Phone. Never raises; extensions after "转" are left to the typed form."""
    text = unicodedata.normalize("NFKC", typed).strip().partition("转")[0]
    if not text:
        return Phone(typed, "")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return Phone(typed, "")
    if not phonenumbers.is_possible_number(number):
        return Phone(typed, "")
    return Phone(typed, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
