"""Figures of a period and over time, each with its written definition and the list of orders it is made of.

Everything but `opened` looks at the orders resolved in the period (the latest resolving counts; who cancels resolves nothing),
so that one index range gives all of them and one list shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from gongdan.boards.queries import counted
from gongdan.boards.schemas import Kpi, Kpis, PeriodQuery, Point, Trend, TrendQuery
from gongdan.kernel.access import can, require
from gongdan.kernel.errors import Invalid
from gongdan.kernel.pipeline import Statement
from gongdan.kernel.work import Work
from gongdan.orders import listing

DAYS, WEEKS, MOST_DAYS, WEEK = 30, 12, 400, 7
# intervals are summed and become seconds once: as seconds each would be a numeric, several times as dear
SUMS = (
    "count(*), coalesce(extract(epoch from sum(greatest(coalesce(o.accepted_at, o.resolved_at) - o.opened_at, interval '0'))), 0), "
    "coalesce(extract(epoch from sum(greatest(o.resolved_at - o.opened_at, interval '0'))), 0), "
    "count(*) filter (where o.reopened = 0 and o.handovers = 0), count(*) filter (where o.reopened > 0), "
    "count(*) filter (where o.sla_state = 'met'), count(*) filter (where o.sla_state in ('met', 'breached'))"
)
RATED = "count(*) filter (where s.score >= 4), count(*)"
RATED_FROM = "orders_order o join surveys_survey s on s.tenant_id = o.tenant_id and s.order_id = o.id and s.score is not null"


class Sums(NamedTuple):
    """What all figures are computed from; seconds where they are times."""

    resolved: int = 0
    first_response: float = 0.0
    resolve: float = 0.0
    first_time: int = 0
    reopened: int = 0
    met: int = 0
    judged: int = 0
    happy: int = 0
    rated: int = 0
    opened: int = 0


class Figure(NamedTuple):
    """A figure: words, definition, unit, how it is computed, and the filters of the orders under and over the line."""

    zh: str
    en: str
    zh_definition: str
    en_definition: str
    unit: str
    better: Literal["more", "less"]
    value: Callable[[Sums], float | None]
    below: Callable[[Sums], int]
    filter: dict[str, str]
    above: Callable[[Sums], int] | None = None
    part: dict[str, str] | None = None


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _mean(seconds: float, count: int) -> float | None:
    return round(float(seconds) / 60 / count, 1) if count else None


FIGURES: dict[str, Figure] = {
    "first_response": Figure(
        "平均首次响应", "Mean first response",
        "期内解决的工单，从开单到受理的平均时长（自然时间）；没有受理动作的按解决时间计。",
        "Orders resolved in the period: mean time from opening to acceptance (calendar time); without an acceptance, to resolving.",
        "minutes", "less", lambda s: _mean(s.first_response, s.resolved), lambda s: s.resolved, {},
    ),
    "resolve": Figure(
        "平均解决时长", "Mean time to resolve",
        "期内解决的工单，从开单到解决的平均时长（自然时间，含挂起）；取消的不算。",
        "Orders resolved in the period: mean time from opening to resolving (calendar time, holds included); none cancelled.",
        "minutes", "less", lambda s: _mean(s.resolve, s.resolved), lambda s: s.resolved, {},
    ),
    "first_time": Figure(
        "首次修复率", "First-time fix",
        "期内解决的工单中，没有重新打开过、也没有转派过的占比。",
        "Of the orders resolved in the period, the share that was never reopened and never transferred.",
        "percent", "more", lambda s: _share(s.first_time, s.resolved), lambda s: s.resolved, {},
        lambda s: s.first_time, {"first_time": "true"},
    ),
    "sla": Figure(
        "时限达成率", "SLA attainment",
        "期内解决且有时限的工单中，所有时限都达成的占比。",
        "Of the orders resolved in the period that had deadlines, the share that met all of them.",
        "percent", "more", lambda s: _share(s.met, s.judged), lambda s: s.judged, {"sla": "met,breached"},
        lambda s: s.met, {"sla": "met"},
    ),
    "reopened": Figure(
        "重新打开率", "Reopen rate",
        "期内解决的工单中，曾被重新打开的占比。",
        "Of the orders resolved in the period, the share that had been reopened.",
        "percent", "less", lambda s: _share(s.reopened, s.resolved), lambda s: s.resolved, {},
        lambda s: s.reopened, {"reopened": "true"},
    ),
    "csat": Figure(
        "客户满意率", "Customer satisfaction",
        "期内解决且客户已评分的工单中，4 星和 5 星的占比。",
        "Of the orders resolved in the period that customers rated, the share with 4 or 5 stars.",
        "percent", "more", lambda s: _share(s.happy, s.rated), lambda s: s.rated, {"rating": "1,2,3,4,5"},
        lambda s: s.happy, {"rating": "4,5"},
    ),
    "resolved": Figure(
        "解决量", "Resolved",
        "期内解决的工单数；取消的不算，重新打开后又解决的按最后一次算。",
        "Orders resolved in the period; cancelled ones do not count, reopened ones by their latest resolving.",
        "orders", "more", lambda s: float(s.resolved), lambda s: s.resolved, {},
    ),
    "opened": Figure(
        "开单量", "Opened",
        "期内开单的工单数，按发生时间。",
        "Orders opened in the period, by when it happened.",
        "orders", "less", lambda s: float(s.opened), lambda s: s.opened, {},
    ),
}  # fmt: skip
BACKLOG = (
    "积压", "Backlog",
    "此刻还没有关闭的工单数（不随期间变化）。",
    "Orders that are not closed at this moment (whatever the period).",
)  # fmt: skip
SHOWN = ("first_response", "resolve", "first_time", "sla", "csat", "reopened", "resolved", "opened")


def kpis(work: Work, query: PeriodQuery) -> Kpis:
    """All figures of a period, with those of the period before it."""
    require(work.actor, "board.view")
    first, last = span(work, query.from_, query.to, DAYS)
    length = last - first + timedelta(days=1)
    base = narrowed(query)
    bounds = [midnight(work, day) for day in (first - length, first, last + timedelta(days=1))]
    sums = _sums(work.batch(_statements(work, base, bounds, None)))
    before, now = sums.get(1, Sums()), sums.get(2, Sums())
    _, begin, end = bounds
    items = [_kpi(key, FIGURES[key], now, before, base, begin, end) for key in SHOWN if key != "csat" or _rates(work)]
    open_count, capped = listing.count(work, {**base, "open": "true"})
    backlog = Kpi(
        key="backlog", label={"zh": BACKLOG[0], "en": BACKLOG[1]}, definition={"zh": BACKLOG[2], "en": BACKLOG[3]}, unit="orders",
        value=float(open_count), before=None, better="less", part=None,
        orders=counted(open_count + capped, {**base, "open": "true"}),
    )  # fmt: skip
    return Kpis(at=work.at, from_=begin, to=end, items=[*items, backlog])


def trend(work: Work, query: TrendQuery) -> Trend:
    """One figure by day or week; with `compare`, the same number of days before, point by point."""
    require(work.actor, "board.view")
    if query.metric == "csat":
        require(work.actor, "survey.view")
    figure = FIGURES[query.metric]
    first, last = span(work, query.from_, query.to, DAYS if query.by == "day" else WEEKS * WEEK)
    step = 1 if query.by == "day" else WEEK
    if query.by == "week":
        first -= timedelta(days=first.weekday())
    length = -(-((last - first).days + 1) // step) * step
    spans = [first] + ([first - timedelta(days=length)] if query.compare else [])
    base = narrowed(query)
    lines = []
    for begin in spans:
        days = [begin + timedelta(days=n) for n in range(0, length + 1, step)]
        bounds = [midnight(work, d) for d in days]
        sums = _sums(work.batch(_statements(work, base, bounds, query.metric)))
        lines.append([_point(figure, query.metric, sums.get(n + 1, Sums()), base, days, bounds, n) for n in range(len(days) - 1)])
    return Trend(
        metric=query.metric, label={"zh": figure.zh, "en": figure.en},
        definition={"zh": figure.zh_definition, "en": figure.en_definition},
        unit=figure.unit, by=query.by, at=work.at, points=lines[0], compared=lines[1] if query.compare else [],
    )  # fmt: skip


def narrowed(query: PeriodQuery | TrendQuery) -> dict[str, str]:
    """The filters of the work list that a period's figures are narrowed by."""
    return {k: v for k in ("blueprint", "team_id") if (v := getattr(query, k))}


