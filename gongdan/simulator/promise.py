"""The promise experiment (ADR 0021): both ways on the same fates over many seeds, figures from the ledger, intervals, verdicts."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, stdev
from uuid import UUID

from gongdan.accounts import actions as accounts
from gongdan.blueprints import actions as blueprints
from gongdan.blueprints import queries as blueprint_queries
from gongdan.kernel import ids
from gongdan.kernel.access import system_actor
from gongdan.kernel.work import Work, raw_connection, unit_of_work
from gongdan.simulator import drawing, figures
from gongdan.simulator.company import ZONE, Company, Size, build
from gongdan.simulator.model import Experiment, Model
from gongdan.simulator.trial import WRONG, engineers_of, start_of
from gongdan.simulator.ways import ByPlanner, ByRounds

WAYS = {"today": ByRounds, "ours": ByPlanner}
BY_HAND = ("  mode: auto\n  team: field\n", "  mode: manual\n  team: desk\n")
# two-sided 95 % quantiles of Student's t by degrees of freedom
T95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228, 11: 2.201, 12: 2.179}
T95 |= {13: 2.160, 14: 2.145, 15: 2.131, 16: 2.120, 17: 2.110, 18: 2.101, 19: 2.093, 20: 2.086, 24: 2.064, 29: 2.045, 39: 2.023}
Figures = dict[str, float]


@dataclass(frozen=True)
class Interval:
    """A mean and its 95 % interval."""

    mean: float
    low: float
    high: float


def interval(values: Sequence[float]) -> Interval:
    """Mean and 95 % interval by Student's t; a single value has no interval."""
    mean = fmean(values)
    if len(values) < 2:
        return Interval(mean, -math.inf, math.inf)
    freedom = max(f for f in T95 if f <= len(values) - 1)  # the next smaller one is the wider interval
    half = T95[freedom] * stdev(values) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half)


def verdict(found: Interval, target: float) -> str:
    """Against "at most `target`"; the whole interval decides."""
    if found.high <= target:
        return "reached"
    return "not reached" if found.low > target else "open"


def slug(seed: int, way: str) -> str:
    """The company of a run."""
    return f"promise-{seed}-{way}"


def run(model: Model, seed: int, way: str, company: str | None = None) -> tuple[UUID, Counter[str]]:
    """Play one seed one way in a company of its own: (its id, what actions refused). The ledger stays."""
    experiment = model.experiment
    if experiment is None:
        raise ValueError("this model has no experiment: add its part, or use models/promise.yaml")
    start = start_of(experiment)
    tenant = ids.uuid7(start)
    raw_connection().execute("set synchronous_commit = off")  # nothing simulated is acknowledged to anybody
    ids.use_random(random.Random(f"{seed} {tenant}").randbytes)
    try:
        with unit_of_work(system_actor(tenant, "simulator"), start) as work:
            accounts.add_tenant(tenant, company or slug(seed, way), f"模拟 {seed} {way}", start, kind="sandbox")
            made = build(
                work, random.Random(f"company {seed}"), "!", experiment.days + experiment.drain_days, _size(experiment), model
            )
            if way == "today":
                _by_hand(work)
        return tenant, _trial(model, experiment, seed, way, made, start)
    finally:
        ids.use_random(None)
        raw_connection().execute("set synchronous_commit = on")


def _size(experiment: Experiment) -> Size:
    return Size(experiment.engineers, experiment.customers, experiment.assets, ("深圳市",), crews=True, plan_ahead=False)


def _by_hand(work: Work) -> None:
    """The repair blueprint without automatic dispatch: requests lie in the desk's queue."""
    text = blueprint_queries.pack("maintenance")
    if BY_HAND[0] not in text:
        raise ValueError("the pack maintenance no longer says `mode: auto, team: field`; bring BY_HAND in line with it")
    blueprints.import_yaml(work, text.replace(*BY_HAND))
    blueprints.publish(work, "repair")


