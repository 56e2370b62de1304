"""The supervisor: one process that starts, watches and stops all others."""
