"""Permissions of blueprints."""

from gongdan.kernel.permissions import declare

declare(
    {
        "blueprint.view": ("查看工单模板", "See blueprints"),
        "blueprint.edit": ("编辑工单模板", "Edit blueprints"),
        "blueprint.publish": ("发布工单模板", "Publish blueprints"),
    }
)
