"""What the samples of a load run say: quantiles, errors, shares of the mix, and whether the bars of P01 and P02 are met. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bench.load_users import Sample

READS = frozenset({"list", "detail", "home", "board", "bell", "customer", "candidates"})
CONFLICT = 409  # two people changed one order: the right answer, counted apart
# up to so many users: p95, p99 in seconds (reliability.md P01, P02)
BARS = ((200, 0.5, 1.0), (400, 1.0, None))


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile: the smallest value that at least that share does not exceed. 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * q), len(ordered) - 1)] if ordered else 0.0


def wrong(sample: Sample) -> bool:
    """Whether the call failed its person: no answer, a fault of the server, or a refusal that is no conflict."""
    return not (200 <= sample.status < 300 or sample.status == CONFLICT)


def summary(samples: Sequence[Sample], users: int, seconds: float) -> dict[str, Any]:
    """Figures of a phase; milliseconds."""
    rows = {}
    for name in sorted({s.name for s in samples}):
        rows[name] = _figures([s for s in samples if s.name == name])
    kinds = Counter("read" if s.name in READS else s.name if s.name in ("create", "search") else "update" for s in samples)
    total = max(len(samples), 1)
    return {
        "users": users,
        "seconds": round(seconds, 1),
        "per_second": round(len(samples) / seconds, 1),
        "all": _figures(samples),
        "operations": rows,
        "mix": {k: round(100 * v / total) for k, v in sorted(kinds.items())},
        "errors": dict(Counter(f"{s.name} {s.status or 'no answer'} {s.text[:160]}" for s in samples if wrong(s)).most_common(10)),
    }


def _figures(samples: Sequence[Sample]) -> dict[str, Any]:
    times = [s.seconds * 1000 for s in samples]
    return {
        "count": len(samples),
        "errors": sum(map(wrong, samples)),
        "conflicts": sum(s.status == CONFLICT for s in samples),
        **{f"p{round(q * 100)}_ms": round(quantile(times, q), 1) for q in (0.5, 0.95, 0.99)},
    }


def misses(found: dict[str, Any]) -> list[str]:
    """Which bars a phase misses, in words; empty when it meets them. A phase without calls meets nothing."""
    p95, p99 = next(((a, b) for most, a, b in BARS if found["users"] <= most), BARS[-1][1:])
    every, said = found["all"], []
    if every["count"] == 0:
        said.append("no call was made in the measured time")
    if every["errors"]:
        said.append(f"{every['errors']} errors; 0 are allowed")
    if every["p95_ms"] > p95 * 1000:
        said.append(f"p95 {every['p95_ms']} ms; at most {p95 * 1000:.0f} ms")
    if p99 is not None and every["p99_ms"] > p99 * 1000:
        said.append(f"p99 {every['p99_ms']} ms; at most {p99 * 1000:.0f} ms")
    return said


def table(found: dict[str, Any]) -> str:
    """A phase in Markdown."""
    lines = ["| operation | calls | errors | conflicts | p50 | p95 | p99 ms |", "|---|---|---|---|---|---|---|"]
    for name, row in [*found["operations"].items(), ("**all**", found["all"])]:
        lines.append(
            f"| {name} | {row['count']} | {row['errors']} | {row['conflicts']} | {row['p50_ms']} | {row['p95_ms']} | {row['p99_ms']} |"
        )
    return "\n".join(lines)
