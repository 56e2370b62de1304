"""Schedules: cron expressions and recurrence rules (RFC 5545) → the next occurrence, in a zone. Pure."""
