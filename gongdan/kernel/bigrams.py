"""Chinese full-text search without a dictionary: texts and queries as bigrams for PostgreSQL's tsvector.

A run of Chinese characters becomes its overlapping pairs (空调漏水 → 空调 调漏 漏水), so that every word of two or more
characters is found as a phrase; a run of Latin letters and digits is one lower-cased word. NFKC folds full-width forms.
The built-in parsers of PostgreSQL would glue a whole Chinese run into one lexeme.
"""

from __future__ import annotations

import re
import unicodedata

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
RUNS = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+)")
MOST_TERMS = 5_000
MOST_WORD = 60


def runs(text: str) -> list[tuple[str, bool]]:
    """The searchable runs of a text: (run, is Chinese), folded and lower-cased."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return [(m.group(), m.group(1) is not None) for m in RUNS.finditer(folded)]


def terms(text: str) -> list[str]:
    """All terms in order: pairs of Chinese runs (a lone character stays itself), whole words otherwise."""
    found: list[str] = []
    for run, chinese in runs(text):
        if not chinese:
            found.append(run[:MOST_WORD])
        elif len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        if len(found) >= MOST_TERMS:
            return found[:MOST_TERMS]
    return found


def document(text: str) -> str:
    """A tsvector literal with positions: cast it with ::tsvector. Runs are apart by one position, so that no phrase spans two.

    A Chinese run ends with its last character alone: no pair begins with it, and a search for one character looks for beginnings.
    """
    places: dict[str, list[int]] = {}
    position = 1
    for run, chinese in runs(text):
        words = [run[i : i + 2] for i in range(len(run))] if chinese else [run[:MOST_WORD]]
        for word in words:
            kept = places.setdefault(word, [])
            if len(kept) < 16 and position < 16_383:
                kept.append(position)
            position += 1
        position += 1
        if len(places) >= MOST_TERMS:
            break
    return " ".join(f"'{w}':{','.join(map(str, p))}" if p else f"'{w}'" for w, p in sorted(places.items()))


def query(text: str) -> str:
    """A tsquery literal: cast it with ::tsquery. Empty when nothing is searchable.

    Runs must all occur; a Chinese run as a phrase of its pairs, a lone Chinese character as the beginning of a pair, the
    last Latin word as a prefix (people type on).
    """
    parts: list[str] = []
    found = runs(text)[:20]
    for index, (run, chinese) in enumerate(found):
        if chinese and len(run) > 1:
            pairs = [f"'{run[i : i + 2]}'" for i in range(min(len(run), 40) - 1)]
            parts.append("(" + " <-> ".join(pairs) + ")")
        elif chinese:
            parts.append(f"'{run}':*")
        else:
            word = run[:MOST_WORD]
            parts.append(f"'{word}':*" if index == len(found) - 1 and len(word) > 1 else f"'{word}'")
    return " & ".join(parts)
