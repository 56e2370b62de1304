"""Dispatch 派单: who is right for an order, and why."""
