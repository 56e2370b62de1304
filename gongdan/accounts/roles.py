"""The shipped roles. Data only: a tenant may change its copy.

Relations: all, own, team, unit, partner (see kernel.access). Verbs on orders are permissions `order.<verb>`.
"""

from __future__ import annotations

from typing import Any

EVERYWHERE = ["all"]
READ_MASTERS = {
    name: EVERYWHERE
    for name in (
        "team.view",
        "blueprint.view",
        "calendar.view",
        "notification.view",
        "file.view",
        "file.add",
        "order.save_view",
        "reply.view",
        "reply.edit",
        "onboarding.practise",
    )
}
DESK_VERBS = (
    "create edit accept assign transfer hold resume follow_up close reopen cancel "
    "comment note attach tag link merge split watch export bulk"
)
FIELD_VERBS = "edit accept start hold resume complete comment note attach tag watch transfer"


def _orders(verbs: str, relations: list[str]) -> dict[str, list[str]]:
    return {f"order.{verb}": relations for verb in verbs.split()}


SHIPPED: dict[str, dict[str, Any]] = {
    "agent": {
        "zh": "客服专员",
        "en": "Service agent",
        "grants": {
            **READ_MASTERS,
            **_orders("view " + DESK_VERBS, EVERYWHERE),
            **{
                n: EVERYWHERE
                for n in (
                    "customer.view customer.edit asset.view asset.edit user.view workforce.view dispatch.view "
                    "sla.view survey.view survey.send board.view automation.view"
                ).split()
            },
        },
    },
    "dispatcher": {
        "zh": "服务调度",
        "en": "Dispatcher",
        "grants": {
            **READ_MASTERS,
            **_orders("view " + DESK_VERBS, EVERYWHERE),
            **{
                n: EVERYWHERE
                for n in (
                    "customer.view asset.view user.view workforce.view workforce.edit dispatch.view dispatch.run "
                    "sla.view survey.view board.view board.limit automation.view"
                ).split()
            },
        },
    },
    "engineer": {
        "zh": "一线工程师",
        "en": "Field engineer",
        "grants": {
            **READ_MASTERS,
            **_orders("view", ["own", "team"]),
            **_orders("claim", ["team"]),
            **_orders(FIELD_VERBS, ["own"]),
            "customer.view": EVERYWHERE,
            "asset.view": EVERYWHERE,
            "user.view": EVERYWHERE,
            "workforce.view": EVERYWHERE,
            "sla.view": EVERYWHERE,
            "board.view": EVERYWHERE,
        },
    },
    "manager": {
        "zh": "服务经理",
        "en": "Service manager",
        "grants": {
            **READ_MASTERS,
            **_orders("view start complete claim decide " + DESK_VERBS, EVERYWHERE),
            **{
                n: EVERYWHERE
                for n in (
                    "customer.view customer.edit asset.view asset.edit user.view team.edit workforce.view workforce.edit "
                    "calendar.edit dispatch.view dispatch.run sla.view sla.edit survey.view survey.send blueprint.edit "
                    "order.explain_access blueprint.publish board.view board.limit order.share_view reply.share job.view "
                    "onboarding.view automation.view automation.edit"
                ).split()
            },
        },
    },
    "partner": {
        "zh": "合作伙伴工程师",
        "en": "Partner engineer",
        "grants": {
            **{
                n: EVERYWHERE
                for n in (
                    "blueprint.view notification.view file.view file.add order.save_view board.view reply.view reply.edit "
                    "onboarding.practise"
                ).split()
            },
            **_orders("view", ["own", "partner"]),
            **_orders("accept start hold resume complete comment attach", ["own"]),
            "sla.view": EVERYWHERE,
        },
        "fields": {"order.description": "read", "customer.tier": "hide"},
    },
    "admin": {"zh": "系统管理员", "en": "Administrator", "grants": {"*": EVERYWHERE}},
}
