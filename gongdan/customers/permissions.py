"""Permissions of customers."""

from gongdan.kernel.permissions import declare

declare({"customer.view": ("查看客户", "See customers"), "customer.edit": ("管理客户", "Manage customers")})
