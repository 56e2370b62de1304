"""Shapes of the desk API."""
