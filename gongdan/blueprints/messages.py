"""Words of blueprints."""

from gongdan.kernel.messages import register

register(
    {
        "blueprint_unsound": (
            "模板有问题，不能发布：{first}",
            "The blueprint cannot be published: {first}",
        ),
        "blueprint_unreadable": ("模板内容无法解析：{reason}", "The blueprint cannot be read: {reason}"),
        "blueprint_key_fixed": (
            "模板标识不能更改，应为「{key}」。",
            "The key of a blueprint never changes; it must be “{key}”.",
        ),
        "blueprint_not_published": (
            "模板「{key}」还没有发布版本。",
            "Blueprint “{key}” has no published version yet.",
        ),
        "state_unknown": ("没有定义状态「{state}」。", "State “{state}” is not defined."),
        "state_unreachable": ("状态「{state}」无法到达。", "State “{state}” cannot be reached."),
        "state_trapped": (
            "状态「{state}」没有出口，也不是结束状态。",
            "State “{state}” has no way out and is not closed.",
        ),
        "state_twice": ("状态「{state}」重复定义。", "State “{state}” is defined twice."),
        "verb_unknown": ("没有动作「{verb}」。", "There is no verb “{verb}”."),
        "target_missing": (
            "缺少优先级 {priority} 的时限「{target}」。",
            "Target “{target}” has no minutes for priority {priority}.",
        ),
        "expression_wrong": ("表达式有误：{reason}", "The expression is wrong: {reason}"),
        "field_unknown": ("没有定义字段「{field}」。", "Field “{field}” is not defined."),
        "pattern_wrong": (
            "编号前缀只能是 1–8 位大写字母或数字。",
            "A number prefix has 1–8 capital letters or digits.",
        ),
    }
)
