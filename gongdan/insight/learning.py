"""A small text classifier that a company trains on its own past orders: pure, deterministic, explained, no library.

Multinomial naive Bayes over which terms occur (Manning, Raghavan, Schütze: Introduction to Information Retrieval, ch. 13), with
Dirichlet smoothing. Naive Bayes is far too sure of itself, so its score is turned into a probability by isotonic regression (pool
adjacent violators; Zadrozny and Elkan 2002) on predictions for examples that the predicting model had not seen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from gongdan.kernel import bigrams

FEWEST = 50  # examples below which nothing is said
FEWEST_OF_LABEL = 5
MOST_LABELS = 200
MOST_TERMS = 400  # of one text
MOST_KNOWN = 20_000  # terms of a model
SMOOTHING = 0.2
WEIGHTS = (1.0, 0.5, 0.25, 0.12)
FOLDS = 5
POOL = 15  # predictions behind each step of the curve, at least
SUREST = 0.99
BECAUSE = 3


class Example(NamedTuple):
    """A past case: the terms of its text and the label it ended with."""

    terms: tuple[str, ...]
    label: str


class Model(msgspec.Struct, frozen=True):
    """What was learned for one question. `counts`: term → {label number: examples with it}; `weight`: of the terms against the
    prior; `curve`: (score, probability) rising."""

    labels: list[str]
    docs: list[int]
    words: list[int]
    counts: dict[str, dict[int, int]]
    examples: int
    weight: float = 1.0
    curve: list[tuple[float, float]] = []


class Guess(NamedTuple):
    """The best label, how often such a guess was right (0 to 1), and the words that spoke for it."""

    label: str
    confidence: float
    because: tuple[str, ...]


class Step(NamedTuple):
    """A row of a reliability table: what was claimed and what came true, of how many."""

    claimed: float
    true: float
    n: int


def terms(text: str, *more: str) -> tuple[str, ...]:
    """The terms of a text, each once, in order; `more` are whole values such as the kind of the machine."""
    found = [t for t in bigrams.terms(text) if not (t.isdigit() and len(t) > 6)]
    return tuple(dict.fromkeys([*(f"={m}" for m in more if m), *found]))[:MOST_TERMS]


def train(examples: Sequence[Example]) -> Model | None:
    """The model of these examples, or None while there is too little to learn from (or nothing to tell apart)."""
    often = Counter(e.label for e in examples if e.label)
    labels = [label for label, n in sorted(often.items(), key=lambda x: (-x[1], x[0])) if n >= FEWEST_OF_LABEL][:MOST_LABELS]
    wanted = set(labels)
    used = [e for e in examples if e.label in wanted]
    if len(used) < FEWEST or len(labels) < 2:
        return None
    tried = [_unseen(used, labels, weight) for weight in WEIGHTS]
    weight, pairs = max(zip(WEIGHTS, tried, strict=True), key=lambda x: sum(right for _, right in x[1]))
    if sum(right for _, right in pairs) < max(often.values()):
        return None
    return msgspec.structs.replace(_count(used, labels), weight=weight, curve=isotonic(pairs))


def _unseen(used: Sequence[Example], labels: list[str], weight: float) -> list[tuple[float, bool]]:
    """(score, right?) for every example, by a model that has not seen it."""
    pairs = []
    for fold in range(FOLDS):
        part = _count([e for n, e in enumerate(used) if n % FOLDS != fold], labels)
        part = msgspec.structs.replace(part, weight=weight)
        for e in used[fold::FOLDS]:
            label, score = _best(part, e.terms)
            pairs.append((score, label == e.label))
    return pairs


def _count(examples: Sequence[Example], labels: list[str]) -> Model:
    number = {label: n for n, label in enumerate(labels)}
    docs, words = [0] * len(labels), [0] * len(labels)
    counts: dict[str, dict[int, int]] = {}
    for e in examples:
        n = number[e.label]
        docs[n] += 1
        words[n] += len(e.terms)
        for term in e.terms:
            of = counts.setdefault(term, {})
            of[n] = of.get(n, 0) + 1
    seen = {t: of for t, of in counts.items() if sum(of.values()) > 1}
    if len(seen) > MOST_KNOWN:
        kept = sorted(seen, key=lambda t: (-sum(seen[t].values()), t))[:MOST_KNOWN]
        seen = {t: seen[t] for t in kept}
    return Model(labels, docs, words, seen, len(examples))


def _scores(model: Model, known: Sequence[str]) -> list[float]:
    """log P(label) + weight · Σ log P(term | label) of every label; terms that no label has are left out, they say nothing."""
    size, total = len(model.counts) or 1, sum(model.docs)
    base = math.log(SMOOTHING)
    found = [
        math.log((docs + 1) / (total + len(model.docs))) + model.weight * len(known) * (base - math.log(words + SMOOTHING * size))
        for docs, words in zip(model.docs, model.words, strict=True)
    ]
    for term in known:
        for n, seen in model.counts[term].items():
            found[n] += model.weight * (math.log(seen + SMOOTHING) - base)
    return found


def _best(model: Model, given: Iterable[str]) -> tuple[str, float]:
    """The best label and how far it is ahead: its share of the probability, tempered by the length of the text."""
    known = [t for t in given if t in model.counts]
    scores = _scores(model, known)
    cool = max(1.0, model.weight * math.sqrt(len(known)))
    top = max(scores)
    share = 1 / sum(math.exp((s - top) / cool) for s in scores)
    return model.labels[scores.index(top)], share


def guess(model: Model, given: Sequence[str]) -> Guess:
    """The best label for a text with these terms; the caller decides which confidence is enough."""
    label, score = _best(model, given)
    return Guess(label, confidence(model.curve, score), because(model, given, label))


def because(model: Model, given: Sequence[str], label: str) -> tuple[str, ...]:
    """The terms that speak most for a label against all others, pairs that overlap in the text joined to words."""
    n = model.labels.index(label)
    size = len(model.counts) or 1
    rest = sum(model.words) - model.words[n]
    said: dict[str, float] = {}
    for term in given:
        of = model.counts.get(term)
        if of is None or of.get(n, 0) < 2 or term.isdigit():
            continue
        mine = (of[n] + SMOOTHING) / (model.words[n] + SMOOTHING * size)
        others = (sum(of.values()) - of[n] + SMOOTHING) / (rest + SMOOTHING * size)
        if mine > others:
            said[term] = math.log(mine / others)
    spoke = [(t, said[t]) for t in given if t in said]
    return tuple(text.removeprefix("=") for text, _ in joined(spoke)[:BECAUSE])


def joined(weighed: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Neighbouring pairs as one word (空压 + 压机 → 空压机), heaviest first."""
    found: list[tuple[str, float]] = []
    for term, weight in weighed:
        last, heavy = found[-1] if found else ("", 0.0)
        if len(term) == 2 and not term.isascii() and last and not last.isascii() and last[-1] == term[0] and len(last) < 6:
            found[-1] = (last + term[1], max(heavy, weight))
        else:
            found.append((term, weight))
    return sorted(found, key=lambda x: -x[1])


