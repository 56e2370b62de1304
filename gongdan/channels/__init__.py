"""Channels 渠道: one adapter per outside system, each behind a small Protocol with an in-memory twin."""
