"""`./dev bench time [--json FILE]`: what time limits cost on one core, without the database: deadlines, clocks, explanations, choices.

The sweep's cost with 100,000 sleeping timers is held by `tests/reliability/test_timers.py`, lateness under kills by `tests/rig`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from gongdan.blueprints.document import Label
from gongdan.engines.expressions import compiler
from gongdan.engines.worktime import holidays
from gongdan.engines.worktime.arithmetic import add
from gongdan.engines.worktime.calendar import DAYS, compile_calendar
from gongdan.sla import choosing, rules
from gongdan.sla.choosing import Policy
from gongdan.sla.plans import Plan, PlanTarget

SHIFTS = [["09:00", "12:00"], ["13:30", "18:00"]]
BARS = {"deadlines": 100_000.0}
BASE = datetime(2026, 1, 1, tzinfo=UTC)
TARGET = PlanTarget(key="resolve", label=Label("解决", "Resolution"), minutes=dict.fromkeys(("1", "2", "3", "4"), 960))
POLICIES = 20


def _rate(once: Callable[[int], Any], count: int) -> float:
    once(0)
    begun = time.process_time()
    for n in range(count):
        once(n)
    return count / (time.process_time() - begun)


def rows() -> list[dict[str, Any]]:
    """[{name, per_second, must}] of CPU time of this process."""
    days, provisional = holidays.china(range(2025, 2028), SHIFTS)
    weekly = dict.fromkeys(DAYS[:5], SHIFTS)
    calendar = compile_calendar({"zone": "Asia/Shanghai", "weekly": weekly, "days": days, "provisional": provisional})
    rng = random.Random(1)
    cases = [(BASE + timedelta(minutes=rng.randrange(500_000)), rng.randrange(60, 300_000)) for _ in range(50_000)]
    plan = Plan(calendar="x", targets=[TARGET])

    def calendar_of(_: str) -> Any:
        return calendar

    def clock(n: int) -> rules.ClockRow:
        row = rules.start(UUID(int=0), TARGET, plan, 3, cases[n][0], calendar_of)
        rules.pause(row, "customer", cases[n][0] + timedelta(hours=3))
        rules.resume(row, cases[n][0] + timedelta(hours=30), calendar_of)
        rules.arm(row, (50, 80, 100), calendar_of)
        return row

    held = [clock(n) for n in range(1_000)]
    node = choosing.read('AND(tier = "vip", city = "南山", priority <= 2)')
    program = compiler.compile_node(node) if node is not None else None
    policies = [Policy(UUID(int=i), 1, Label("x", "x"), node, program, plan) for i in range(POLICIES)]
    values = {"tier": "vip", "city": "福田", "priority": 3}
    context = compiler.Context(now=BASE, today=BASE.date())
    figures = {
        "deadlines": _rate(lambda n: add(calendar, *cases[n]), 50_000),
        "clocks started, stood, resumed, armed": _rate(clock, 5_000),
        "clocks explained": _rate(lambda n: rules.computed(held[n % 1_000], calendar_of).explain(BASE + timedelta(days=400)), 200),
        f"choices among {POLICIES} policies": _rate(lambda _: choosing.choose(policies, values, context), 5_000),
    }
    return [{"name": name, "per_second": round(rate), "must": BARS.get(name)} for name, rate in figures.items()]


def main(options: argparse.Namespace) -> int:
    """Print the rows; status 1 when one misses its bar."""
    found = rows()
    for row in found:
        print(f"{row['name']:<42}{row['per_second']:>12,}/s" + (f"   must {row['must']:,.0f}" if row["must"] else ""))
    if options.json:
        Path(options.json).write_text(json.dumps(found, ensure_ascii=False, indent=1))
    return int(any(row["must"] and row["per_second"] < row["must"] for row in found))
