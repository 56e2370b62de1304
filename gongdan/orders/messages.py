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
        "merge_self": ("工单不能合并到自己，请选择另一张工单。", "An order cannot be merged into itself; choose another."),
        "merged_away": (
            "{number} 已合并到 {into}，请在 {into} 上操作；30 天内可撤销合并。",
            "{number} was merged into {into}: do it there, or undo the merge within 30 days.",
        ),
        "merge_holds_others": (
            "已有工单合并到 {number}。请把 {into} 合并到 {number}，或先撤销那些合并。",
            "Other orders were merged into {number}. Merge {into} into {number} instead, or undo those merges first.",
        ),
        "merge_closed": (
            "{number} 已关闭，不用合并；需要时请关联两张工单。",
            "{number} is closed and need not be merged; link the two if it helps.",
        ),
        "into_closed": (
            "{into} 已关闭，合并后问题会无人处理。请先重新打开它，或反过来合并。",
            "{into} is closed: nobody would work on it. Reopen it first, or merge the other way round.",
        ),
        "not_merged": ("这张工单没有合并到其他工单。", "This order is not merged into another."),
        "not_split": ("这张工单不是拆分出来的，或拆分已撤销。", "This order did not come from a split, or that was undone."),
        "undo_too_late": ("已超过 {days} 天，不能撤销。", "More than {days} days have passed; it cannot be undone."),
        "split_in_use": (
            "新工单上已有后续操作，不能撤销拆分：{first}",
            "The split cannot be undone, something happened on the new order: {first}",
        ),
        "merge_other_customer": ("两张工单的客户不同。", "The two orders are of different customers."),
        "merge_other_asset": ("两张工单的设备不同。", "The two orders are about different assets."),
        "merge_other_blueprint": ("两张工单的模板不同。", "The two orders have different blueprints."),
        "merge_other_contact": ("两张工单的联系电话不同。", "The two orders have different contact phones."),
        "merge_other_assignee": ("{number} 有自己的处理人。", "{number} has an assignee of its own."),
        "merge_further_on": ("{number} 的进度更靠前。", "{number} is further on."),
        "merge_more_urgent": ("{number} 的优先级更高。", "{number} has the higher priority."),
        "merge_open_steps": ("{number} 有 {n} 个未完成的节点，合并后停止。", "{number} has {n} open steps; they stop."),
        "merge_shows": (
            "{number} 的 {comments} 条沟通和 {files} 个附件会显示在 {into} 上，原处保留。",
            "{comments} messages and {files} files of {number} will be shown on {into}; they stay where they are.",
        ),
        "merge_unites": (
            "{into} 增加 {tags} 个标签、{watchers} 位关注人。",
            "{into} gets {tags} tags and {watchers} watchers.",
        ),
        "merge_ends": ("{number} 以「{state}」结束，计时停止。", "{number} ends as “{state}”; its clocks stop."),
        "merge_follows": (
            "客户的跟踪链接继续有效，按 {into} 的进度显示。",
            "The customer's tracking link goes on working and shows how {into} goes.",
        ),
        "reshape_undo": ("{days} 天内可以撤销。", "It can be undone for {days} days."),
        "split_makes": (
            "按模板「{blueprint}」新建一张工单，与 {number} 关联。",
            "A new order of “{blueprint}” is made and linked to {number}.",
        ),
        "split_shows": (
            "选中的沟通和附件两边都显示。",
            "The messages and files you choose are shown on both.",
        ),
        "link_loop": ("这样会形成上下级循环，请选择另一张工单。", "The orders would be parents in a circle; choose another order."),
        "link_of_merge": ("这个关联来自合并，请撤销合并。", "This link comes from a merge: undo the merge instead."),
        "link_self": ("工单不能关联自己。", "An order cannot be linked to itself."),
        "token_unknown": ("没有这个节点或已结束。", "No such node, or it has ended."),
        "not_your_turn": ("这个节点不由您处理。", "This node is not yours to handle."),
        "voted_already": ("您已经审批过了。", "You have decided already."),
        "unknown_verb": ("不支持动作「{verb}」。", "There is no verb “{verb}”."),
        "bulk_too_many": ("一次最多 {most} 张工单。", "At most {most} orders at a time."),
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
        "orders_reshape_self": ("merge_self", "into"),
        "orders_link_self": ("link_self", "other_id"),
        "orders_link_other_fk": ("unknown_reference", "other_id"),
        "orders_attachment_file_fk": ("unknown_reference", "file_id"),
        "orders_watcher_user_fk": ("unknown_reference", "user_id"),
        "orders_order_pkey": ("already_exists", "id"),
    }
)
