"""Permissions of automation."""

from gongdan.kernel.permissions import declare

declare(
    {
        "automation.view": ("查看自动化规则", "See automation rules"),
        "automation.edit": ("管理自动化规则", "Manage automation rules"),
    }
)
