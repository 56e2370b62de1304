"""Patterns of text fields: a small part of regular expressions, matched in time linear in the text whatever the pattern.

Pieces in a row, each a literal, a class or \\d \\w \\s, with {n}, {n,m} or ? behind it. Python's matcher would try every way of
sharing a text out among pieces like \\d{0,100}\\d{0,100}…: anybody with a public form could stop the server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

ATOM = r"(\[[^\]\[\\]{1,60}\]|\\[dws]|[^\\()\[\]{}*+?|^$])"
COUNT = r"(\{\d{1,3}(?:,\d{1,3})?\}|\?)?"
PIECE = re.compile(ATOM + COUNT)
SET_OPERATOR = re.compile(r"\[[^\]]*(?:--|&&|~~|\|\|)")  # in a class: means other things to other matchers, and to later Pythons
WHOLE = re.compile(rf"\^?(?:{PIECE.pattern}){{1,40}}\$?")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: (what a character must be, at least, at most) per piece."""

    pieces: tuple[tuple[re.Pattern[str], int, int], ...]

    def fullmatch(self, text: str) -> bool:
        """Whether the whole text is in the form."""
        end = len(text)
        if not sum(p[1] for p in self.pieces) <= end <= sum(p[2] for p in self.pieces):
            return False
        here = [True] + [False] * end  # the places a piece may begin at
        for atom, least, most in self.pieces:
            run = 0  # how many characters in a row fit, counted from the right
            steps = [0] * (end + 2)
            for at in range(end, -1, -1):
                run = run + 1 if at < end and atom.match(text, at) else 0
                if here[at] and least <= run:
                    steps[at + least] += 1
                    steps[at + min(most, run) + 1] -= 1
            here = [open_here > 0 for open_here in accumulate(steps[: end + 1])]
        return here[end]


def compile_pattern(pattern: object) -> Pattern:
    """A pattern as text → Pattern. Raises ValueError."""
    if not isinstance(pattern, str) or not WHOLE.fullmatch(pattern) or SET_OPERATOR.search(pattern):
        raise ValueError("not a pattern of pieces")
    pieces = []
    for atom, count in PIECE.findall(pattern.removeprefix("^").removesuffix("$")):
        least, most = _count(count)
        if most < least:
            raise ValueError(f"{count} ends before it begins")
        try:
            pieces.append((re.compile(atom), least, most))
        except re.error as error:
            raise ValueError(str(error)) from None
    return Pattern(tuple(pieces))


def _count(count: str) -> tuple[int, int]:
    if not count:
        return 1, 1
    if count == "?":
        return 0, 1
    least, _, most = count.strip("{}").partition(",")
    return int(least), int(most or least)
