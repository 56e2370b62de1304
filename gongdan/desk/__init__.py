"""Desk: what a person at a desk keeps, and the palette that finds everything."""