def _trial(model: Model, experiment: Experiment, seed: int, way: str, made: Company, start: datetime) -> Counter[str]:
    """Fates and sick days have streams of their own, so that both ways draw the same."""
    fates = drawing.requests(model, random.Random(f"fates {seed}"), made.fleet, start, experiment.days, ZONE, experiment.orders)
    engineers = engineers_of(model, random.Random(f"staff {seed}"), made)
    return WAYS[way](model, getattr(experiment, way), made, fates, engineers).run()


def measure(tenant: UUID, model: Model) -> Figures:
    """The figures of a run, from its ledger."""
    assert model.experiment is not None  # noqa: S101 – checked by run
    at = start_of(model.experiment) + timedelta(days=model.experiment.days + model.experiment.drain_days)
    with unit_of_work(system_actor(tenant, "figures"), at) as work:
        return figures.promise(work, WRONG)


ROWS: tuple[tuple[str, str, float, str], ...] = (
    ("first_response_hours", "first response, h", 1, "{:.1f}"),
    ("wrongly_routed", "wrongly routed, %", 100, "{:.1f}"),
    ("handling_hours", "handling (accepted → resolved), h", 1, "{:.1f}"),
    ("opened_to_resolved_hours", "created → resolved, h", 1, "{:.1f}"),
    ("asked_again", "customer asks again before an answer, per order", 1, "{:.2f}"),
    ("unanswered", "orders never answered", 1, "{:.1f}"),
    ("unresolved", "orders never resolved", 1, "{:.1f}"),
)


def report(today: list[Figures], ours: list[Figures]) -> str:
    """The table, in Markdown: means with 95 % intervals over seeds, paired differences, and the three verdicts."""
    lines = ["| figure | today's way | ours | paired difference | change, % |", "|---|---|---|---|---|"]
    for key, words, factor, shape in ROWS:
        a, b = [f[key] * factor for f in today], [f[key] * factor for f in ours]
        change = _show(interval(_changes(a, b)), "{:+.0f}") if all(a) else "–"
        pair = interval([y - x for x, y in zip(a, b, strict=True)])
        lines.append(f"| {words} | {_show(interval(a), shape)} | {_show(interval(b), shape)} | {_show(pair, shape)} | {change} |")
    lines += ["", "| promise of the briefs | found | verdict |", "|---|---|---|"]
    for words, found, target, shape in _promises(today, ours):
        lines.append(f"| {words} | {_show(found, shape)} | {verdict(found, target)} |")
    return "\n".join(lines)


def _promises(today: list[Figures], ours: list[Figures]) -> list[tuple[str, Interval, float, str]]:
    response = interval([f["first_response_hours"] for f in ours])
    wrong = interval([f["wrongly_routed"] * 100 for f in ours])
    handling = interval(_changes([f["handling_hours"] for f in today], [f["handling_hours"] for f in ours]))
    return [
        ("first response 24 h → 4 h: ours at most 4 h", response, 4.0, "{:.1f}"),
        ("wrong routing 15 % → 3 %: ours at most 3 %", wrong, 3.0, "{:.1f}"),
        ("handling time −30 %: paired change at most −30 %", handling, -30.0, "{:+.0f}"),
    ]


def _changes(before: Sequence[float], after: Sequence[float]) -> list[float]:
    return [100 * (y / x - 1) for x, y in zip(before, after, strict=True)]


def _show(found: Interval, shape: str) -> str:
    return f"{shape} ({shape} … {shape})".format(found.mean, found.low, found.high)


def play(model: Model, seeds: Sequence[int], say: Callable[[str], None]) -> tuple[list[Figures], list[Figures]]:
    """Run and measure all seeds both ways. What an action refused is said: a right run has none of it."""
    found: dict[str, list[Figures]] = {way: [] for way in WAYS}
    for seed in seeds:
        for way, rows in found.items():
            tenant, refused = run(model, seed, way)
            rows.append(measure(tenant, model))
            say(f"seed {seed} {way:<5} " + "  ".join(f"{k} {v:.2f}" for k, v in rows[-1].items()))
            for what, count in sorted(refused.items()):
                say(f"  refused {what}: {count}")
    return found["today"], found["ours"]
