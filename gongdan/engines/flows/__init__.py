"""Flows: a tree of blocks and the tokens that walk it. Pure, deterministic, total."""
