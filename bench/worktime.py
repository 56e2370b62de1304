"""Deadlines per second: `python -m bench.worktime`."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

from gongdan.engines.worktime.arithmetic import add
from gongdan.engines.worktime.calendar import DAYS, compile_calendar


def main() -> None:
    windows = [["09:00", "12:00"], ["13:30", "18:00"]]
    calendar = compile_calendar({"zone": "Asia/Shanghai", "weekly": dict.fromkeys(DAYS[:5], windows)})
    rng = random.Random(1)
    base = datetime(2026, 1, 1, tzinfo=UTC)
    cases = [(base + timedelta(minutes=rng.randrange(500_000)), rng.randrange(60, 300_000)) for _ in range(50_000)]
    add(calendar, *cases[0])
    begin = time.process_time()
    for start, amount in cases:
        add(calendar, start, amount)
    print(f"{len(cases) / (time.process_time() - begin):,.0f} deadlines/s")


if __name__ == "__main__":
    main()
