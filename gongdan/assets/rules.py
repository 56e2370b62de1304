"""Pure decisions about assets."""

from __future__ import annotations

from datetime import date


def verdict(until: date | None, today: date) -> dict[str, str]:
    """The warranty in words. `until` is the last day it covers; None: nobody knows."""
    if until is None:
        return {"zh": "无保修信息", "en": "warranty unknown"}
    if until >= today:
        return {"zh": f"保修至 {until.isoformat()}", "en": f"in warranty until {until.isoformat()}"}
    days = (today - until).days
    return {"zh": f"已过保 {days} 天", "en": f"out of warranty for {days} day{'' if days == 1 else 's'}"}
