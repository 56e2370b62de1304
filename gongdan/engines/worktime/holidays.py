"""Days off and make-up workdays from package data, for seeding calendars; a year without an announcement is provisional.

China: `chinesecalendar` (State Council announcements; make-up workdays 调休 included); other countries: `holidays`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any


def china(years: range, work_windows: list[list[str]]) -> tuple[dict[str, dict[str, Any]], list[int]]:
    """(days for a calendar definition, provisional years). A year nobody has announced gets its statutory days only."""
    import chinese_calendar

    days: dict[str, dict[str, Any]] = {}
    provisional: list[int] = []
    for year in years:
        try:
            chinese_calendar.is_workday(date(year, 6, 1))
        except NotImplementedError:
            provisional.append(year)
            days |= statutory("CN", year)
            continue
        day = date(year, 1, 1)
        while day.year == year:
            off, name = chinese_calendar.get_holiday_detail(day)
            if off and name:
                days[day.isoformat()] = {"windows": [], "name": _chinese(name)}
            elif not off and day.weekday() >= 5:
                days[day.isoformat()] = {"windows": work_windows, "name": f"{_chinese(name or '')}调休"}
            day += timedelta(days=1)
    return days, provisional


NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def _chinese(name: str) -> str:
    return NAMES.get(name, name)


def statutory(country: str, year: int) -> dict[str, dict[str, Any]]:
    """The statutory holidays of a country and year."""
    import holidays

    found = holidays.country_holidays(country, years=year, language="zh_CN" if country == "CN" else None)
    return {day.isoformat(): {"windows": [], "name": str(name)} for day, name in sorted(found.items())}
