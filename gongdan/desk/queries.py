"""Reads of desk; the first argument is the work, whose actor is asked for permission."""
