"""Insight: what past orders and pasted words suggest for a new one."""
