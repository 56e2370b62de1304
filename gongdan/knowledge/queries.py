"""Reads of knowledge; the first argument is the work, whose actor is asked for permission."""
