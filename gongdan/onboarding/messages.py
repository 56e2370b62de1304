"""Words of onboarding."""

from gongdan.kernel.messages import register

register(
    {
        "industry_unknown": ("没有这个行业模板。", "There is no such industry."),
        "set_up_already": (
            "已经有演示数据。要换行业，请先清除演示数据。",
            "There is sample data already. To take another industry, remove it first.",
        ),
        "samples_running": ("演示数据正在生成，请等它完成。", "The sample data is being made; please wait until it is done."),
        "samples_none": ("没有演示数据可清除。", "There is no sample data to remove."),
        "name_differs": ("输入的公司名称不一致，应为“{name}”。", "That is not the company's name; it is “{name}”."),
        "tour_none": ("这个角色没有练习。", "This role has no tour."),
        "tour_needs_blueprint": (
            "还没有可用来练习的工单模板，请管理员先在“开始”页选择行业。",
            "There is no blueprint to practise with; an administrator chooses an industry on the page “Start” first.",
        ),
    }
)
