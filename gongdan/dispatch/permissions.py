"""Permissions of dispatch."""

from gongdan.kernel.permissions import declare

declare(
    {
        "dispatch.view": ("查看派单建议", "See candidates"),
        "dispatch.run": ("自动派单", "Dispatch automatically"),
    }
)