def isotonic(pairs: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """(score, right?) → steps (mean score, share that was right), rising; each of at least POOL predictions, a little modest."""
    ranked = sorted(pairs)
    pools: list[tuple[float, int, int]] = []  # sum of scores, right, n
    for begin in range(0, len(ranked), POOL):
        part = ranked[begin : begin + POOL]
        pools.append((sum(score for score, _ in part), sum(right for _, right in part), len(part)))
        while len(pools) > 1 and (pools[-1][2] < POOL or pools[-2][1] * pools[-1][2] >= pools[-1][1] * pools[-2][2]):
            last, before = pools.pop(), pools.pop()
            pools.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    return [(score / n, round((right + 1) / (n + 2), 4)) for score, right, n in pools]


def confidence(curve: Sequence[tuple[float, float]], score: float) -> float:
    """How often a guess with this score was right; between two steps in proportion, and less below all that was seen."""
    low, less = 0.0, 0.0
    for high, more in curve:
        if score < high:
            return min(SUREST, less + (more - less) * (score - low) / (high - low))
        low, less = high, more
    return min(SUREST, less)


def reliability(pairs: Iterable[tuple[float, bool]], bins: int = 5) -> list[Step]:
    """What was claimed against what came true, in equal bins of confidence; empty bins are left out."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for claimed, right in pairs:
        held.setdefault(min(int(claimed * bins), bins - 1), []).append((claimed, right))
    return [Step(sum(c for c, _ in of) / len(of), sum(r for _, r in of) / len(of), len(of)) for _, of in sorted(held.items())]


def miscalibration(steps: Sequence[Step]) -> float:
    """Expected calibration error: the mean distance between claim and truth, weighed by how many."""
    return sum(abs(s.claimed - s.true) * s.n for s in steps) / (sum(s.n for s in steps) or 1)
