"""Permissions of the SLA slice."""

from gongdan.kernel.permissions import declare

declare({"sla.view": ("查看时限", "See SLA clocks"), "sla.edit": ("管理时限策略", "Edit SLA policies")})
