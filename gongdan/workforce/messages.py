"""Words of workforce."""

from gongdan.kernel.http.problems import name_constraints
from gongdan.kernel.messages import register

register(
    {
        "shift_overlaps": ("该工程师这段时间已有班次。", "The engineer has a shift at that time already."),
        "interval_order": ("结束时间必须晚于开始时间。", "It must end after it begins."),
    }
)
name_constraints(
    {
        "workforce_shift_overlap": ("shift_overlaps", "starts_at"),
        "workforce_shift_order": ("interval_order", "ends_at"),
        "workforce_absence_order": ("interval_order", "ends_at"),
    }
)
