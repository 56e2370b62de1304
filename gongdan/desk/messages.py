"""Words of desk."""

from gongdan.kernel.messages import register

register(
    {
        "preference_key": (
            "偏好名称应为 1–80 个字母、数字或 . _ : -。",
            "A preference's name has 1–80 letters, digits or . _ : - and begins with a letter.",
        ),
        "preference_too_long": (
            "这项偏好太大：最多 {most} 字节，现在 {size}。请减少其中的内容。",
            "This preference is too long: at most {most} bytes, now {size}. Keep less in it.",
        ),
        "preference_too_many": (
            "每人最多保存 {most} 项偏好。请先删除不用的视图或设置。",
            "A person keeps at most {most} preferences. Remove views or settings that are not used.",
        ),
        "drafts_too_many": (
            "草稿已有 {most} 份，请先发送或删除一些。",
            "There are {most} drafts already; send or delete some first.",
        ),
        "outgoing_gone": ("这条消息已经发出，不能撤回了。", "This message was sent and cannot be taken back any more."),
        "n_send_refused": ("工单 {number} 的回复没有发出：{why}", "Your reply on order {number} was not sent: {why}"),
        "n_then_refused": (
            "工单 {number} 的回复已发出，但状态没有变更：{why}",
            "Your reply on order {number} was sent, but its state was not changed: {why}",
        ),
    }
)
