"""Verbs of orders, one function each, by theme. Callers import the theme they need."""
