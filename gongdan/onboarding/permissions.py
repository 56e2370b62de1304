"""Permissions of onboarding."""

from gongdan.kernel.permissions import declare

declare(
    {
        "onboarding.manage": ("设置公司、管理演示数据和反馈", "Set the company up, manage sample data and feedback"),
        "onboarding.practise": ("做上手练习、提反馈", "Do the exercises and give feedback"),
        "onboarding.view": ("查看上手进度", "See how far people are with their tours"),
    }
)
