"""Kernel: tenancy, actors, time, ids, units of work, operations, jobs, events and the HTTP edge.

Knows nothing about orders.
"""
