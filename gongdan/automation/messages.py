"""Words of automation."""

from gongdan.kernel.messages import register

register(
    {
        "rule_fact_unknown": (
            "没有可触发规则的事件「{name}」。可用：{known}。",
            "No fact “{name}” can trigger a rule. There are: {known}.",
        ),
        "rule_schedule_one": (
            "请只填写「每隔几分钟」「每天几点」「cron 表达式」其中一个。",
            "Give exactly one of every_minutes, daily_at and cron.",
        ),
        "rule_verb_unknown": (
            "规则不能执行「{name}」。可用：{known}。",
            "A rule cannot do “{name}”. It can: {known}.",
        ),
        "rule_args_wrong": (
            "动作「{verb}」的参数有误：{reason}",
            "The arguments of “{verb}” are not right: {reason}",
        ),
        "rule_deed_not_yours": (
            "您没有「{action}」的权限，不能让规则替您执行。请去掉该动作或联系管理员。",
            "You may not do “{action}” yourself, so a rule of yours may not. Take it out, or ask your administrator.",
        ),
        "rule_condition_wrong": ("条件有误：{reason}", "The condition is not right: {reason}"),
        "rule_condition_type": (
            "条件必须得出真或假，例如 [priority]=1。",
            "A condition must be true or false, such as [priority]=1.",
        ),
        "rule_held_moves": (
            "「{name}」随时间自行变化，不能用于「持续」触发。请改用定时触发。",
            "“{name}” changes with time alone, so nothing tells when it begins to hold. Use a schedule.",
        ),
        "rule_fact_fields": (
            "「{name}」只能用于带有该值的事件触发。",
            "“{name}” is there only when the event that triggers brings it.",
        ),
        "rule_nobody": ("没有可以通知的人。", "There is nobody to tell."),
        "rule_child_parent": ("子工单缺少必填项：{reason}", "The child order lacks something: {reason}"),
        "dry_run_which": ("请给出一条规则：rule_id 或 rule。", "Give one rule: rule_id or rule."),
        "dry_run_period": ("时间范围无效：起始须早于结束。", "The period is not valid: it must begin before it ends."),
        "dry_run_over": ("这次试运行已经结束。", "This dry run has ended."),
        "rule_loop": (
            "规则会互相触发：{names}。连续 {most} 次后会被停止；请让其中一条的条件排除另一条的结果。",
            "Rules trigger each other: {names}. They are stopped after {most} times; let a condition exclude what the other does.",
        ),
        "rule_done": ("已执行", "Done"),
        "rule_partly": ("部分动作未成功", "Some deeds were refused"),
        "rule_refused": ("动作均未成功", "All deeds were refused"),
        "rule_stopped_depth": (
            "已停止：规则连环触发超过 {most} 层",
            "Stopped: rules caused each other more than {most} times in a row",
        ),
        "rule_stopped_rate": (
            "已停止：一小时内已在此工单执行 {most} 次",
            "Stopped: it ran {most} times on this order within an hour",
        ),
        "advice_transfers": ("已转派 {times} 次", "Handed on {times} times"),
        "advice_ping_pong": (
            "在「{one}」与「{other}」之间来回 {times} 次",
            "Going to and fro between “{one}” and “{other}”, {times} times",
        ),
        "advice_stuck": (
            "已在当前状态停留 {minutes} 分钟；{orders} 次停留中九成不超过 {usual} 分钟",
            "In this state for {minutes} minutes; nine in ten of {orders} stays were over within {usual}",
        ),
        "advice_escalate": (
            "升级给专家 {name}：处理「{fault}」历史最快",
            "Escalate to {name}, who has the best history with “{fault}”",
        ),
        "advice_change_rule": (
            "修改派单规则：「{fault}」直接派给 {name}",
            "Change the rule: send “{fault}” straight to {name}",
        ),
        "advice_effect": (
            "这样处理的 {so_orders} 单中位用时 {so_minutes} 分钟，否则 {else_orders} 单为 {else_minutes} 分钟{few}",
            "Median {so_minutes} minutes over {so_orders} orders handled so, {else_minutes} over {else_orders} others{few}",
        ),
        "n_rule": ("{text}（工单 {number}）", "{text} (order {number})"),
    }
)
