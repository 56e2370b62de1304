"""Permissions of orders: one per verb, so that roles read as people speak."""

from gongdan.kernel.permissions import declare

declare(
    {
        "order.view": ("查看工单", "See orders"),
        "order.create": ("新建工单", "Create orders"),
        "order.edit": ("编辑工单", "Edit orders"),
        "order.accept": ("受理/接单", "Accept"),
        "order.assign": ("派单", "Assign"),
        "order.claim": ("抢单", "Claim"),
        "order.transfer": ("转派", "Transfer"),
        "order.start": ("开始服务", "Start"),
        "order.hold": ("挂起", "Put on hold"),
        "order.resume": ("恢复", "Resume"),
        "order.complete": ("完成服务", "Complete"),
        "order.follow_up": ("回访", "Follow up"),
        "order.close": ("关闭工单", "Close"),
        "order.reopen": ("重新打开", "Reopen"),
        "order.cancel": ("取消工单", "Cancel"),
        "order.move": ("变更状态（回放）", "Move to any state (replay)"),
        "order.observe": ("补记观察", "Record an observation"),
        "order.backdate": ("补录发生时间", "Backdate events"),
        "order.decide": ("审批", "Decide approvals"),
        "order.comment": ("公开回复", "Reply publicly"),
        "order.note": ("内部备注", "Write internal notes"),
        "order.attach": ("添加附件", "Attach files"),
        "order.tag": ("打标签", "Tag"),
        "order.link": ("关联工单", "Link orders"),
        "order.merge": ("合并工单", "Merge orders"),
        "order.split": ("拆分工单", "Split orders"),
        "order.watch": ("关注工单", "Watch orders"),
        "order.export": ("导出工单", "Export orders"),
        "order.bulk": ("批量操作", "Bulk operations"),
        "order.save_view": ("保存个人视图", "Save personal views"),
        "order.share_view": ("共享视图", "Share views"),
        "order.verify": ("校验账本", "Verify the ledger"),
    }
)
