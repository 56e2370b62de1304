"""Permissions of knowledge."""

from gongdan.kernel.permissions import declare

declare(
    {
        "reply.view": ("使用快捷回复", "Use quick replies"),
        "reply.edit": ("编辑个人快捷回复", "Write own quick replies"),
        "reply.share": ("管理班组和公司快捷回复", "Look after quick replies of teams and the company"),
    }
)
