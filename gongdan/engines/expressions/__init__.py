"""Expressions: typed, safe, bounded. Excel-like text or condition trees → one syntax tree → closure and SQL."""
