"""Words of knowledge."""

from gongdan.kernel.messages import register

register(
    {
        "reply_variable_unknown": (
            "没有变量「{name}」。可用：{known}。",
            "There is no variable “{name}”. There are: {known}.",
        ),
    }
)
