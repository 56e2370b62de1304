"""Notify 通知: in-app notifications and the outbox."""
