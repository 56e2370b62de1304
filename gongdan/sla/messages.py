"""Words of SLA."""

from gongdan.kernel.messages import register

register({"sla_breached": ("工单 {number} 已超期。", "Order {number} is overdue.")})
