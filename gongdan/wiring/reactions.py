"""Who listens to what. The one page to read for "what happens when …?".

`now`: inside the transaction that emits, in this order. `later`: a job in the same commit.
"""

from __future__ import annotations

from gongdan.automation import actions as automation
from gongdan.automation import facts
from gongdan.files.queries import add_owner_check
from gongdan.kernel import hooks
from gongdan.kernel.events import react_later, react_now
from gongdan.onboarding.queries import removed_orders
from gongdan.orders import anchoring
from gongdan.orders.queries import file_visible
from gongdan.sla import actions as sla


def register() -> None:
    """Wire the slices together; safe to call twice."""
    hooks.add_preload("order", "sla", sla.preload)
    add_owner_check(file_visible)
    anchoring.add_excuse(removed_orders)

    react_now("order.created", sla.start)
    react_now("order.moved", sla.follow)
    react_now("order.edited", sla.retarget)
    react_now("order.commented", sla.heard)
    react_now("order.merged", sla.set_aside)
    react_now("order.unmerged", sla.take_up)
    for name in facts.triggers():  # a job, if a rule of the company listens
        react_now(name, automation.listen)

    react_later("order.created", "dispatch.auto")
    react_later("order.assigned", "automation.tell_assigned")
    react_later("order.commented", "automation.tell_commented")
    react_later("order.completed", "surveys.send")
    react_later("survey.answered", "surveys.low_score")
    react_later("order.merged", "automation.tell_merged")
    react_later("order.unmerged", "automation.tell_unmerged")
    react_later("order.task_opened", "automation.tell_task")
    react_later("customer.changed", "sla.customer_changed")
    react_later("sla.breached", "automation.tell_breached")
    react_later("dispatch.nobody_found", "automation.tell_nobody_found")
