"""Shapes of the knowledge API."""
