"""Permissions of workforce."""

from gongdan.kernel.permissions import declare

declare(
    {
        "workforce.view": ("查看工程师", "See engineers"),
        "workforce.edit": ("管理工程师与排班", "Manage engineers and shifts"),
    }
)
