"""Words of calendars."""

from gongdan.kernel.messages import register

register(
    {
        "calendar_wrong": ("日历有误：{reason}", "The calendar is wrong: {reason}"),
        "calendar_key_wrong": (
            "日历标识「{key}」无效：只能用字母、数字、点、横线和下划线，最多 60 个。",
            "“{key}” is no key of a calendar: use letters, digits, dots, dashes and underscores, 60 at most.",
        ),
        "calendar_unknown_use": (
            "没有日历「{key}」，请先建立或改用已有日历。",
            "There is no calendar “{key}”: add it first or name another.",
        ),
        "calendar_owner_unknown": ("没有这个{source}。", "There is no such record for {source}."),
        "calendar_used": ("日历「{key}」仍在使用，不能删除：{first}", "“{key}” is in use and cannot be deleted: {first}"),
        "calendar_used_by": (
            "{source}在用（共 {count} 处），请先改用其他日历。",
            "{count} use(s) by {source}: give them another calendar first.",
        ),
        "calendar_is_default": (
            "它是公司默认日历，请先指定另一个默认日历。",
            "It is the company's default: name another default first.",
        ),
        "country_unknown": (
            "没有国家或地区「{country}」的节假日数据，请填写两位代码，例如 CN、DE。",
            "There are no holidays for “{country}”: give a two-letter code such as CN or DE.",
        ),
        "month_wrong": ("月份应写作 2026-02。", "A month is written 2026-02."),
    }
)
