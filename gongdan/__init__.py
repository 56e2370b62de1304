"""Gongdan (工单): an open work-order and field-service platform."""
