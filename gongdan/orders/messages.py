"""Words of orders."""

from gongdan.kernel.http.problems import name_constraints
from gongdan.kernel.messages import register

register(
    {
        "verb_not_here": (
            "「{state}」状态下不能「{verb}」。",
            "“{verb}” is not possible in state “{state}”.",
        ),
        "contact_elsewhere": ("这位联系人属于另一个客户，请重新选择。", "This contact belongs to another customer; choose again."),
        "id_wrong": (
            "工单 id 应为当前时间的 UUIDv7；也可以不填，由系统生成。",
            "An order's id is a UUIDv7 of about now; or leave it out and one is made.",
        ),
        "blocked": ("还不能「{verb}」：{first}", "“{verb}” must wait: {first}"),
        "condition_fails": ("不满足流转条件。", "The condition of this step is not met."),
        "field_required": ("还需要填写「{label}」。", "“{label}” must be filled in first."),
        "task_by_verb": (
            "这个任务随「{verb}」完成，请直接执行该动作。",
            "This task is finished by “{verb}”: say that instead.",
        ),
        "task_open": ("任务「{label}」尚未完成。", "Task “{label}” is still open."),
        "approval_open": ("审批「{label}」尚未通过。", "Approval “{label}” is still open."),
        "target_missing_move": ("请指明目标状态。", "Name the state to move to."),
        "target_not_allowed": (
            "不能从「{state}」变更为「{to}」。",
            "No move from “{state}” to “{to}” is allowed.",
        ),
        "assignee_or_team": ("请选择处理人或班组。", "Choose a person or a team."),
        "assignee_inactive": ("该人员不存在或已停用。", "This person does not exist or is not active."),
        "already_claimed": ("手慢了，{name} 已抢到这张工单。", "Too late: {name} has claimed this order."),
        "not_in_team": ("您不在该班组，不能抢单。", "You are not in this team and cannot claim from it."),
        "already_held": ("工单已经挂起。", "The order is on hold already."),
        "not_held": ("工单没有挂起。", "The order is not on hold."),
        "held": ("工单已挂起，请先恢复。", "The order is on hold; resume it first."),
        "reason_missing": ("请填写原因。", "Give a reason."),
        "number_taken": ("工单编号重复，请重试。", "The order number is taken; try again."),
        "external_key_taken": ("外部编号已导入过。", "This external key was imported before."),
        "link_self": ("工单不能关联自己。", "An order cannot be linked to itself."),
        "token_unknown": ("没有这个节点或已结束。", "No such node, or it has ended."),
        "not_your_turn": ("这个节点不由您处理。", "This node is not yours to handle."),
        "voted_already": ("您已经审批过了。", "You have decided already."),
        "unknown_verb": ("不支持动作「{verb}」。", "There is no verb “{verb}”."),
        "bulk_too_many": ("一次最多 {most} 张工单。", "At most {most} orders at a time."),
        "bulk_nothing": ("没有符合条件的工单，没有可做的。", "No order matches; there is nothing to do."),
        "bulk_which": ("请给出工单（ids、filter 或 retry_of 之一）。", "Say which orders: ids, filter or retry_of, one of them."),
        "bulk_over": ("这次批量已经结束，不能取消。", "This run has ended; it cannot be cancelled."),
        "undo_running": ("批量还在进行，请先等它结束或取消。", "The run is not over yet; wait for it or cancel it first."),
        "undo_late": ("超过 24 小时，不能再撤销。", "More than 24 hours have passed; it can no longer be undone."),
        "undo_twice": ("这次批量已经撤销过。", "This run has been undone already."),
        "undo_said": ("「{verb}」已经告诉了客户，不能收回。", "“{verb}” has been told to the customer and cannot be taken back."),
        "undo_changed": ("之后有人改过这张工单，没有撤销。", "Somebody has changed this order since; it was left as it is."),
        "export_columns": ("不能导出列「{column}」。", "There is no column “{column}” to export."),
        "filter_unknown": ("不支持按「{field}」筛选。", "There is no filter “{field}”."),
        "sort_unknown": ("不支持按「{sort}」排序。", "There is no sort “{sort}”."),
        "query_too_long": ("搜索内容过长。", "The search text is too long."),
    }
)
name_constraints(
    {
        "orders_order_number": ("number_taken", "number"),
        "orders_order_external": ("external_key_taken", "external_key"),
        "orders_order_blueprint_fk": ("unknown_reference", "blueprint"),
        "orders_order_customer_fk": ("unknown_reference", "customer_id"),
        "orders_order_contact_fk": ("unknown_reference", "contact_id"),
        "orders_order_site_fk": ("unknown_reference", "site_id"),
        "orders_order_asset_fk": ("unknown_reference", "asset_id"),
        "orders_order_team_fk": ("unknown_reference", "team_id"),
        "orders_order_assignee_fk": ("unknown_reference", "assignee_id"),
        "orders_order_org_unit_fk": ("unknown_reference", "org_unit_id"),
        "orders_order_partner_fk": ("unknown_reference", "partner_id"),
        "orders_link_self": ("link_self", "other_id"),
        "orders_link_other_fk": ("unknown_reference", "other_id"),
        "orders_attachment_file_fk": ("unknown_reference", "file_id"),
        "orders_watcher_user_fk": ("unknown_reference", "user_id"),
        "orders_order_pkey": ("already_exists", "id"),
    }
)
