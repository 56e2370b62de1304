"""Words of desk."""

from gongdan.kernel.messages import register

register(
    {
        "drafts_too_many": (
            "草稿已有 {most} 份，请先发送或删除一些。",
            "There are {most} drafts already; send or delete some first.",
        ),
        "outgoing_gone": ("这条消息已经发出，不能撤回了。", "This message was sent and cannot be taken back any more."),
        "n_send_refused": ("工单 {number} 的回复没有发出：{why_zh}", "Your reply on order {number} was not sent: {why_en}"),
        "n_then_refused": (
            "工单 {number} 的回复已发出，但状态没有变更：{why_zh}",
            "Your reply on order {number} was sent, but its state was not changed: {why_en}",
        ),
    }
)
