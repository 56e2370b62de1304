"""Words of surveys."""

from gongdan.kernel.messages import register

register(
    {
        "link_ended": ("链接无效或已过期。", "This link is not valid any more."),
        "survey_closed": ("评价已提交，不能再修改。", "The rating was given and cannot be changed any more."),
        "survey_not_due": ("服务完成后才能评价。", "The service can be rated when it is finished."),
        "survey_off": ("此类工单没有开启满意度评价。", "This kind of order asks for no rating."),
        "score_missing": ("请选择 1–5 星。", "Choose 1 to 5 stars."),
    }
)