def span(work: Work, first: date | None, last: date | None, usual: int) -> tuple[date, date]:
    """The first and last day asked for, or the `usual` number of days up to today. Raises Invalid."""
    last = last or work.at.astimezone(ZoneInfo(work.actor.zone)).date()
    first = first or last - timedelta(days=usual - 1)
    if first > last or (last - first).days >= MOST_DAYS:
        raise Invalid("invalid_value", field="from", reason=f"≤ to, ≤ {MOST_DAYS}")
    return first, last


def midnight(work: Work, day: date) -> datetime:
    """The first instant of a day where the actor is."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(work.actor.zone))


def _rates(work: Work) -> bool:
    return can(work.actor, "survey.view")


def _range(metric: str, begin: datetime, end: datetime) -> dict[str, str]:
    name = "opened" if metric == "opened" else "resolved"
    return {f"{name}_from": begin.isoformat(), f"{name}_to": end.isoformat()}


def _statements(work: Work, base: dict[str, str], bounds: list[datetime], metric: str | None) -> list[Statement]:
    """The sums of each stretch between bounds: of what was opened, resolved, rated – of one metric only what it needs."""
    found: list[Statement] = []
    opened = listing.scope(work, {**base, **_range("opened", bounds[0], bounds[-1])})
    resolved = listing.scope(work, {**base, **_range("resolved", bounds[0], bounds[-1])})
    for name, columns, table, column, within in (
        ("opened", "count(*)", "orders_order o", "o.opened_at", opened),
        ("resolved", SUMS, "orders_order o", "o.resolved_at", resolved),
        ("csat", RATED, RATED_FROM, "o.resolved_at", resolved),
    ):
        wanted = metric is None or metric == name or (name == "resolved" and metric not in ("opened", "csat"))
        if wanted and (name != "csat" or _rates(work)):
            bucket, params = _bucket(column, bounds)
            sql = f"select '{name}', {bucket}, {columns} from {table} where {within.sql} group by 2"
            found.append((sql, [*params, *within.params]))
    return found


def _bucket(column: str, bounds: list[datetime]) -> tuple[str, list[Any]]:
    """Between which bounds a moment lies, from 1 on; two stretches take one comparison, a fraction of a search among bounds."""
    if len(bounds) == 3:
        return f"case when {column} < %s then 1 else 2 end", [bounds[1]]
    return f"width_bucket({column}, %s::timestamptz[])", [bounds]


def _sums(results: list[list[tuple[Any, ...]]]) -> dict[int, Sums]:
    fields = {"opened": ("opened",), "resolved": Sums._fields[:7], "csat": ("happy", "rated")}
    found: dict[int, Sums] = {}
    for rows in results:
        for name, bucket, *values in rows:
            found[bucket] = found.get(bucket, Sums())._replace(**dict(zip(fields[name], values, strict=True)))
    return found


def _kpi(key: str, figure: Figure, now: Sums, before: Sums, base: dict[str, str], begin: datetime, end: datetime) -> Kpi:
    wanted = {**base, **_range(key, begin, end), **figure.filter}
    return Kpi(
        key=key,
        label={"zh": figure.zh, "en": figure.en},
        definition={"zh": figure.zh_definition, "en": figure.en_definition},
        unit=figure.unit,
        value=figure.value(now),
        before=figure.value(before),
        better=figure.better,
        orders=counted(figure.below(now), wanted),
        part=counted(figure.above(now), {**wanted, **(figure.part or {})}) if figure.above else None,
    )


def _point(
    figure: Figure, metric: str, sums: Sums, base: dict[str, str], days: list[date], bounds: list[datetime], n: int
) -> Point:
    wanted = {**base, **_range(metric, bounds[n], bounds[n + 1]), **figure.filter}
    return Point(days[n], days[n + 1] - timedelta(days=1), figure.value(sums), counted(figure.below(sums), wanted))
