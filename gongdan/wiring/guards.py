"""Which queries of upper slices may block which verbs.

Orders asks for hold, conditions, required fields, open tasks and approvals itself; SOP steps and stock come with their slices, and
are added here, one line each.
"""

from __future__ import annotations

from gongdan.blueprints import queries as blueprints
from gongdan.customers import queries as customers
from gongdan.kernel import hooks
from gongdan.sla import queries as sla


def register() -> None:
    """Wire the guards; safe to call twice."""
    hooks.add_guard("calendar.delete", blueprints.using_calendar)
    hooks.add_guard("calendar.delete", sla.using_calendar)
    hooks.add_guard("calendar.use", customers.missing_owner)
