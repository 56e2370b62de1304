"""Planner: who fits a job, with a score that explains itself. Pure."""
