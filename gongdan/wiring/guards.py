"""Which queries of upper slices may block which verbs.

None yet beyond what orders itself asks (hold, conditions, required fields, open tasks and approvals): SOP steps and stock come with
their slices, and are added here, one line each.
"""

from __future__ import annotations


def register() -> None:
    """Wire the guards; safe to call twice."""
