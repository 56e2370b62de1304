"""Permissions of notify."""

from gongdan.kernel.permissions import declare

declare(
    {
        "notification.view": ("查看通知", "See own notifications"),
        "job.view": ("查看后台任务", "See background work"),
    }
)
