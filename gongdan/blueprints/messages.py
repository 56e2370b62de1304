"""Words of blueprints."""

from gongdan.kernel.http.problems import name_constraints
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
        "draft_there": (
            "模板「{key}」有未发布的草稿；要覆盖它，请在 version 中给出其版本号。",
            "Blueprint “{key}” has an unpublished draft; to replace it, give its version number as version.",
        ),
        "no_draft": (
            "模板「{key}」没有待发布的草稿。",
            "Blueprint “{key}” has no draft to publish.",
        ),
        "prefix_taken": ("编号前缀已被另一个模板使用。", "Another blueprint uses this number prefix."),
        "transition_twice": (
            "状态「{state}」下的动作「{verb}」定义了两次。",
            "“{verb}” from state “{state}” is defined twice.",
        ),
        "one_target": (
            "动作「{verb}」只能有一个目标状态，只有 move 可以有多个。",
            "“{verb}” leads to one state only; several are for “move”.",
        ),
        "target_twice": ("时限「{target}」重复定义。", "Target “{target}” is defined twice."),
        "target_endless": (
            "时限「{target}」没有停表条件，请填写 stops_on。",
            "Nothing stops target “{target}”: fill in stops_on.",
        ),
        "target_unknown": ("没有定义时限「{target}」。", "Target “{target}” is not defined."),
        "calendar_unknown": (
            "没有日历「{calendar}」，请先建立或改用已有日历。",
            "There is no calendar “{calendar}”: add it first or name another.",
        ),
        "calendar_in_blueprint": (
            "工单模板「{name}」的时限使用它，请先改用其他日历。",
            "The limits of the blueprint “{name}” count by it: name another there first.",
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
name_constraints({"blueprints_prefix": ("prefix_taken", "prefix")})
