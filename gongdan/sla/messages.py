"""Words of SLA."""

from gongdan.kernel.messages import register

register(
    {
        "sla_breached": ("工单 {number} 已超期。", "Order {number} is overdue."),
        "policy_condition": ("条件有误。", "The condition is wrong."),
        "policy_calendar": (
            "没有日历「{calendar}」，请选择一个已有日历。",
            "There is no calendar “{calendar}”; choose one that exists.",
        ),
        "policy_no_start": (
            "至少要有一个从建单起算的时限。",
            "At least one target has to begin when the order is created.",
        ),
        "policy_key_twice": ("时限「{key}」重复，请改用其他标识。", "The target “{key}” is there twice; give one another key."),
        "policy_minutes": ("缺少优先级 {priority} 的分钟数。", "The minutes for priority {priority} are missing."),
        "policy_never_stops": (
            "请说明哪个动作或状态结束该时限。",
            "Say which verb or family ends this target.",
        ),
        "policy_thresholds": ("预警百分比须由小到大且不重复。", "Thresholds have to rise, none twice."),
        "calendar_in_policy": ("时限策略「{name}」使用该日历。", "The policy “{name}” counts by this calendar."),
        "policies_others": (
            "策略已被他人增删，请刷新后再排序。",
            "Policies were added or deleted meanwhile; read them again, then put them in order.",
        ),
    }
)
