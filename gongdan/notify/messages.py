"""Words of notifications and messages: title and, for mail, body."""

from gongdan.kernel.messages import register

register(
    {
        "n_assigned": ("您有新工单 {number}：{title}", "Order {number} is yours: {title}"),
        "n_team_assigned": ("班组新工单 {number}：{title}", "New order for your team, {number}: {title}"),
        "n_merged": ("工单 {number} 已合并到 {into}", "Order {number} was merged into {into}"),
        "n_unmerged": ("工单 {number} 的合并已撤销，请继续处理", "The merge of order {number} was undone: it is yours again"),
        "n_commented": ("工单 {number} 有新回复", "A new reply on order {number}"),
        "n_replied": ("客户回复了工单 {number}：{title}", "The customer replied on order {number}: {title}"),
        "n_mentioned": ("{name} 在工单 {number} 提到了您：{title}", "{name} mentioned you on order {number}: {title}"),
        "n_breached": ("工单 {number} 已超期：{title}", "Order {number} is overdue: {title}"),
        "n_transferred": ("工单 {number} 已转给他人：{title}", "Order {number} went to somebody else: {title}"),
        "snooze_when": ("请选择将来的时间，最长一年。", "Choose a time to come, at most a year away."),
        "mute_what": ("请说明不再提醒什么：类别或工单。", "Say what to mute: a kind, or an order."),
        "n_nobody_found": (
            "工单 {number} 没有合适的工程师，请手工派单",
            "No engineer fits order {number}; please assign it",
        ),
        "n_low_score": ("工单 {number} 评价 {score} 星", "Order {number} was rated {score} stars"),
        "n_token": ("工单 {number} 需要您审批", "Order {number} waits for your decision"),
        "message_not_stopped": (
            "这条消息已发送或正在发送，无需重试。",
            "This message was sent or is on its way; there is nothing to try again.",
        ),
        "n_duty_stopped": (
            "后台任务「{duty}」已停止，上次成功：{since}。请检查后台进程。",
            "The background duty “{duty}” has stopped; it last succeeded at {since}. Please look at the worker.",
        ),
        "mail_duty_stopped": (
            "后台任务「{duty}」已停止\n\n上次成功：{since}。时限预警、消息等可能不再发出，请检查后台进程（worker）。",
            "The background duty “{duty}” has stopped\n\nIt last succeeded at {since}. Please look at the worker process.",
        ),
        "mail_created": (
            "已收到您的服务请求 {number}\n\n进度查询：{link}",
            "We have your request {number}\n\nFollow it here: {link}",
        ),
        "mail_survey": (
            "请评价本次服务 {number}\n\n点击打开评价页：{link}",
            "How was our service, order {number}?\n\nRate it here: {link}",
        ),
    }
)
