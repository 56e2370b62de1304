"""Permissions of accounts."""

from gongdan.kernel.permissions import declare

declare(
    {
        "user.view": ("查看人员", "See people"),
        "user.edit": ("管理人员与角色", "Manage people and roles"),
        "team.view": ("查看团队与组织", "See teams and units"),
        "team.edit": ("管理团队与组织", "Manage teams and units"),
        "setting.edit": ("修改系统设置", "Change settings"),
    }
)
