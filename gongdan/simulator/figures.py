"""Figures computed from ledger entries: of replayed process logs (pure; quantiles as pandas does) and of the promise (SQL)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import fmean
from typing import Any
from uuid import UUID

from gongdan.kernel.work import Work

TOLERANCE = 0.01
IGNORED = ("notes", "made_sla_final", "made_sla_true_share_by_priority", "first_event", "last_event")


@dataclass
class Event:
    """A ledger entry that stands for a log row."""

    state: str
    at: datetime
    data: dict[str, Any]


@dataclass
class Case:
    """An order and its entries in order."""

    id: UUID
    opened_at: datetime
    events: list[Event]


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile by linear interpolation."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * q
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _changes(case: Case) -> list[tuple[str, str]]:
    return [(a.state, b.state) for a, b in pairwise(case.events) if a.state != b.state]


def _path(case: Case) -> list[str]:
    states = [case.events[0].state]
    return states + [b for _, b in _changes(case)]


def _hours(case: Case, name: str) -> float | None:
    last = case.events[-1].data.get(name)
    if not last:
        return None
    return (datetime.fromisoformat(last).replace(tzinfo=UTC) - case.opened_at).total_seconds() / 3600


def _summary(hours: list[float]) -> dict[str, float]:
    return {
        "n": len(hours),
        "median": quantile(hours, 0.5),
        "mean": fmean(hours),
        "p90": quantile(hours, 0.9),
    }


def incidents(cases: list[Case]) -> dict[str, Any]:
    """The figures of log_uci_incidents."""
    changes = Counter(f"{a} -> {b}" for case in cases for a, b in _changes(case))
    # a row without a group says nothing about a hand-over: the groups named are compared in order
    groups = [[g for e in case.events if (g := e.data.get("assignment_group"))] for case in cases]
    resolved = [h for case in cases if (h := _hours(case, "resolved_at")) is not None]
    closed = [h for case in cases if (h := _hours(case, "closed_at")) is not None]
    labels = Counter(case.events[-1].data.get("made_sla", "") for case in cases)
    return {
        "incidents": len(cases),
        "events": sum(len(case.events) for case in cases),
        "state_event_counts": dict(Counter(e.state for case in cases for e in case.events)),
        "state_change_counts": dict(changes),
        "incidents_revisiting_a_state": sum(len(_path(c)) != len(set(_path(c))) for c in cases),
        "incidents_resolved_then_reopened": sum(
            any(a == "Resolved" and b not in ("Resolved", "Closed") for a, b in _changes(c)) for c in cases
        ),
        "reassignment_count_final_sum": sum(int(c.events[-1].data.get("reassignment_count", 0)) for c in cases),
        "reopen_count_final_sum": sum(int(c.events[-1].data.get("reopen_count", 0)) for c in cases),
        "group_handovers_between_consecutive_events": sum(a != b for g in groups for a, b in pairwise(g)),
        "events_by_group_top10": dict(Counter(g for case in groups for g in case).most_common(10)),
        "incidents_by_priority": dict(Counter(c.events[-1].data.get("priority", "") for c in cases)),
        "open_to_resolved_hours": _summary(resolved),
        "open_to_closed_hours": _summary(closed),
        "made_sla_final": {k: v for k, v in labels.items() if k},
    }


def helpdesk(cases: list[Case]) -> dict[str, Any]:
    """The figures of log_helpdesk_it."""
    traces = [[e.state.removeprefix("a") for e in case.events] for case in cases]
    variants = Counter(",".join(t) for t in traces)
    days = [(c.events[-1].at - c.events[0].at).total_seconds() / 86_400 for c in cases]
    return {
        "cases": len(cases),
        "events": sum(map(len, traces)),
        "activity_counts": dict(Counter(a for t in traces for a in t)),
        "directly_follows": dict(Counter(f"{a}>{b}" for t in traces for a, b in pairwise(t))),
        "variants": len(variants),
        "top5_variants": [[v, n] for v, n in variants.most_common(5)],
        "cases_with_repeated_activity": sum(len(t) != len(set(t)) for t in traces),
        "case_duration_days": {
            "median": quantile(days, 0.5),
            "mean": fmean(days),
            "p90": quantile(days, 0.9),
        },
    }


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Where `found` differs from `expected`, in words; numbers within TOLERANCE are equal. Keys only one side has are named."""
    lines: list[str] = []
    for key, wanted in expected.items():
        if key in IGNORED:
            continue
        if key not in found:
            lines.append(f"{key}: not computed")
        elif not _same(wanted, found[key]):
            lines.append(f"{key}: expected {wanted}, found {found[key]}")
    return lines


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict)
            and all(k in found and _same(v, found[k]) for k, v in wanted.items())
            and not (set(found) - set(wanted) - {"p90", "n"})
        )
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(wanted - found) <= TOLERANCE
    return bool(wanted == found)


# ADR 0021: per order, from its ledger entries only. Hours are clock hours; what has not happened is not in a mean, but counted.
PROMISE = """
with per_order as (
  select order_id,
    min(occurred_at) filter (where type = 'created') as opened,
    min(occurred_at) filter (where type in ('accept', 'start') and actor_kind = 'person') as answered,
    max(occurred_at) filter (where type = 'complete') as solved,
    bool_or(type = 'transfer' and data ->> 'reason' like %s) as wrong
  from orders_event group by order_id
), chased as (
  select e.order_id, count(*) as times from orders_event e join per_order p on p.order_id = e.order_id
  where e.type = 'commented' and e.actor_kind = 'link' and (p.answered is null or e.occurred_at < p.answered) group by 1
)
select count(*), count(answered), count(solved),
  extract(epoch from avg(answered - opened)) / 3600,
  avg(wrong::int),
  extract(epoch from avg(solved - answered)) / 3600,
  extract(epoch from avg(solved - opened)) / 3600,
  coalesce(sum(chased.times), 0) / nullif(count(*), 0)::float8
from per_order left join chased using (order_id)
"""
PROMISED = ("first_response_hours", "wrongly_routed", "handling_hours", "opened_to_resolved_hours", "asked_again")


def promise(work: Work, wrong: str) -> dict[str, float]:
    """What ADR 0021 measures, for the work's company. `wrong`: how the reason of a transfer for wrong routing begins."""
    row = work.one(PROMISE, [wrong + "%"])
    if row is None or not row[0]:
        raise ValueError("this company has no order: nothing can be measured")
    orders, answered, solved, *means = row
    return {
        "orders": int(orders),
        "unanswered": int(orders - answered),
        "unresolved": int(orders - solved),
        **{name: float(value) if value is not None else float("nan") for name, value in zip(PROMISED, means, strict=True)},
    }
