"""Permissions of assets."""

from gongdan.kernel.permissions import declare

declare({"asset.view": ("查看设备", "See assets"), "asset.edit": ("管理设备", "Manage assets")})
