"""Words of workforce."""

from gongdan.kernel.http.problems import name_constraints
from gongdan.kernel.messages import register

register(
    {
        "shift_overlaps": ("该工程师这段时间已有班次。", "The engineer has a shift at that time already."),
        "skill_key_taken": ("技能标识已存在。", "This skill key exists already."),
        "skill_twice": ("技能「{skill}」填了两次。", "The skill “{skill}” is given twice."),
        "interval_order": ("结束时间必须晚于开始时间。", "It must end after it begins."),
    }
)
name_constraints(
    {
        "workforce_skill_key": ("skill_key_taken", "key"),
        "workforce_shift_overlap": ("shift_overlaps", "starts_at"),
        "workforce_shift_order": ("interval_order", "ends_at"),
        "workforce_absence_order": ("interval_order", "ends_at"),
    }
)
