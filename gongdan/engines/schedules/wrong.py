"""What can be wrong with a schedule, in words that name the field and the remedy."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "cron_fields": (
        "需要 5 个字段（分 时 日 月 周），这里有 {found} 个。",
        "Five fields are needed (minute, hour, day, month, weekday); here are {found}.",
    ),
    "cron_value": ("「{found}」无效，请写 {low}–{high}{names}。", "“{found}” is not understood: write {low}–{high}{names}."),
    "cron_step": (
        "步长「{found}」无效，请写大于 0 的整数，例如 */5。",
        "“{found}” is no step: write a whole number above 0, as in */5.",
    ),
    "cron_range": (
        "范围「{found}」的结束早于开始，请分成两段，例如 22-23,0-4。",
        "Range “{found}” ends before it begins: write two, as in 22-23,0-4.",
    ),
    "cron_nth": ("「{found}」无效，# 后请写 1–5，例如 fri#2。", "“{found}” is not understood: write 1–5 after #, as in fri#2."),
    "cron_never": (
        "这样的日期不存在，永远不会运行；请检查日与月。",
        "No such date exists, so it never runs: look at day and month.",
    ),
    "rule_start": (
        "缺少开始时间，请写一行 DTSTART，例如 DTSTART:20260301T090000。",
        "The start is missing: add a line such as DTSTART:20260301T090000.",
    ),
    "rule_line": (
        "不认识这一行「{found}」，可用 DTSTART、RRULE、RDATE、EXDATE。",
        "The line “{found}” is not known: DTSTART, RRULE, RDATE and EXDATE are.",
    ),
    "rule_part": ("不认识「{found}」，请删去或改正。", "“{found}” is not known: remove or correct it."),
    "rule_twice": ("「{found}」写了两次，请只留一次。", "“{found}” is written twice: keep one."),
    "rule_freq": (
        "缺少 FREQ，或其值无效；请写 YEARLY、MONTHLY、WEEKLY、DAILY、HOURLY、MINUTELY 或 SECONDLY。",
        "FREQ is missing or wrong: write YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY or SECONDLY.",
    ),
    "rule_value": (
        "「{found}」无效，请写 {low} 到 {high} 的整数。",
        "“{found}” is wrong: write whole numbers from {low} to {high}.",
    ),
    "rule_weekday": (
        "「{found}」无效，请写 MO、TU、WE、TH、FR、SA、SU，前面可加序号，例如 2MO。",
        "“{found}” is wrong: write MO, TU, WE, TH, FR, SA or SU, perhaps with a number as in 2MO.",
    ),
    "rule_nth": (
        "带序号的星期「{found}」只能用于 MONTHLY 或 YEARLY（且没有 BYWEEKNO）。",
        "A numbered weekday “{found}” needs MONTHLY, or YEARLY without BYWEEKNO.",
    ),
    "rule_time": (
        "时间「{found}」无效，请写 20260301T090000，UTC 再加 Z。",
        "“{found}” is no time: write 20260301T090000, with a Z for UTC.",
    ),
    "rule_zone": (
        "没有时区「{found}」，请写 Asia/Shanghai 这样的名称。",
        "There is no zone “{found}”: write a name such as Asia/Shanghai.",
    ),
    "rule_both": ("COUNT 和 UNTIL 只能写一个。", "Write COUNT or UNTIL, not both."),
}


class Wrong(ValueError):
    """A schedule that cannot be read: `field` (minute … weekday, or the part of a rule), `code`, and words in both languages."""

    def __init__(self, field: str, code: str, **values: object) -> None:
        zh, en = (words.format(**values) for words in MESSAGES[code])
        self.field, self.code, self.zh, self.en = field, code, zh, en
        super().__init__(f"{field}: {en}")
