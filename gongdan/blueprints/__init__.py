"""Blueprints 工单模板: versioned documents that define a kind of work order."""
